"""What the vault server is sent, field by field, and what its client refuses to send or to believe."""

import asyncio
import base64
import json
from collections.abc import Coroutine
from typing import TypeVar

import pytest

from tandem.ceremony import invite_keygen, invite_reshare
from tandem.errors import (
    BadRequest,
    RelayFault,
    ServiceFault,
    TandemError,
    TooMany,
    VaultFault,
    WireError,
    WrongPassword,
)
from tandem.ports import HttpRequest, HttpResponse
from tandem.proto.keysign_pb2 import KeysignMessage
from tandem.relay.fast_vault import MAX_BODY, PREFIX, ServerShare, VaultServer, hardened, server_of
from tandem.relay.pairing import KeyImportInvitation, KeysignInvitation, MigrateInvitation

T = TypeVar("T")
KEY = "02" + "ab" * 32
CODE = bytes(range(32))
PASSWORD = "pass wörd"
SHARE = ServerShare("Server-1234", PASSWORD, "a@example.org")
FOUND = {
    "name": "v",
    "public_key_ecdsa": KEY,
    "public_key_eddsa": "cd" * 32,
    "hex_chain_code": CODE.hex(),
    "local_party_id": "Server-1234",
}


class Scripted:
    """Answers by path; whatever has no answer cannot be reached."""

    def __init__(self, **answers: tuple[int, bytes]) -> None:
        self.answers = answers
        self.requests: list[HttpRequest] = []

    async def send(self, request: HttpRequest) -> HttpResponse:
        self.requests.append(request)
        name = request.url.removeprefix("https://server/vault/").split("/")
        key = "_".join(name) if name[0] == "batch" else name[0]
        if key not in self.answers:
            raise RelayFault("ClientConnectorError")
        status, body = self.answers[key]
        return HttpResponse(status, {}, body)

    @property
    def body(self) -> dict[str, object]:
        return json.loads(self.requests[-1].body or b"")


def server(**answers: tuple[int, bytes]) -> tuple[VaultServer, Scripted]:
    http = Scripted(**answers)
    return VaultServer(http, "https://server/vault/"), http


def run(work: Coroutine[object, object, T]) -> T:
    return asyncio.run(work)


def signing() -> KeysignInvitation:
    message = KeysignMessage(session_id="sid", encryption_key_hex="11" * 32)
    return KeysignInvitation("https://link", message, KEY, None)


def common(invitation: object) -> dict[str, object]:
    return {
        "session_id": invitation.session_id,  # type: ignore[attr-defined]
        "hex_encryption_key": invitation.key.hex(),  # type: ignore[attr-defined]
        "local_party_id": "Server-1234",
        "encryption_password": PASSWORD,
        "email": "a@example.org",
    }


