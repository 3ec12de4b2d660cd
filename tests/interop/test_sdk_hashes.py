"""What is signed for a payload: our reading against the real SDK's, for random payloads. The seed is printed.

The pinned SDK (0.2.0-beta.9, the only one on npm) computes EVM and Solana transactions with WalletCore. It cannot do:

* custom messages (it has only `signBytes`, which takes a hash): for them stands the call that the TypeScript apps make,
  ethers' TypedDataEncoder and keccak256; Solana messages are signed as they are, there is nothing to compute.
* `sign_solana`: its KeysignPayload does not know the field. The apps sign the message in the raw transaction, byte for
  byte; older ones took it apart with WalletCore and put it together again, which stands for them here.
* a Solana priority fee other than 1,000,000: it ignores the payload's. A memo on an SPL transfer: it leaves it out,
  where the apps on phones write it (tests/vectors/solana.json pins them).
* networks that it has no name for (ours go by CAIP-2 names).
* swaps of today's apps whose quote has a lower gas price than the payload: it takes the quote's, they take the higher
  one; nor quotes without gas, for which phones take 600,000. It refuses Kyber's own kind, which phones still read.
"""

import json
import os
import random
import secrets
from base64 import b64encode
from collections.abc import Iterator

import pytest

from chains.ethereum.listed import authorize, listed
from interop.sdk_wallet import NEEDED, Refused, SdkWallet
from tandem.chains.ethereum import payload as evm
from tandem.chains.ethereum import tx, typed_data
from tandem.chains.ethereum.address import checksum
from tandem.chains.ethereum.calldata import approve_call, transfer_call
from tandem.chains.ethereum.networks import NETWORKS, Network
from tandem.chains.ethereum.raw_payload import raw_payload
from tandem.chains.ethereum.rpc import Token
from tandem.chains.ethereum.tx import FEES, LISTED, SET_CODE, Transaction
from tandem.chains.reading import Payload, read_keysign
from tandem.chains.solana import address, base58, message
from tandem.chains.solana import payload as solana
from tandem.chains.solana import tx as solana_tx
from tandem.chains.solana.message import Instruction, Lookup, Message
from tandem.chains.solana.networks import BY_WIRE
from tandem.errors import WireError
from tandem.proto.coin_pb2 import Coin
from tandem.proto.keysign_pb2 import CustomMessagePayload, KeysignPayload
from vault.files import plain_file, vault

pytestmark = pytest.mark.skipif(
    not all(path.exists() for path in NEEDED), reason="the SDK and what it needs are not unpacked (build.py setup)"
)
SEED = int(os.environ.get("TANDEM_SEED", secrets.randbits(32)))
RUNS = 40
NAMED = [network for network in NETWORKS if not network.wire.startswith("eip155:")]
# All clients of the family sign these in the old form (EIP-155), where we sign EIP-1559: we cannot co-sign with them.
OLD_FORM = {"BSC"}
# The TypeScript clients sign Sei in the old form, the phones in the new one. We do as the phones.
DISPUTED = {"Sei"}
NEW_FORM = [network for network in NAMED if network.wire not in OLD_FORM | DISPUTED]
KEY = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
ORIGIN = "https://dapp.example"


@pytest.fixture(scope="module")
def sdk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SdkWallet]:
    file = tmp_path_factory.mktemp("sdk") / "plain.vult"
    file.write_bytes(plain_file(vault().to_bytes()))
    process = SdkWallet(file)
    yield process
    process.close()


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> random.Random:
    print(f"TANDEM_SEED={SEED}")
    return random.Random(f"{SEED} {request.node.name}")


def theirs(sdk: SdkWallet, payload: KeysignPayload) -> list[bytes]:
    return [bytes.fromhex(each) for each in sdk("hashes", payload=b64encode(payload.SerializeToString()).decode())]


def agree(sdk: SdkWallet, payload: KeysignPayload) -> None:
    assert list(read_keysign(payload).digests) == theirs(sdk, payload), payload


def number(rng: random.Random, bits: int) -> int:
    """Of any length, and the edges more often than chance."""
    return rng.choice((0, 1, 127, 128, 255, 256, (1 << bits) - 1, rng.getrandbits(rng.randint(1, bits))))


