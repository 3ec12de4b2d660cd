"""Links and QR texts: those of the real apps, ours, and garbage."""

import base64
import lzma

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tandem.errors import WireError
from tandem.proto.keygen_pb2 import KeygenMessage, ReshareMessage
from tandem.proto.keysign_pb2 import CustomMessagePayload, KeysignMessage, KeysignPayload
from tandem.relay.pairing import (
    MAX_CHAINS,
    MAX_READ,
    KeygenInvitation,
    KeyImportInvitation,
    KeysignInvitation,
    MigrateInvitation,
    ReshareInvitation,
    keygen_link,
    keysign_link,
    pack,
    parse_link,
    reshare_link,
    unpack,
)

KEYGEN = (
    "/Td6WFoAAAFpIt42AgAhAQAAAAA3J5fW4ADPAEhdAAUJ0DbpP4QeV8jh1pZXjC4nJslvVvYucN+jPgTBRzkqXJxK0oivUKn0YdgIyb+4beHPVrBv"
    "oeEj2AqP1ABpy1xHHRMLcqY9AACaFLecAAFg0AEAAAC7w+j6PjANiwIAAAAAAVla"
)
KEYSIGN = (
    "/Td6WFoAAAFpIt42AgAhARYAAAB0L+Wj4AFBAM1dAAUJ0DbpP4QeV8jh1pZXjC4nJslvSD/VLlX4rh6qUAkvb4ws5qU5nPnNkUHLbcOm0XmhAym9"
    "jhQgWKESoSiRVUnby6biAqAUKP+qbVhgOm5UC9uyvMP9MgxrSs3aHcSEZ7dOMUP5ycY8VXPtXpPqa/mbYaofWc0fRzJTUq6zyplgic1azkJ2Fgcm"
    "Q15Q2UXqupUyPu+okLZZhbqS5131YAt9eiLymTjiRJEi3PsYcOWzw4yzwE2RtST7XQJyrdpuLesFH5QnrX/vEzeD7i8AAAAAEc/4ZwAB5QHCAgAA"
    "v4V8Zz4wDYsCAAAAAAFZWg=="
)
SESSION = "11111111-2222-4333-8444-555555555555"
VAULT = "02" + "ab" * 32


def keygen_message(**fields: object) -> KeygenMessage:
    return KeygenMessage(**{"session_id": SESSION, "encryption_key_hex": "11" * 32, "vault_name": "v", **fields})


def test_keygen_link_of_the_extension() -> None:
    found = parse_link(f"https://vultisig.com?type=NewVault&tssType=Keygen&jsonData={KEYGEN}")
    assert isinstance(found, KeygenInvitation)
    assert (found.session_id, found.key, found.message.vault_name) == (SESSION, b"\x11" * 32, "My Vault")
    assert found.server_url is None


def test_migrations_and_imports_name_their_key() -> None:
    change = reshare_message()
    session = {"session_id": SESSION, "encryption_key_hex": "11" * 32, "hex_chain_code": "22" * 32}
    for kind, message in (("Migrate", change), ("KeyImport", KeygenMessage(chains=["Bitcoin"], **session))):
        data = pack(message.SerializeToString())
        found = parse_link(f"https://vultisig.com?type=NewVault&tssType={kind}&jsonData={data}")
        if isinstance(found, MigrateInvitation):
            assert (found.public_key.hex(), found.key) == (VAULT, b"\x11" * 32)
        else:
            assert isinstance(found, KeyImportInvitation)
            assert (found.chains, found.chain_code) == (("Bitcoin",), b"\x22" * 32)


@pytest.mark.parametrize("escape", [False, True])
@pytest.mark.parametrize("padding", [False, True])
def test_keysign_link_of_the_apps_escaped_or_not_padded_or_not(escape: bool, padding: bool) -> None:
    data = KEYSIGN if padding else KEYSIGN.rstrip("=")
    if escape:
        data = data.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")
    found = parse_link(f"vultisig://?type=SignTransaction&jsonData={data}&tssBatching=1")
    assert isinstance(found, KeysignInvitation)
    assert isinstance(found.payload, CustomMessagePayload)
    assert found.payload.method == "personal_sign"
    assert found.initiator == "extension-0011223344556677"
    assert found.vault_public_key == found.payload.vault_public_key_ecdsa


def test_our_links_are_raw_base64_and_read_back() -> None:
    message = keygen_message()
    link = keygen_link(message)
    assert link.startswith("https://vultisig.com?type=NewVault&tssType=Keygen&jsonData=")
    assert "%" not in link
    found = parse_link(link)
    assert isinstance(found, KeygenInvitation)
    assert found.message == message


def test_a_relay_of_ones_own_travels_in_the_link() -> None:
    found = parse_link(keygen_link(keygen_message(), relay_url="http://127.0.0.1:18080"))
    assert found.server_url == "http://127.0.0.1:18080"
    assert parse_link(keygen_link(keygen_message(), relay_url="https://api.vultisig.com/router/")).server_url is None


def test_offloaded_payload_is_completed_and_belongs_to_the_vault() -> None:
    message = KeysignMessage(session_id=SESSION, encryption_key_hex="11" * 32, payload_id="aa" * 32)
    found = parse_link(keysign_link(VAULT, message))
    assert isinstance(found, KeysignInvitation)
    assert (found.payload, found.payload_id, found.initiator) == (None, "aa" * 32, "")
    mine = KeysignPayload(vault_public_key_ecdsa=VAULT, vault_local_party_id="extension-1")
    whole = found.with_payload(pack(mine.SerializeToString()))
    assert whole.payload == mine
    assert whole.initiator == "extension-1"
    other = KeysignPayload(vault_public_key_ecdsa="03" + "ab" * 32)
    with pytest.raises(WireError, match="two vaults"):
        found.with_payload(pack(other.SerializeToString()))


