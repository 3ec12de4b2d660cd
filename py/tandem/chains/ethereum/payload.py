"""Vultisig's keysign payloads for EVM: what travels to the phone, and which bytes it stands for (relay spec §6, §10).

Both devices compute the digest from the payload with `read_transaction` and `read_message`, so what is shown on the
phone is what is signed.
"""

from dataclasses import replace
from typing import Final

from tandem.chains.ethereum import address as addresses
from tandem.chains.ethereum import calldata, message, typed_data
from tandem.chains.ethereum.networks import BY_WIRE, Network
from tandem.chains.ethereum.rpc import Token
from tandem.chains.ethereum.swap import read_swap
from tandem.chains.ethereum.tx import Transaction
from tandem.chains.ethereum.typed_data import TypedData
from tandem.chains.ethereum.typed_data_v1 import METHOD as FIELDS
from tandem.chains.ethereum.typed_data_v1 import FieldHashes
from tandem.chains.swap import decimal
from tandem.errors import WireError
from tandem.proto.coin_pb2 import Coin
from tandem.proto.keysign_pb2 import CustomMessagePayload, KeysignPayload
from tandem.wire import un0x

PERSONAL: Final = "personal_sign"
TYPED: Final = "eth_signTypedData_v4"
Signable = bytes | TypedData | FieldHashes
_NOT_READ: Final = ("contract_payload", "sign_data")


def transaction_payload(
    tx: Transaction,
    *,
    network: Network,
    account: bytes,
    public_key: bytes,
    vault_public_key: bytes,
    party: str,
    token: Token | None,
    origin: str,
    broadcast: bool = True,
) -> KeysignPayload:
    """The payload of one transaction.

    account: 20 bytes; public_key: the 33-byte derived key of the account; token: what is known of the called contract;
    broadcast: whether it is sent at all; the apps' phones send it too.
    A plain token transfer travels as one (the phone names token and amount), every other call as calldata in `memo`.
    """
    coin = Coin(
        chain=network.wire,
        ticker=network.symbol,
        address=addresses.checksum(account),
        decimals=18,
        is_native_token=True,
        hex_public_key=public_key.hex(),
    )
    to, amount, memo = tx.to, tx.value, "0x" + tx.data.hex() if tx.data else None
    transfer = calldata.token_transfer(tx.data)
    if (
        transfer is not None
        and tx.to is not None
        and tx.value == 0
        and token is not None
        and token.symbol is not None
        and token.decimals is not None
    ):
        coin.ticker, coin.decimals = token.symbol, token.decimals
        coin.is_native_token, coin.contract_address = False, addresses.checksum(tx.to)
        (to, amount), memo = transfer, None
    payload = KeysignPayload(
        coin=coin,
        to_address=addresses.checksum(to) if to is not None else "",
        to_amount=str(amount),
        vault_public_key_ecdsa=vault_public_key.hex(),
        vault_local_party_id=party,
        lib_type="DKLS",
    )
    payload.ethereum_specific.max_fee_per_gas_wei = str(tx.max_fee)
    payload.ethereum_specific.priority_fee = str(tx.priority_fee)
    payload.ethereum_specific.nonce = tx.nonce
    payload.ethereum_specific.gas_limit = str(tx.gas_limit)
    if memo is not None:
        payload.memo = memo
    if not broadcast:
        payload.skip_broadcast = True
    payload.dapp_metadata.url = origin
    return payload


def network_of(payload: KeysignPayload) -> Network:
    """The network that the payload names. Raises WireError for one that is not an EVM network we know."""
    network = BY_WIRE.get(payload.coin.chain)
    if network is not None:
        return network
    space, _, number = payload.coin.chain.partition(":")
    if space == "eip155" and number.isascii() and number.isdigit() and len(number) < 16:
        return Network(int(number), f"Chain {int(number)}", payload.coin.chain, payload.coin.ticker or "?", ())
    raise WireError("not an EVM network")


def token_of(payload: KeysignPayload) -> Token | None:
    """The token that the payload's coin describes, in the words of the device that made it. Raises WireError."""
    if payload.coin.is_native_token:
        return None
    if not 0 <= payload.coin.decimals <= 36:
        raise WireError("decimals out of range")
    return Token(addresses.parse(payload.coin.contract_address), payload.coin.ticker[:32], payload.coin.decimals)


