"""Vultisig's keysign payloads for Solana: what travels to the phone, and which bytes it stands for.

Relay spec §6, §10. A page's transactions travel whole (`sign_solana`): both devices read and sign the same bytes. A
payload without them is a plain send of the apps (send.py), or a swap (swap.py).
"""

from typing import Final

from tandem.chains.solana import DECIMALS, base58, offchain, send, tx
from tandem.chains.solana import address as addresses
from tandem.chains.solana.effect import of
from tandem.chains.solana.networks import BY_WIRE, Network
from tandem.chains.solana.programs.meaning import ComputeLimit, ComputePrice, SolTransfer, TokenTransfer
from tandem.chains.solana.swap import read_swap
from tandem.chains.solana.tokens import MAX_DECIMALS, NOTHING, Known, Mint
from tandem.chains.solana.tx import Transaction
from tandem.errors import WireError
from tandem.proto.coin_pb2 import Coin
from tandem.proto.keysign_pb2 import CustomMessagePayload, KeysignPayload
from tandem.wire import base64_text, un0x, unbase64

MAX_TRANSACTIONS: Final = 32
# Vultisig's apps hash these first, even for Solana (relay spec §6.3).
_HASHED: Final = frozenset(("personal_sign", "eth_signTypedData_v4"))


def transactions_payload(
    transactions: tuple[Transaction, ...],
    *,
    network: Network,
    account: bytes,
    vault_public_key: bytes,
    party: str,
    origin: str,
    broadcast: bool,
    known: Known = NOTHING,
) -> KeysignPayload:
    """The payload of a page's transactions, all signed by `account` (the vault's 32-byte EdDSA key).

    coin, to_address and to_amount only say in short what the first one does; what counts is its bytes. `broadcast`
    False keeps the apps from sending what the page wants to send itself. Raises WireError.
    """
    if not 0 < len(transactions) <= MAX_TRANSACTIONS:
        raise WireError("number of transactions")
    first = transactions[0].message
    found = of(first, account)
    coin = Coin(
        chain=network.wire,
        ticker=network.symbol,
        address=addresses.text(account),
        decimals=DECIMALS,
        is_native_token=True,
        hex_public_key=account.hex(),
    )
    payload = KeysignPayload(
        coin=coin,
        to_amount="0",
        vault_public_key_ecdsa=vault_public_key.hex(),
        vault_local_party_id=party,
        lib_type="DKLS",
        skip_broadcast=not broadcast,
    )
    match found.purpose:
        case [SolTransfer() as sent]:
            payload.to_address, payload.to_amount = addresses.text(sent.recipient), str(sent.amount)
        case [TokenTransfer() as sent] if sent.mint is not None:
            told = known.mint(sent.mint)
            if told is not None and told.symbol and told.decimals == sent.decimals:
                payload.coin.ticker, payload.coin.decimals = told.symbol, told.decimals
                payload.coin.is_native_token, payload.coin.contract_address = False, addresses.text(sent.mint)
                payload.to_amount = str(sent.amount)
                payload.to_address = addresses.text(found.owner(sent.destination) or sent.destination)
    specific = payload.solana_specific
    specific.recent_block_hash = base58.encode(first.blockhash)
    specific.priority_fee = str(sum(step.micro_lamports for step in found.steps if isinstance(step, ComputePrice)))
    for step in found.steps:
        if isinstance(step, ComputeLimit):
            specific.compute_limit = str(step.units)
    payload.sign_solana.raw_transactions.extend(base64_text(tx.to_bytes(each)) for each in transactions)
    payload.dapp_metadata.url = origin
    return payload


def network_of(payload: KeysignPayload) -> Network:
    """The network that the payload names. Raises WireError for one that is no Solana cluster we know."""
    network = BY_WIRE.get(payload.coin.chain)
    if network is None:
        raise WireError("not a Solana network")
    return network


def account_of(payload: KeysignPayload) -> bytes:
    """The account that is to sign; the caller compares it with the vault's. Raises WireError."""
    return addresses.parse(payload.coin.address)


def known_of(payload: KeysignPayload) -> Known:
    """The token that the payload's coin describes: its symbol is used where mint and decimals are the bytes' own."""
    coin = payload.coin
    if coin.is_native_token or not coin.contract_address:
        return NOTHING
    if not 0 <= coin.decimals <= MAX_DECIMALS:
        raise WireError("decimals out of range")
    symbol = coin.ticker[:32] if coin.ticker.isprintable() else None
    return Known({addresses.parse(coin.contract_address): Mint(symbol or None, coin.decimals)})


def read_transactions(payload: KeysignPayload) -> tuple[Transaction, ...]:
    """The transactions that the payload stands for. Raises WireError for anything this reading does not cover."""
    network_of(payload)
    if payload.WhichOneof("blockchain_specific") not in (None, "solana_specific"):
        raise WireError("no Solana transaction")
    if payload.HasField("erc20_approve_payload") or payload.WhichOneof("contract_payload"):
        raise WireError("a kind of payload that is not understood")
    swap = read_swap(payload)
    if swap is not None and payload.WhichOneof("sign_data") is not None:
        raise WireError("a swap with other transactions")
    if swap is not None:
        return (swap[0],)
    if payload.WhichOneof("sign_data") is None and payload.HasField("solana_specific"):
        return (send.read(payload),)
    raw = payload.sign_solana.raw_transactions
    if not 0 < len(raw) <= MAX_TRANSACTIONS:
        raise WireError("number of transactions")
    return tuple(tx.parse(unbase64(each)) for each in raw)


def message_payload(content: bytes, *, vault_public_key: bytes, party: str, origin: str) -> CustomMessagePayload:
    """Signing `content` as it is. Raises WireError for what must never be signed as a message."""
    payload = CustomMessagePayload(
        method="sign_message",
        message="0x" + offchain.check(content).hex(),
        vault_public_key_ecdsa=vault_public_key.hex(),
        vault_local_party_id=party,
        chain="Solana",
    )
    payload.dapp_metadata.url = origin
    return payload


def read_message(payload: CustomMessagePayload) -> bytes:
    """The message to sign, as the apps read it: hex when it begins with 0x, text otherwise. Raises WireError."""
    if payload.chain != "Solana" or payload.method in _HASHED:
        raise WireError("a kind of message that is not understood")
    text = payload.message
    return offchain.check(un0x(text) if text.startswith("0x") else text.encode("utf-8"))