def native(rng: random.Random, network: Network) -> KeysignPayload:
    payload = KeysignPayload(
        coin=Coin(
            chain=network.wire,
            ticker=network.symbol,
            address=checksum(rng.randbytes(20)),
            decimals=18,
            is_native_token=True,
            hex_public_key=KEY,
        ),
        to_address=checksum(rng.randbytes(20)),
        to_amount=str(number(rng, 256)),
    )
    specific = payload.ethereum_specific
    most = number(rng, 96)
    specific.max_fee_per_gas_wei, specific.priority_fee = str(most), str(rng.randint(0, most))
    specific.nonce, specific.gas_limit = number(rng, 53), str(number(rng, 63) or 21000)
    return payload


def token(rng: random.Random, network: Network) -> KeysignPayload:
    payload = native(rng, network)
    payload.coin.is_native_token, payload.coin.ticker, payload.coin.decimals = False, "USDC", 6
    payload.coin.contract_address = checksum(rng.randbytes(20))
    return payload


def with_text(rng: random.Random, network: Network) -> KeysignPayload:
    payload = native(rng, network)
    payload.memo = rng.choice(("hello", "=:ETH.ETH:0x00", "größe 密码", "0", "x" * 300))
    return payload


def with_call(rng: random.Random, network: Network) -> KeysignPayload:
    payload = native(rng, network)
    payload.memo = "0x" + rng.randbytes(rng.choice((1, 4, 36, 68, 1000))).hex()
    return payload


def with_approval(rng: random.Random, network: Network) -> KeysignPayload:
    payload = token(rng, network)
    payload.erc20_approve_payload.spender = checksum(rng.randbytes(20))
    payload.erc20_approve_payload.amount = str(number(rng, 256))
    return payload


@pytest.mark.parametrize("make", [native, with_text, with_call, token, with_approval])
def test_t50_evm_transactions(sdk: SdkWallet, rng: random.Random, make: object) -> None:
    assert callable(make)
    for _ in range(RUNS):
        agree(sdk, make(rng, rng.choice(NEW_FORM)))


def to_swap(payload: KeysignPayload, swap: object, rng: random.Random) -> None:
    """Its coin for another one."""
    swap.from_coin.CopyFrom(payload.coin)  # type: ignore[attr-defined]
    swap.to_coin.chain, swap.to_coin.ticker = rng.choice((("Bitcoin", "BTC"), ("Ethereum", "USDC")))  # type: ignore[attr-defined]
    swap.from_amount, swap.to_amount_decimal = str(number(rng, 256)), rng.choice(("0", "1.5", "1234567.00000001"))  # type: ignore[attr-defined]


def deposit(rng: random.Random, network: Network) -> KeysignPayload:
    """Through THORChain or Maya: coins to the vault, tokens through the router."""
    payload = rng.choice((native, token, with_approval))(rng, network)
    swap = rng.choice((payload.thorchain_swap_payload, payload.mayachain_swap_payload))
    to_swap(payload, swap, rng)
    swap.from_address = payload.coin.address
    swap.vault_address, swap.router_address = checksum(rng.randbytes(20)), checksum(rng.randbytes(20))
    swap.expiration_time = number(rng, 63)
    payload.memo = rng.choice(
        ("=:BTC.BTC:bc1qabc:12345/1/0:vi:50", "=:e:" + checksum(rng.randbytes(20)), "SWAP:x:" + "y" * 99)
    )
    return payload


def quoted(rng: random.Random, network: Network) -> KeysignPayload:
    """What 1inch, LI.FI and others want called."""
    payload = rng.choice((native, token, with_approval))(rng, network)
    swap = payload.oneinch_swap_payload
    to_swap(payload, swap, rng)
    swap.provider = rng.choice(("1inch", "li.fi", "kyber", ""))
    tx, specific = swap.quote.tx, payload.ethereum_specific
    setattr(tx, "from", payload.coin.address)
    tx.to, tx.value = checksum(rng.randbytes(20)), str(number(rng, 256))
    tx.data = rng.choice(("", "0x")) + rng.randbytes(rng.choice((0, 4, 300))).hex()
    tx.gas_price = str(int(specific.max_fee_per_gas_wei) + number(rng, 40))
    tx.gas = rng.randint(1, 1 << 40)
    return payload


@pytest.mark.parametrize("make", [deposit, quoted])
def test_evm_swaps(sdk: SdkWallet, rng: random.Random, make: object) -> None:
    assert callable(make)
    for _ in range(RUNS):
        payload = make(rng, rng.choice(NEW_FORM))
        agree(sdk, payload)
        assert read_keysign(payload).lines[0][0] == "Swap, as the other device says"


