"""Every kind of link that the apps make: read, or said to be what it is; and no text whatever does anything else."""

from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tandem import ceremony
from tandem.errors import CeremonyLink, ConnectLink, PaymentLink, VaultLink, WireError
from tandem.proto.keygen_pb2 import LIB_TYPE_KEYIMPORT, KeygenMessage, ReshareMessage
from tandem.proto.keysign_pb2 import CustomMessagePayload, KeysignMessage, KeysignPayload
from tandem.provider.codes import SENTENCES
from tandem.relay.pairing import keygen_link, keysign_link, pack, reshare_link

RUNS = settings(max_examples=400, derandomize=True, deadline=None)
VAULT = "02" + "11" * 32
SESSION = {"session_id": "11111111-2222-4333-8444-555555555555", "encryption_key_hex": "11" * 32}
KEYGEN = KeygenMessage(vault_name="My Vault", hex_chain_code="00" * 32, **SESSION)
RESHARE = ReshareMessage(public_key_ecdsa=VAULT, old_parties=["a", "b"], hex_chain_code="00" * 32, **SESSION)
IMPORT = KeygenMessage(hex_chain_code="00" * 32, lib_type=LIB_TYPE_KEYIMPORT, chains=["Bitcoin"], **SESSION)
SEND = KeysignMessage(keysign_payload=KeysignPayload(vault_public_key_ecdsa=VAULT, to_amount="1"), **SESSION)
CUSTOM = KeysignMessage(custom_message_payload=CustomMessagePayload(message="0x00"), **SESSION)


def new_vault(kind: str, message: KeygenMessage | ReshareMessage) -> str:
    return f"https://vultisig.com?type=NewVault&tssType={kind}&jsonData={pack(message.SerializeToString())}"


FOLLOWED = {
    "keygen": keygen_link(KEYGEN),
    "reshare": reshare_link(RESHARE),
    "migrate": new_vault("Migrate", RESHARE),
    "key import": new_vault("KeyImport", IMPORT),
    "sign": keysign_link(VAULT, SEND),
    "custom message": keysign_link(VAULT, CUSTOM),
    "payload elsewhere": keysign_link(VAULT, KeysignMessage(payload_id="ab" * 32, **SESSION)),
}


OTHERS: dict[str, tuple[str, type[WireError]]] = {
    "a third key": (new_vault("SingleKeygen", KEYGEN), CeremonyLink),
    "send": ("vultisig://send?assetChain=Bitcoin&assetTicker=BTC&toAddress=bc1qabc&amount=0.1", PaymentLink),
    "send, by https": ("https://vultisig.com/send?assetChain=Ethereum&toAddress=0x00", PaymentLink),
    "send, by type": ("vultisig://vultisig.com?type=Send&toAddress=0x00", PaymentLink),
    "address": ("0x4e2FeBBb157dc6373b1e5fb908F0263c6041302C", PaymentLink),
    "address, bech32": ("bc1qf7fmzrldk8jl6y498a4vulvsq3ex22855cljxm", PaymentLink),
    "address, as a link": ("vultisig://bc1qf7fmzrldk8jl6y498a4vulvsq3ex22855cljxm", PaymentLink),
    "payment of a chain": ("bitcoin:bc1qf7fmzrldk8jl6y498a4vulvsq3ex22855cljxm?amount=1", PaymentLink),
    "connect": ("vultisig://connect?dappUrl=https%3A%2F%2Fdapp.example&callback=x", ConnectLink),
    "WalletConnect": (
        "wc:7f6e504bfad60b485450578e05678ed3e8e8c4751d3c6160be17160d63ec90f9@2?relay-protocol=irn",
        ConnectLink,
    ),
    "vault share": (
        '{"uid":"x","name":"v","public_key_ecdsa":"02","public_key_eddsa":"","hex_chain_code":""}',
        VaultLink,
    ),
}


@pytest.mark.parametrize("name", FOLLOWED)
def test_invitations_are_read_however_they_are_written(name: str) -> None:
    link = FOLLOWED[name]
    found = ceremony.parse_link(link)
    start, data = link.split("jsonData=")
    for other in (
        f"{start}jsonData={quote(data, safe='')}",
        link.replace("https://vultisig.com", "vultisig://"),
        f"  {link}\n",
        link.rstrip("="),
        f"{link}&tssBatching=1&resharePrefix=",
    ):
        again = ceremony.parse_link(other)
        assert type(again) is type(found) and again.message == found.message


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_no_invitation_is_called_by_its_name(name: str) -> None:
    link, kind = OTHERS[name]
    with pytest.raises(kind) as said:
        ceremony.parse_link(link)
    assert type(said.value) is kind and SENTENCES[said.value.reason] != SENTENCES["malformed"]


def quietly(text: str) -> None:
    """Read, or refused in words."""
    try:
        ceremony.parse_link(text)
    except WireError as error:
        assert error.reason in SENTENCES


@RUNS
@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    quietly(text)


LINKS = st.sampled_from([*FOLLOWED.values(), *(link for link, _ in OTHERS.values())])


@RUNS
@given(LINKS, st.lists(st.tuples(st.floats(0, 1), st.floats(0, 0.2), st.text(max_size=6)), min_size=1, max_size=4))
def test_links_with_pieces_replaced(link: str, changes: list[tuple[float, float, str]]) -> None:
    for at, length, piece in changes:
        start = int(at * len(link))
        link = link[:start] + piece + link[start + int(length * len(link)) :]
    quietly(link)


@RUNS
@given(
    st.sampled_from(["https://vultisig.com", "vultisig://", "https://", "vultisig:", "https://vultisig.com/send"]),
    st.lists(
        st.tuples(
            st.sampled_from(["type", "tssType", "vault", "jsonData", "serverUrl", "tssBatching", "assetChain"]),
            st.sampled_from(["NewVault", "SignTransaction", "Keygen", "Reshare", "KeyImport", "Migrate", "Send", VAULT])
            | st.binary(max_size=200).map(pack)
            | st.sampled_from([KEYGEN, RESHARE, IMPORT, SEND, CUSTOM]).map(lambda each: pack(each.SerializeToString()))
            | st.text(max_size=20),
        ),
        max_size=6,
    ),
)
def test_links_put_together_at_random(start: str, pairs: list[tuple[str, str]]) -> None:
    quietly(f"{start}?{'&'.join(f'{name}={value}' for name, value in pairs)}")


@RUNS
@given(st.sampled_from(["Keygen", "Reshare", "KeyImport", "Migrate", "SingleKeygen"]), st.binary(max_size=300))
def test_any_bytes_as_the_message_of_a_link(kind: str, data: bytes) -> None:
    quietly(f"https://vultisig.com?type=NewVault&tssType={kind}&jsonData={pack(data)}")
    quietly(f"https://vultisig.com?type=SignTransaction&vault={VAULT}&jsonData={pack(data)}")