def read_transaction(payload: KeysignPayload) -> Transaction:
    """The transaction that the payload stands for. Raises WireError for anything this reading does not cover."""
    if payload.WhichOneof("blockchain_specific") != "ethereum_specific":
        raise WireError("no EVM transaction")
    if payload.HasField("erc20_approve_payload") or any(payload.WhichOneof(name) for name in _NOT_READ):
        raise WireError("a kind of payload that is not understood")
    specific = payload.ethereum_specific
    swap = read_swap(payload)
    to, value, data = _sent(payload) if swap is None else swap[0][:3]
    gas_price, gas = swap[0][3:] if swap is not None else (0, 0)
    return Transaction(
        network_of(payload).chain_id,
        specific.nonce,
        decimal(specific.priority_fee),
        max(decimal(specific.max_fee_per_gas_wei), gas_price),
        max(decimal(specific.gas_limit), gas),
        to,
        value,
        data,
        network_of(payload).kind,
    )


def _sent(payload: KeysignPayload) -> tuple[bytes | None, int, bytes]:
    """Recipient, wei and calldata of a payload that is no swap."""
    to = addresses.parse(payload.to_address) if payload.to_address else None
    amount = decimal(payload.to_amount)
    if payload.coin.is_native_token:
        return to, amount, _memo(payload.memo)
    if to is None or payload.memo:
        raise WireError("a token transfer without recipient or with a memo")
    return addresses.parse(payload.coin.contract_address), 0, calldata.transfer_call(to, amount)


def read_transactions(payload: KeysignPayload) -> tuple[Transaction, ...]:
    """All that the payload stands for: one transaction, or an approval of the coin and, with the next nonce, what it is
    for; before the approval one of nothing, where the token wants that. Raises WireError."""
    if not payload.HasField("erc20_approve_payload"):
        return (read_transaction(payload),)
    if payload.coin.is_native_token:
        raise WireError("an approval, but no token")
    rest = KeysignPayload()
    rest.CopyFrom(payload)
    rest.ClearField("erc20_approve_payload")
    main, wanted = read_transaction(rest), payload.erc20_approve_payload
    specific, spender = payload.ethereum_specific, addresses.parse(wanted.spender)
    approval = replace(
        main,
        max_fee=decimal(specific.max_fee_per_gas_wei),
        gas_limit=decimal(specific.gas_limit),
        to=addresses.parse(payload.coin.contract_address),
        value=0,
    )
    amounts = [0] if wanted.reset_allowance_first else []
    steps = [calldata.approve_call(spender, amount) for amount in (*amounts, decimal(wanted.amount))]
    approvals = [replace(approval, nonce=main.nonce + place, data=data) for place, data in enumerate(steps)]
    return *approvals, replace(main, nonce=main.nonce + len(approvals))


def _memo(memo: str) -> bytes:
    """As the apps do: hex when it begins with 0x, text otherwise."""
    return un0x(memo) if memo.startswith("0x") else memo.encode("utf-8")


def message_payload(content: Signable, *, vault_public_key: bytes, party: str, origin: str) -> CustomMessagePayload:
    """personal_sign of bytes, whose prefix travels inside, or typed data; every EVM chain is called Ethereum."""
    match content:
        case TypedData():
            method, text = TYPED, content.text()
        case FieldHashes():
            method, text = FIELDS, "0x" + content.preimage.hex()
        case _:
            method, text = PERSONAL, "0x" + message.prefixed(content).hex()
    payload = CustomMessagePayload(
        method=method,
        message=text,
        vault_public_key_ecdsa=vault_public_key.hex(),
        vault_local_party_id=party,
        chain="Ethereum",
    )
    payload.dapp_metadata.url = origin
    return payload


def read_message(payload: CustomMessagePayload) -> Signable:
    """The message inside, without its prefix, or typed data. Raises WireError for any other payload."""
    if payload.chain not in ("", "Ethereum"):
        raise WireError("a kind of message that is not understood")
    if payload.method == TYPED:
        return typed_data.parse(payload.message)
    if payload.method == FIELDS:
        return FieldHashes(un0x(payload.message))
    if payload.method != PERSONAL:
        raise WireError("a kind of message that is not understood")
    found = message.unprefixed(un0x(payload.message))
    if found is None:
        raise WireError("the message lacks its EIP-191 prefix")
    return found


def message_digest(content: Signable) -> bytes:
    """What is signed for it, 32 bytes."""
    match content:
        case TypedData():
            return typed_data.digest(content)
        case FieldHashes():
            return content.digest()
        case _:
            return message.digest(content)
