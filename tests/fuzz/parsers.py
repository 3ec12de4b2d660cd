"""Every parser of what others send or what lies on a disk: seeds made by our own writers, and what it may raise."""

import asyncio
import io
import json
import zipfile
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import cache

from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt

from adversary.faulty_party import stream
from chains.ethereum.listed import listed
from chains.solana.making import US
from chains.solana.test_fuzz import SEEDS as SOLANA
from chains.solana.test_fuzz import shown
from fuzz.seeds import ASKED, CALLS, SIGN_IN, SIWS, TYPED
from mpc.committee import NAMES, key, sign_setup
from mpc.schnorr.committee import key as eddsa_key
from relay.test_pairing import KEYGEN, KEYSIGN, SESSION, VAULT, keygen_message
from tandem.chains import reading
from tandem.chains.ethereum import address as evm_address
from tandem.chains.ethereum import sign_in, typed_data, typed_data_v1
from tandem.chains.ethereum import tx as evm_tx
from tandem.chains.ethereum.calldata import approve_call, token_transfer, transfer_call
from tandem.chains.solana import base58, siws
from tandem.chains.solana import message as solana_message
from tandem.curve import bip32, slip10
from tandem.curve.edwards import Point as EdwardsPoint
from tandem.curve.point import Point, base
from tandem.curve.scalar import Scalar
from tandem.errors import BadRequest, KdfFault, NotPermitted, TandemError, VaultFault, WireError, WrongPassword
from tandem.mpc import gg20
from tandem.mpc.dkls.sign import sign
from tandem.mpc.keyshare import Keyshare
from tandem.mpc.schnorr.keyshare import EddsaKeyshare
from tandem.mpc.setup import (
    build_keygen,
    build_reshare,
    build_sign,
    parse_export,
    parse_keygen,
    parse_reshare,
    parse_sign,
)
from tandem.proto import vault_pb2
from tandem.proto.keysign_pb2 import CustomMessagePayload, KeysignMessage, KeysignPayload
from tandem.provider import request, solana
from tandem.provider.origin import require_origin
from tandem.provider.permission import Permissions
from tandem.provider.record import record_from_json
from tandem.relay.envelope import open_, seal
from tandem.relay.pairing import keygen_link, keysign_link, parse_link, parse_message, unpack
from tandem.vault import journal, sealed
from tandem.vault.backup import read_backups, write_backup
from tandem.vault.phrase import unknown_words
from tandem.vault.vault import read_vault
from tandem.wallet.book import Settings, settings_from_json
from tandem.wire import base64_text, json_text, parse_json, un0x
from vault.files import gg20_message
from vault.files import vault as a_vault

KEY = bytes(range(32))
PATH = "m/44/60/0/0/0"


@dataclass(frozen=True)
class Parser:
    """`parse` takes any bytes and gives a value or raises one of `errors`."""

    name: str
    seeds: Callable[[], Sequence[bytes]]
    parse: Callable[[bytes], object]
    errors: tuple[type[BaseException], ...] = (WireError,)
    longest: int = 1 << 17
    native: bool = False  # needs what Pyodide's node has not


def text(parse: Callable[[str], object]) -> Callable[[bytes], object]:
    """Bytes as a text, with the lone surrogates that a script may hand over."""
    return lambda data: parse(data.decode("utf-8", "surrogateescape"))


def json_of(parse: Callable[[object], object]) -> Callable[[bytes], object]:
    return lambda data: parse(parse_json(data))


def now(work: Coroutine[object, object, object]) -> object:
    """The result of a coroutine that never waits."""
    try:
        work.send(None)
    except StopIteration as end:
        return end.value
    raise AssertionError("it waits")


# ---- what is sealed, held and kept


class Fixed:
    """In the place of argon2id: any key will do to fuzz what comes before and after it."""

    async def derive(self, password: bytes, salt: bytes, *, passes: int, memory_kib: int) -> bytes:
        assert 3 <= passes <= 16 and 65536 <= memory_kib <= 1 << 20
        return KEY