def test_secret_of_the_session_is_not_in_the_repr() -> None:
    found = parse_link(keygen_link(keygen_message()))
    assert "1111" not in repr(found)


@pytest.mark.parametrize(
    "fields",
    [
        {"session_id": ""},
        {"session_id": "../../start"},
        {"session_id": "a" * 300},
        {"encryption_key_hex": "11" * 31},
        {"encryption_key_hex": "zz" * 32},
    ],
)
def test_bad_session_or_key_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(WireError):
        parse_link(keygen_link(keygen_message(**fields)))


@pytest.mark.parametrize(
    "link",
    [
        "",
        "https://vultisig.com",
        "ftp://vultisig.com?type=NewVault&tssType=Keygen&jsonData=" + KEYGEN,
        "https://vultisig.com?type=NewVault&tssType=Reshare&jsonData=" + KEYGEN,
        "https://vultisig.com?type=SignTransaction&vault=zz&jsonData=" + KEYSIGN,
        "https://vultisig.com?type=NewVault&tssType=Keygen&type=NewVault&jsonData=" + KEYGEN,
        "https://vultisig.com?type=NewVault&tssType=Keygen&jsonData=" + KEYGEN[:-8],
        "https://vultisig.com?type=NewVault&tssType=Keygen&jsonData=AAAA",
        "https://[::1?type=NewVault",
        "https://vultisig.com?type=Rename&jsonData=" + KEYGEN,
        "https://vultisig.com?type=NewVault&tssType=Twist&jsonData=" + KEYGEN,
        "x" * 70_000,
    ],
)
def test_what_is_no_invitation_is_refused(link: str) -> None:
    with pytest.raises(WireError):
        parse_link(link)


def test_a_link_longer_than_we_look_at_is_refused() -> None:
    link = keygen_link(keygen_message())
    assert parse_link(link + "&x=" + "y" * (MAX_READ - len(link) - 3))
    with pytest.raises(WireError, match="too long"):
        parse_link(link + "&x=" + "y" * (MAX_READ - len(link) - 2))


def reshare_message(*chains: str) -> ReshareMessage:
    secrets = {"session_id": SESSION, "encryption_key_hex": "11" * 32, "hex_chain_code": "22" * 32}
    return ReshareMessage(public_key_ecdsa=VAULT, vault_name="v", chains=chains, **secrets)


def test_chains_are_in_the_reshare_that_passes_them_on_and_in_no_other() -> None:
    for message, kind, other in (
        (reshare_message(), "Reshare", "ReshareImported"),
        (reshare_message("Ethereum"), "ReshareImported", "Reshare"),
    ):
        link = reshare_link(message)
        assert f"tssType={kind}&" in link and isinstance(parse_link(link), ReshareInvitation)
        with pytest.raises(WireError, match="chains"):
            parse_link(link.replace(f"tssType={kind}&", f"tssType={other}&"))


def test_chains_are_bounded_and_each_once() -> None:
    names = [f"Chain-{number}" for number in range(MAX_CHAINS + 1)]
    assert parse_link(reshare_link(reshare_message(*names[:-1])))
    for chains in (names, ["Ethereum", "Ethereum"], ["no/place"], [""], ["x" * 257]):
        with pytest.raises(WireError, match="chain"):
            parse_link(reshare_link(reshare_message(*chains)))


def test_a_signing_has_exactly_one_payload() -> None:
    session = {"session_id": SESSION, "encryption_key_hex": "11" * 32}
    both = KeysignMessage(
        keysign_payload=KeysignPayload(vault_public_key_ecdsa=VAULT),
        custom_message_payload=CustomMessagePayload(vault_public_key_ecdsa=VAULT),
        **session,
    )
    for message, why in ((both, "two payloads"), (KeysignMessage(**session), "nothing to sign")):
        with pytest.raises(WireError, match=why):
            parse_link(keysign_link(VAULT, message))


def test_unpacking_is_bounded_in_output() -> None:
    with pytest.raises(WireError, match="too much"):
        unpack(pack(bytes(2 << 20)))


def test_unpacking_is_bounded_in_input() -> None:
    with pytest.raises(WireError, match="too long"):
        unpack("A" * (2 << 20))


def test_unpacking_is_bounded_in_memory() -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 1, "dict_size": 256 << 20}]
    packed = lzma.compress(b"x", format=lzma.FORMAT_XZ, check=lzma.CHECK_CRC32, filters=filters)
    with pytest.raises(WireError, match="not xz"):
        unpack(base64.b64encode(packed).decode())


def test_bytes_after_the_stream_are_refused() -> None:
    with pytest.raises(WireError, match="after"):
        unpack(base64.b64encode(base64.b64decode(pack(b"x")) + b"1234").decode())


@settings(max_examples=300, deadline=None)
@given(
    st.text(max_size=300) | st.binary(max_size=200).map(lambda d: f"https://vultisig.com?type=NewVault&jsonData={d!r}")
)
def test_garbage_is_a_wire_error(text: str) -> None:
    with pytest.raises(WireError):
        parse_link(text)


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=200), st.sampled_from(["type=NewVault&tssType=Keygen", "type=SignTransaction&vault=" + VAULT])
)
def test_any_protobuf_bytes_are_an_invitation_or_a_wire_error(data: bytes, kind: str) -> None:
    link = f"https://vultisig.com?{kind}&jsonData={pack(data)}"
    try:
        found = parse_link(link)
    except WireError:
        return
    assert len(found.key) == 32