def test_more_than_the_server_takes_is_not_posted() -> None:
    client, http = server(sign=(200, b""))
    how = {"path": "m", "curve": "eddsa", "chain": "Solana", "password": PASSWORD}
    with pytest.raises(BadRequest):
        run(client.sign(signing(), messages=[bytes(MAX_BODY // 2)], **how))  # type: ignore[arg-type]
    assert not http.requests


@pytest.mark.parametrize("batched", [False, True])
def test_what_is_posted_to_make_a_vault(batched: bool) -> None:
    client, http = server(create=(200, b""), batch_keygen=(204, b""))
    invitation = invite_keygen(vault_name="savings")
    invitation.message.is_tss_batch = batched
    run(client.create(invitation, SHARE))
    more = {"protocols": ["ecdsa", "eddsa"]} if batched else {"lib_type": 1}
    code = invitation.message.hex_chain_code
    assert http.body == common(invitation) | {"name": "savings", "hex_chain_code": code} | more
    request = http.requests[0]
    assert (request.method, request.headers["content-type"]) == ("POST", "application/json")
    assert request.url == "https://server/vault/" + ("batch/keygen" if batched else "create")
    assert PASSWORD not in repr(request) + repr(SHARE)


@pytest.mark.parametrize("batched", [False, True])
def test_what_is_posted_to_reshare_import_and_migrate(batched: bool) -> None:
    client, http = server(
        reshare=(200, b""),
        batch_reshare=(204, b""),
        migrate=(200, b""),
        **{"import": (200, b""), "batch_import": (204, b"")},
    )
    change = invite_reshare(vault_name="savings", public_key=bytes.fromhex(KEY), chain_code=CODE, signers=("a", "b"))
    change.message.is_tss_batch = batched
    run(client.reshare(change, SHARE))
    protocols = {"protocols": ["ecdsa", "eddsa"]} if batched else {}
    assert http.body == common(change) | protocols | {
        "name": "savings",
        "public_key": KEY,
        "hex_chain_code": CODE.hex(),
        "old_parties": ["a", "b"],
        "old_reshare_prefix": "",
        "lib_type": 1,
    }
    run(client.migrate(MigrateInvitation("", change.message), SHARE))
    wanted = common(change) | {"public_key": KEY}
    assert http.body == {name: value for name, value in wanted.items() if name != "local_party_id"}

    made = invite_keygen(vault_name="brought")
    made.message.chains[:] = ["Bitcoin", "Ethereum"]
    made.message.is_tss_batch = batched
    run(client.import_keys(KeyImportInvitation("", made.message), SHARE))
    code = {} if batched else {"hex_chain_code": made.message.hex_chain_code}
    assert http.body == common(made) | protocols | code | {
        "name": "brought",
        "lib_type": 2,
        "chains": ["Bitcoin", "Ethereum"],
    }


def test_what_is_posted_to_sign() -> None:
    client, http = server(sign=(200, b'"task"'))
    run(
        client.sign(
            signing(),
            messages=[b"\xbb" * 32, b"\xaa" * 32],
            path="m/44/60/0/0/0",
            curve="ecdsa",
            chain="Ethereum",
            password=PASSWORD,
        )
    )
    assert http.body == {
        "public_key": KEY,
        "messages": ["aa" * 32, "bb" * 32],
        "session": "sid",
        "hex_encryption_key": "11" * 32,
        "derive_path": "m/44'/60'/0'/0/0",
        "is_ecdsa": True,
        "vault_password": PASSWORD,
        "chain": "Ethereum",
    }
    assert [hardened(path) for path in ("m", "m/44/501/0", "m/84/0/0/0/0")] == ["m", "m/44'/501'/0'", "m/84'/0'/0'/0/0"]


def ask(client: VaultServer, password: str = PASSWORD) -> Coroutine[object, object, None]:
    return client.sign(signing(), messages=[b"m"], path="m", curve="eddsa", chain="Solana", password=password)


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ({"sign": 500, "get": 500, "exist": 200}, WrongPassword),
        ({"sign": 401, "get": 403, "exist": 200}, WrongPassword),
        ({"sign": 500, "get": 500, "exist": 400}, VaultFault),
        ({"sign": 500, "get": 200}, ServiceFault),
        ({"sign": 500}, ServiceFault),
        ({"sign": 500, "get": 502}, ServiceFault),
        ({"sign": 429}, TooMany),
        ({"sign": 503}, ServiceFault),
        ({"sign": 302}, ServiceFault),
        ({}, ServiceFault),
    ],
)
def test_a_refusal_to_sign_is_told_apart(answers: dict[str, int], error: type[TandemError]) -> None:
    client, http = server(**{name: (status, json.dumps(FOUND).encode()) for name, status in answers.items()})
    with pytest.raises(TandemError) as caught:
        run(ask(client))
    assert type(caught.value) is error
    assert caught.value.__cause__ is None and caught.value.__context__ is None
    assert [request.url for request in http.requests].count("https://server/vault/sign") == 1


def test_reading_a_vault() -> None:
    client, http = server(get=(200, json.dumps(FOUND | {"more": [1]}).encode()))
    found = run(client.read(KEY, PASSWORD))
    assert (found.name, found.party, found.public_key.hex(), found.chain_code) == ("v", "Server-1234", KEY, CODE)
    assert http.requests[0].headers == {"x-password": base64.b64encode(PASSWORD.encode()).decode()}
    for body in (
        *(FOUND | {name: value} for name in FOUND for value in (None, "", 1, "xx" * 9999, ["a"])),
        *({key: value for key, value in FOUND.items() if key != name} for name in FOUND),
        FOUND | {"public_key_ecdsa": "03" + "ab" * 32},
        [],
        "text",
    ):
        client, _ = server(get=(200, json.dumps(body).encode()))
        with pytest.raises(ServiceFault):
            run(client.read(KEY, PASSWORD))


def test_questions_answered_with_yes_and_no() -> None:
    for status, wanted in ((200, True), (400, False), (404, False)):
        client, _ = server(exist=(status, b""), verify=(status, b""))
        assert run(client.exists(KEY)) is wanted
        assert run(client.verify(KEY, "1234")) is wanted
    client, http = server()
    for code in ("", "12 4", "../get", "1" * 17, "١٢٣٤"):
        assert not run(client.verify(KEY, code))
    assert not http.requests
    for bad in ("", "02", KEY + "00", "../" + KEY, "zz" * 33):
        with pytest.raises(WireError):
            run(client.exists(bad))
    assert not http.requests


@pytest.mark.parametrize(
    "url",
    [
        "http://api.vultisig.com/vault",
        "http://192.168.1.2/vault",
        "http://localhost.evil.example/vault",
        "ftp://localhost",
        "https://",
        "https://user:secret@server/vault",
        "https://server/vault?x=1",
        "https://server/vault#x",
        "https://ser ver",
        "https://sérver",
        "https://[::1",
        "https://server:99999",
        "//server",
        "",
    ],
)
def test_addresses_that_get_no_password(url: str) -> None:
    with pytest.raises(BadRequest) as caught:
        VaultServer(Scripted(), url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["https://api.vultisig.com/vault", "http://localhost:8080", "http://127.0.0.1:1/vault/", "http://[::1]:1"]
)
def test_addresses_that_may(url: str) -> None:
    assert VaultServer(Scripted(), url).base_url == url.rstrip("/")


def test_what_is_no_share_of_a_server() -> None:
    good = {"party": "Server-1", "password": "p", "email": "a@b"}
    ServerShare(**good)
    for name, values in {
        "party": ("", PREFIX, "server-1", "phone-1", "Server-a/b", "Server-ü"),
        "password": ("", "x" * 1025, "a\ud800b"),
        "email": ("", "a", "@b", "a@", "a b@c", "a@b\r\nBcc: c@d", "a" * 250 + "@b.cd"),
    }.items():
        for value in values:
            with pytest.raises(BadRequest) as caught:
                ServerShare(**(good | {name: value}))
            assert len(value) < 3 or value not in repr(caught.value)
            assert caught.value.__context__ is None
    assert server_of(("phone", "Server-12", "b")) == "Server-12" and server_of(("a", "server-1")) is None


def test_its_share_is_mailed_again() -> None:
    client, http = server(resend=(200, b""))
    run(client.resend(KEY, SHARE))
    assert http.body == {"public_key_ecdsa": KEY, "email": SHARE.email, "password": PASSWORD}
    for answers, error in (
        ({"resend": (429, b"")}, TooMany),
        ({"resend": (400, b""), "get": (403, b""), "exist": (200, b"")}, WrongPassword),
        ({"resend": (400, b""), "get": (200, json.dumps(FOUND).encode())}, ServiceFault),
        ({}, ServiceFault),
    ):
        client, _ = server(**answers)
        with pytest.raises(error):
            run(client.resend(KEY, SHARE))