def sealed_seeds() -> list[bytes]:
    head = b"TNDM\1" + (3).to_bytes(4, "big") + (65536).to_bytes(4, "big") + bytes(16) + bytes(24)
    return [head + crypto_aead_xchacha20poly1305_ietf_encrypt(b"plain" * 9, head, bytes(24), KEY)]


def records() -> list[bytes]:
    record = dict.fromkeys(("id", "key", "origin", "top", "document", "method", "text", "kind"), "x")
    record |= {"state": "signed", "chain": "eip155:1", "created": 1, "sends": True, "account": "0x", "summary": {}}
    record |= {"chosen": {"fee": "1"}, "raw": ["0x1"], "sent": [], "result": None, "error": {"code": 1}}
    return [json.dumps(record).encode()]


def sites() -> list[bytes]:
    granted = Permissions().grant("https://a.example", "eip155", ("0x" + "11" * 20,), chain="eip155:1", now=1)
    return [json_text(granted.to_json()).encode()]


@cache
def old_share() -> str:
    return gg20_message().key_shares[0].keyshare


def summand(share: str) -> object:
    return gg20.ecdsa_summand(share, key(2, 2)[0].public_key, 3)


def vaults() -> list[bytes]:
    return [a_vault().to_bytes(), gg20_message().SerializeToString()]


def settings() -> list[bytes]:
    return [json_text(Settings().to_json()).encode()]


def backup_files() -> list[bytes]:
    whole = write_backup(a_vault(), b"password", stream("backup"))
    plain = vault_pb2.VaultContainer(version=1, vault=base64_text(a_vault().to_bytes()), is_encrypted=False)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("a.vult", whole)
    return [whole, base64_text(plain.SerializeToString()).encode(), packed.getvalue()]


def open_backups(data: bytes) -> None:
    for found in read_backups("a.vult", data):
        if not found.encrypted:  # a guess of the password costs half a second, and gives noise
            found.open(None)


# ---- sessions and links


@cache
def waiting():
    """A session that has sent round 1, and what the other one says to it: never an error, whatever comes."""
    setup = sign_setup(key(2, 2), NAMES[:2])
    made = [sign(setup, name, share, rng=stream(name)) for name, share in zip(NAMES[:2], key(2, 2), strict=True)]
    said = []
    for session in made:
        session.start()
        said += [message.body for message in session.outgoing()]
    return made[0], said


def receive(data: bytes) -> None:
    session, said = waiting()
    if data != said[1]:  # the one right message would end the wait
        session.receive(data)
        assert not session.finished and session.round == 0


def links() -> list[bytes]:
    custom = KeysignMessage(session_id=SESSION, encryption_key_hex="11" * 32)
    custom.custom_message_payload.CopyFrom(CustomMessagePayload(method="personal_sign", message="0x00"))
    made = [keygen_link(keygen_message()), keysign_link(VAULT, custom, relay_url="https://relay.example")]
    made += [f"https://vultisig.com?type=NewVault&tssType=Keygen&jsonData={KEYGEN}"]
    vault = parse_message(unpack(KEYSIGN), KeysignMessage).keysign_payload.vault_public_key_ecdsa
    made += [f"https://vultisig.com?type=SignTransaction&vault={vault}&jsonData={KEYSIGN}"]
    return [link.encode() for link in made]


def payloads() -> list[bytes]:
    made = KeysignPayload(to_address="0x" + "55" * 20, to_amount="1000", vault_public_key_ecdsa=VAULT)
    made.coin.chain, made.coin.ticker, made.coin.decimals, made.coin.is_native_token = "Ethereum", "ETH", 18, True
    made.coin.address = "0x" + "11" * 20
    specific = made.ethereum_specific
    specific.max_fee_per_gas_wei, specific.priority_fee, specific.gas_limit = "100", "1", "21000"
    solana_payload = KeysignPayload()
    solana_payload.coin.chain, solana_payload.coin.address = "Solana", base58.encode(US)
    solana_payload.sign_solana.raw_transactions.append(base64_text(SOLANA[0]))
    return [made.SerializeToString(), solana_payload.SerializeToString()]