@pytest.mark.parametrize("network", NEW_FORM, ids=lambda network: network.name)
def test_what_we_ask_a_phone_to_sign(sdk: SdkWallet, rng: random.Random, network: Network) -> None:
    """From a page's transaction to the payload, and from that to what the other device signs."""
    for _ in range(5):
        most, to = number(rng, 96), rng.randbytes(20)
        kinds = (
            (number(rng, 256), b""),
            (number(rng, 64), rng.randbytes(rng.randint(1, 200))),
            (0, transfer_call(rng.randbytes(20), number(rng, 256))),
            (0, approve_call(rng.randbytes(20), number(rng, 256))),
        )
        for value, data in kinds:
            fees = rng.randint(0, most), most, 21000
            made = Transaction(network.chain_id, number(rng, 53), *fees, to, value, data)
            for known in (None, Token(to, "USDC", 6)):
                payload = evm.transaction_payload(
                    made,
                    network=network,
                    account=rng.randbytes(20),
                    public_key=bytes.fromhex(KEY),
                    vault_public_key=bytes.fromhex(KEY),
                    party="ours",
                    token=known,
                    origin=ORIGIN,
                )
                assert theirs(sdk, payload) == [tx.digest(made)]


@pytest.mark.parametrize("network", [each for each in NAMED if each.wire in OLD_FORM], ids=lambda each: each.name)
def test_networks_of_the_old_form(sdk: SdkWallet, rng: random.Random, network: Network) -> None:
    agree(sdk, native(rng, network))


def test_an_approval_is_shown_with_what_it_is_for(rng: random.Random) -> None:
    payload = with_approval(rng, NEW_FORM[0])
    approval, transfer = evm.read_transactions(payload)
    assert transfer.nonce == approval.nonce + 1 == payload.ethereum_specific.nonce + 1
    reading = read_keysign(payload)
    labels = [label for label, _ in reading.lines]
    assert labels.index("Allow spending") < labels.index("Send token") and labels.count("Nonce") == 2
    assert ("Spender", payload.erc20_approve_payload.spender) in reading.lines
    assert len(set(reading.digests)) == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("spender", ""),
        ("spender", "0x12"),
        ("amount", ""),
        ("amount", "-1"),
        ("amount", str(1 << 256)),
        ("amount", "1e3"),
    ],
)
def test_an_approval_of_something_else_is_refused(rng: random.Random, name: str, value: str) -> None:
    payload = with_approval(rng, NEW_FORM[0])
    setattr(payload.erc20_approve_payload, name, value)
    with pytest.raises(WireError):
        read_keysign(payload)


def test_an_approval_without_a_token_is_refused(rng: random.Random) -> None:
    payload = native(rng, NEW_FORM[0])
    payload.erc20_approve_payload.spender, payload.erc20_approve_payload.amount = payload.to_address, "1"
    with pytest.raises(WireError):
        read_keysign(payload)


def test_messages_of_evm(sdk: SdkWallet, rng: random.Random) -> None:
    """personal_sign: the prefix travels inside, and the apps hash what travels."""
    for _ in range(RUNS):
        content = rng.randbytes(rng.choice((0, 1, 9, 10, 100, 1000)))
        payload = evm.message_payload(content, vault_public_key=bytes.fromhex(KEY), party="ours", origin=ORIGIN)
        told = bytes.fromhex(payload.message[2:])
        assert [sdk("keccak", bytes=told.hex())] == [each.hex() for each in read_keysign(payload).digests]


def test_transactions_that_travel_as_messages(sdk: SdkWallet, rng: random.Random) -> None:
    """With an access list or authorizations: the apps hash what travels, and that is the transaction's digest. The
    method is none of the two that they treat otherwise."""
    for _ in range(RUNS):
        network, kind = rng.choice(NETWORKS), rng.choice((LISTED, FEES, SET_CODE))
        own = {"authorizations": (authorize(rng.randbytes(20), chain_id=network.chain_id),)} if kind == SET_CODE else {}
        what = listed(kind, chain_id=network.chain_id, nonce=number(rng, 53), value=number(rng, 256), **own)
        payload = raw_payload(what, network=network, vault_public_key=bytes.fromhex(KEY), party="ours", origin=ORIGIN)
        assert payload.method not in ("sign_message", "eth_signTypedData_v4") and ":" not in payload.chain
        assert payload.message.startswith("0x0")
        digests = read_keysign(payload).digests
        assert [sdk("keccak", bytes=payload.message[2:])] == [each.hex() for each in digests] == [tx.digest(what).hex()]


ATOMS = {
    "uint256": lambda rng: str(number(rng, 256)),
    "uint8": lambda rng: rng.randint(0, 255),
    "int128": lambda rng: str(-number(rng, 127)),
    "bool": lambda rng: rng.random() < 0.5,
    "address": lambda rng: checksum(rng.randbytes(20)),
    "bytes32": lambda rng: "0x" + rng.randbytes(32).hex(),
    "bytes": lambda rng: "0x" + rng.randbytes(rng.randint(0, 70)).hex(),
    "string": lambda rng: rng.choice(("", "hello", "größe", "密码 🙂", "x" * 99)),
}


def typed(rng: random.Random) -> str:
    """A message with atoms, lists of any depth and structs, one within another and in lists."""
    types: dict[str, list[dict[str, str]]] = {}
    makers = dict(ATOMS)
    for name in ("Leaf", "Branch", "Root"):
        members = []
        for count in range(rng.randint(1, 4)):
            kind = rng.choice(list(makers))
            ending = rng.choice(("", "", "[]", "[2]", "[][1]"))
            members.append((f"member{count}", kind, ending))
        types[name] = [{"name": label, "type": kind + ending} for label, kind, ending in members]

        def value(rng: random.Random, kind: str, ending: str) -> object:
            if not ending:
                return makers[kind](rng)
            inner, _, size = ending[:-1].rpartition("[")
            return [value(rng, kind, inner) for _ in range(int(size) if size else rng.randint(0, 3))]

        def make(rng: random.Random, members: list[tuple[str, str, str]] = members) -> object:
            return {label: value(rng, kind, ending) for label, kind, ending in members}

        makers[name] = make
    domain = {
        "name": "Some dApp",
        "version": "1",
        "chainId": rng.choice((1, "137", 8453)),
        "verifyingContract": checksum(rng.randbytes(20)),
        "salt": "0x" + rng.randbytes(32).hex(),
    }
    for name in rng.sample(list(domain), rng.randint(0, 4)):
        del domain[name]
    return json.dumps({"types": types, "primaryType": "Root", "domain": domain, "message": makers["Root"](rng)})


def test_typed_data(sdk: SdkWallet, rng: random.Random) -> None:
    for _ in range(RUNS):
        text = without_unused(typed(rng))
        payload = CustomMessagePayload(method="eth_signTypedData_v4", message=text, chain="Ethereum")
        assert [sdk("typed", message=text)] == [each.hex() for each in read_keysign(payload).digests], text


def test_typed_data_of_a_careless_page_travels_in_a_form_that_all_take(sdk: SdkWallet, rng: random.Random) -> None:
    """ethers, in the TypeScript apps, refuses types that nothing uses, and checksums that are wrong."""
    for _ in range(RUNS):
        value = json.loads(typed(rng))
        value["types"]["Unused"] = [{"name": "root", "type": "Root[]"}]
        value["types"]["Root"].append({"name": "who", "type": "address"})
        value["message"]["who"] = "0x" + "".join(rng.choice("aAbB") for _ in range(40))
        text = json.dumps(value)
        with pytest.raises(Refused):
            sdk("typed", message=text)
        content = typed_data.parse(text)
        payload = evm.message_payload(content, vault_public_key=bytes.fromhex(KEY), party="ours", origin=ORIGIN)
        told = [each.hex() for each in read_keysign(payload).digests]
        assert [sdk("typed", message=payload.message)] == told == [typed_data.digest(content).hex()], text


def without_unused(text: str) -> str:
    """ethers takes the one struct that no other refers to as the primary one, and refuses where there are several."""
    value = json.loads(text)
    used, todo = set(), ["Root"]
    while todo:
        name = todo.pop()
        used.add(name)
        todo += [base for each in value["types"][name] if (base := each["type"].partition("[")[0]) in value["types"]]
    value["types"] = {name: members for name, members in value["types"].items() if name in used}
    return json.dumps(value)


def sol(rng: random.Random) -> KeysignPayload:
    payload = KeysignPayload(
        coin=Coin(
            chain="Solana",
            ticker="SOL",
            address=address.text(rng.randbytes(32)),
            decimals=9,
            is_native_token=True,
            hex_public_key=vault().eddsa.public_key.hex(),
        ),
        to_address=address.text(rng.randbytes(32)),
        to_amount=str(number(rng, 63)),
    )
    payload.solana_specific.recent_block_hash = base58.encode(rng.randbytes(32))
    payload.solana_specific.priority_fee = rng.choice(("0", "1000000"))
    if rng.random() < 0.5:
        payload.solana_specific.compute_limit = str(rng.randint(1, 1_400_000))
    return payload