def unsigned_transactions() -> list[bytes]:
    return [evm_tx.unsigned(listed(kind)) for kind in (1, 2, 4)]


def customs() -> list[bytes]:
    hi = "0x" + b"\x19Ethereum Signed Message:\n2hi".hex()
    found = [("personal_sign", hi, "Ethereum"), ("sign_message", "hello", "Solana")]
    found += [("eth_signTypedData_v4", json.dumps(TYPED), "Ethereum")]
    found += [("eth_signTransaction", "0x" + each.hex(), "Ethereum") for each in unsigned_transactions()]
    return [CustomMessagePayload(method=m, message=t, chain=c).SerializeToString() for m, t, c in found]


def read_payload(kind: type) -> Callable[[bytes], object]:
    return lambda data: reading.read_keysign(parse_message(data, kind))


# ---- pages


def call(data: bytes) -> None:
    asked = request.parse_call(data.decode("utf-8", "surrogateescape"))
    for params in (request.message_params, request.typed_data_params, request.transaction_params, request.chain_param):
        _quietly(params, asked.params)
    _quietly(request.recovery_params, asked.params)
    _quietly(request.permission_params, asked.params)
    for wish in (solana.connect_params, solana.transactions_params, solana.messages_params, solana.sign_in_params):
        _quietly(wish, asked)


def _quietly(act: Callable, what: object) -> None:
    try:
        act(what)
    except (BadRequest, TandemError) as told:
        assert told.code in (-32602, -32600, -32700, 4100, 4200, 4902, 5700, 5710, 5740, 5760), told


def typed(data: bytes) -> None:
    typed_data.digest(typed_data.parse(data.decode("utf-8", "surrogateescape")))


# ---- the relay, from both sides


@cache
def relay():
    from adversary.faulty_relay import DirectHttp
    from tandem.relay.limits import Limits

    return DirectHttp(limits=Limits(sessions=20, session_bytes=1 << 16)), asyncio.new_event_loop()


def serve(data: bytes) -> None:
    """METHOD TARGET, a line each for content type and message id, then the body."""
    from tandem.relay.server import Ask

    head, _, body = data.partition(b"\n\n")
    lines = [*head.decode("utf-8", "surrogateescape").split("\n"), "", ""]
    method, _, target = lines[0].partition(" ")
    direct, loop = relay()
    target = target.partition("wait=")[0]  # nobody waits here
    reply = loop.run_until_complete(direct.server.handle(Ask(method, target, body, lines[1], lines[2], "9.9.9.9")))
    assert 200 <= reply.status < 500


def answered(data: bytes) -> None:
    """What a relay may say to our client."""
    from tandem.hosts.tasks import SystemClock
    from tandem.ports import HttpResponse
    from tandem.relay.client import RelayClient

    class Says:
        async def send(self, _: object) -> HttpResponse:
            return HttpResponse(200, {"x-cursor": data[:20].decode("latin-1"), "x-long-poll": "x"}, data)

    client = RelayClient(Says(), "http://relay", SystemClock())
    for work in (client.parties("s"), client.messages("s", "a"), client.setup("s"), client.payload("0" * 64)):
        try:
            now(work)
        except TandemError as told:
            assert told.reason == "relay_unreachable"


def known_words(data: bytes) -> object:
    return unknown_words(data.decode("utf-8", "surrogateescape"))


def setups() -> list[bytes]:
    return [
        build_keygen(2, NAMES[:2], rng=stream("k")),
        build_sign(KEY, PATH, KEY, NAMES[:2], rng=stream("s")),
        build_reshare(KEY, bytes(base(Scalar.public(5))), 2, NAMES[:3], (0, 1), (0, 1, 2), rng=stream("r")),
    ]


def any_setup(data: bytes) -> None:
    found = 0
    for parse in (parse_keygen, parse_sign, parse_reshare, parse_export, lambda it: parse_sign(it, "eddsa")):
        try:
            parse(data)
            found += 1
        except WireError:
            pass
    if not found:
        raise WireError("none")