def test_t50_solana_sends(sdk: SdkWallet, rng: random.Random) -> None:
    for _ in range(RUNS):
        payload = sol(rng)
        if rng.random() < 0.5:
            payload.memo = rng.choice(("hello", "größe", "x" * 200))
        agree(sdk, payload)


def test_solana_token_sends(sdk: SdkWallet, rng: random.Random) -> None:
    for _ in range(RUNS):
        payload = sol(rng)
        payload.coin.is_native_token, payload.coin.decimals = False, rng.randint(0, 18)
        payload.coin.contract_address = address.text(rng.randbytes(32))
        payload.solana_specific.from_token_associated_address = address.text(rng.randbytes(32))
        payload.solana_specific.program_id = rng.random() < 0.5
        if rng.random() < 0.5:
            payload.solana_specific.to_token_associated_address = address.text(rng.randbytes(32))
        else:
            payload.to_address = address.text(vault().eddsa.public_key)  # it has to be on the curve
        agree(sdk, payload)


def raw_message(rng: random.Random, account: bytes, most_signers: int = 8) -> Message:
    """Any instructions, legacy or version 0 with lookup tables."""
    keys = (account, *(rng.randbytes(32) for _ in range(rng.randint(1, 8))))
    signers, lookups = rng.randint(1, min(most_signers, len(keys) - 1)), ()
    version = rng.choice((None, 0))
    if version == 0:
        taken = [rng.sample(range(256), rng.randint(1, 5)) for _ in range(rng.randint(0, 2))]
        lookups = tuple(Lookup(rng.randbytes(32), bytes(entries[:2]), bytes(entries[2:])) for entries in taken)
    size = len(keys) + sum(each.size for each in lookups)
    instructions = tuple(
        Instruction(
            rng.randint(1, len(keys) - 1),
            bytes(rng.randrange(size) for _ in range(rng.randint(0, 6))),
            rng.randbytes(rng.randint(0, 140)),
        )
        for _ in range(rng.randint(0, 3))
    )
    readonly = rng.randint(0, signers - 1), rng.randint(0, len(keys) - signers)
    return Message(version, signers, *readonly, keys, rng.randbytes(32), instructions, lookups)


def test_solana_transactions_of_pages(sdk: SdkWallet, rng: random.Random) -> None:
    for _ in range(RUNS):
        account = rng.randbytes(32)
        made = tuple(solana_tx.unsigned(raw_message(rng, account)) for _ in range(rng.randint(1, 3)))
        payload = solana.transactions_payload(
            made,
            network=BY_WIRE["Solana"],
            account=account,
            vault_public_key=bytes.fromhex(KEY),
            party="ours",
            origin=ORIGIN,
            broadcast=True,
        )
        found = [sdk("recoded", transaction=each) for each in payload.sign_solana.raw_transactions]
        assert found == [each.hex() for each in read_keysign(payload).digests]
        assert found == [message.to_bytes(each.message).hex() for each in made]


def test_solana_swaps(sdk: SdkWallet, rng: random.Random) -> None:
    """What Jupiter and others have made, with the payload's blockhash in the place of their own."""
    for _ in range(RUNS):
        payload = sol(rng)
        payload.ClearField("to_amount")
        swap = payload.oneinch_swap_payload
        to_swap(payload, swap, rng)
        swap.provider = rng.choice(("jupiter", "li.fi", "swapkit"))
        made = solana_tx.unsigned(raw_message(rng, address.parse(payload.coin.address), 1))
        swap.quote.tx.data = b64encode(solana_tx.to_bytes(made)).decode()
        agree(sdk, payload)
        (signed,) = solana.read_transactions(payload)
        assert base58.encode(signed.message.blockhash) == payload.solana_specific.recent_block_hash
        assert read_keysign(payload).lines[0][0] == "Swap, as the other device says"


def test_solana_messages_are_signed_as_they_are(rng: random.Random) -> None:
    for _ in range(RUNS):
        content = rng.choice((b"Hello", "größe".encode(), b"x" * rng.randint(1, 900)))
        payload: Payload = solana.message_payload(
            content, vault_public_key=bytes.fromhex(KEY), party="ours", origin=ORIGIN
        )
        assert read_keysign(payload).digests == (content,)


def test_what_the_sdk_refuses_is_said(sdk: SdkWallet, rng: random.Random) -> None:
    payload = native(rng, NEW_FORM[0])
    payload.coin.chain = "eip155:11155111"
    with pytest.raises(Refused):
        theirs(sdk, payload)