def points(data: bytes) -> None:
    for parse in (Point.parse, Point.parse_or_identity, EdwardsPoint.parse, Scalar.parse):
        try:
            parse(data[:33] if parse in (Point.parse, Point.parse_or_identity) else data[:32])
        except WireError:
            continue


def paths(data: bytes) -> None:
    written = data.decode("utf-8", "surrogateescape")
    for parse in (bip32.parse_path, slip10.parse_path, evm_address.parse, base58.decode, un0x):
        try:
            parse(written)
        except WireError:
            continue


PARSERS = [
    Parser("json", lambda: [json.dumps(CALLS).encode(), b'{"a":[1,2.5,-3e4,"\\u00e9",null,true]}'], parse_json),
    Parser("setup messages", setups, any_setup),
    Parser("a session's messages", lambda: waiting()[1], receive),
    Parser("envelope", lambda: [seal(KEY, b"message" * 5, stream("n")).encode()], text(lambda t: open_(KEY, t))),
    Parser("ECDSA key share", lambda: [key(2, 2)[0].to_bytes()], Keyshare.from_bytes),
    Parser("EdDSA key share", lambda: [eddsa_key(2, 2)[0].to_bytes()], EddsaKeyshare.from_bytes),
    Parser(
        "GG20 share", lambda: [old_share().encode()], text(lambda t: gg20.ecdsa_summand(t, key(2, 2)[0].public_key, 3))
    ),
    Parser("points and scalars", lambda: [bytes(base(Scalar.public(7))), KEY], points),
    Parser(
        "vault", lambda: [a_vault().to_bytes(), gg20_message().SerializeToString()], read_vault, (WireError, VaultFault)
    ),
    Parser("backup file", backup_files, open_backups, (WireError, VaultFault, WrongPassword)),
    Parser(
        "sealed vault",
        sealed_seeds,
        lambda data: now(sealed.open_vault(b"pw", data, kdf=Fixed())),
        (VaultFault, KdfFault),
    ),
    Parser("journal", lambda: [b'{"used":["00"],"bans":{"01":["phone"]}}'], journal._parse, (VaultFault,)),
    Parser("record", records, json_of(record_from_json)),
    Parser("permissions", sites, json_of(Permissions.from_json)),
    Parser(
        "settings",
        lambda: [json_text(Settings().to_json()).encode()],
        json_of(settings_from_json),
        (WireError, BadRequest),
    ),
    Parser("links", links, text(parse_link)),
    Parser("payload of a transaction", payloads, read_payload(KeysignPayload)),
    Parser("payload of a message", customs, read_payload(CustomMessagePayload)),
    Parser("a page's request", lambda: [json.dumps(each).encode() for each in CALLS], call, (BadRequest,)),
    Parser(
        "origin",
        lambda: [b"https://a.example:8443", b"http://localhost"],
        text(require_origin),
        (NotPermitted, WireError),
    ),
    Parser("typed data", lambda: [json.dumps(TYPED).encode()], typed),
    Parser(
        "typed data, first version",
        lambda: [b'[{"type":"uint8","name":"a","value":1}]'],
        text(typed_data_v1.parse_fields),
    ),
    Parser("contract calls", lambda: [transfer_call(bytes(20), 5), approve_call(bytes(20), 1)], token_transfer),
    Parser("EVM transaction", unsigned_transactions, evm_tx.read_unsigned),
    Parser("EVM sign-in", lambda: [SIGN_IN], text(sign_in.parse_sign_in)),
    Parser("Solana sign-in", lambda: [SIWS], text(siws.parse)),
    Parser("Solana transaction", lambda: SOLANA, shown),
    Parser("Solana message", lambda: [each[1 + 64 :] for each in SOLANA], solana_message.parse),
    Parser("paths and addresses", lambda: [b"m/44'/60'/0'/0/0", b"0x" + b"11" * 20], paths),
    Parser("seed phrase", lambda: [b"abandon " * 11 + b"about"], known_words),
    Parser("a relay's answers", lambda: [b'["a","b"]', b'[{"from":"a","to":["b"],"body":"x","hash":"h"}]'], answered),
    Parser("relay server", lambda: ASKED, serve, native=True),
]
