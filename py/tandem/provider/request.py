"""Parsing what a page sends: bounded text in, a frozen request out, an exact JSON-RPC error otherwise."""

from dataclasses import dataclass
from typing import Final

from tandem.errors import BadRequest, BlobTransaction, InvalidRequest, ParseFault, WireError
from tandem.provider.hex_params import address_param, bytes_param, fixed_param, quantity_param
from tandem.provider.lists import AccessWish, AuthorizationWish, access_list_param, authorizations_param
from tandem.wire import Json, json_text, parse_json, un0x

MAX_REQUEST: Final = 1 << 20
MAX_MESSAGE: Final = 64 * 1024  # what personal_sign takes; more than a person could read anyway
MAX_DATA: Final = 128 * 1024
_TIPS: Final = ("maxFeePerGas", "maxPriorityFeePerGas")


@dataclass(frozen=True, slots=True)
class Call:
    """Method and parameters of one request."""

    method: str
    params: tuple[Json, ...]


@dataclass(frozen=True, slots=True)
class TransactionWish:
    """What a page wants sent; None where it leaves the choice to the wallet. Amounts in wei, addresses of 20 bytes.

    kind: the type that it names (EIP-2718), 0 for those of before; priced: it has one gas price, as types 0 and 1.
    """

    sender: bytes
    to: bytes | None
    value: int
    data: bytes
    gas_limit: int | None
    max_fee: int | None
    priority_fee: int | None
    nonce: int | None
    chain_id: int | None
    kind: int | None
    priced: bool
    access_list: tuple[AccessWish, ...]
    authorizations: tuple[AuthorizationWish, ...]


def parse_call(text: str) -> Call:
    """Raises ParseFault (-32700), InvalidRequest (-32600), BadRequest (-32602)."""
    if len(text) > MAX_REQUEST:
        raise BadRequest("request too large")
    try:
        message = parse_json(text, limit=MAX_REQUEST)
    except WireError as broken:
        raise ParseFault(broken.detail) from broken
    if not isinstance(message, dict):
        raise InvalidRequest("no object")
    method, params = message.get("method"), message.get("params", [])
    if not isinstance(method, str) or not 0 < len(method) <= 64:
        raise InvalidRequest("no method")
    if params is None:
        params = []
    if isinstance(params, dict):
        params = [params]
    if not isinstance(params, list):
        raise BadRequest("params")
    return Call(method, tuple(params))


def _is_address(value: Json) -> bool:
    return isinstance(value, str) and len(value) == 42 and value[:2] == "0x"


def _message(content: Json) -> bytes:
    if not isinstance(content, str):
        raise BadRequest("message")
    try:
        message = un0x(content) if content.startswith("0x") else content.encode("utf-8")
    except WireError:
        message = content.encode("utf-8")  # 0x followed by no hex is text
    if len(message) > MAX_MESSAGE:
        raise BadRequest("message too large")
    return message


def message_params(params: tuple[Json, ...]) -> tuple[bytes, bytes]:
    """(message, account) of personal_sign. Old pages give them the other way round. Raises BadRequest."""
    if len(params) < 2:
        raise BadRequest("personal_sign takes a message and an address")
    content, account = params[0], params[1]
    if _is_address(content) and not _is_address(account):
        content, account = account, content
    return _message(content), address_param(account)


def typed_data_params(params: tuple[Json, ...]) -> tuple[bytes, str]:
    """(account, JSON text) of eth_signTypedData_v4 and _v3, whose data is JSON text or the object itself.

    Old pages give them the other way round, as version 1 (eth_signTypedData) does. Raises BadRequest.
    """
    if len(params) < 2:
        raise BadRequest("typed data takes an address and the data")
    account, data = params[0], params[1]
    if _is_address(data) and not _is_address(account):
        account, data = data, account
    return address_param(account), data if isinstance(data, str) else json_text(data)


def recovery_params(params: tuple[Json, ...]) -> tuple[bytes, bytes]:
    """(message, 65-byte signature) of personal_ecRecover. Raises BadRequest."""
    if len(params) < 2:
        raise BadRequest("personal_ecRecover takes a message and a signature")
    return _message(params[0]), fixed_param(params[1], "signature", 65)


def chain_param(params: tuple[Json, ...]) -> int:
    """Chain id of wallet_switchEthereumChain (EIP-3326) and wallet_addEthereumChain (EIP-3085). Raises BadRequest."""
    if not params or not isinstance(params[0], dict):
        raise BadRequest("chainId")
    return quantity_param(params[0].get("chainId"), "chainId", bits=53)


def permission_params(params: tuple[Json, ...]) -> None:
    """Of wallet_requestPermissions and wallet_revokePermissions (EIP-2255): eth_accounts is all there is to ask for.

    Raises BadRequest.
    """
    if len(params) != 1 or not isinstance(params[0], dict) or set(params[0]) != {"eth_accounts"}:
        raise BadRequest("eth_accounts is the one permission")
    if not isinstance(params[0]["eth_accounts"], dict):
        raise BadRequest("eth_accounts")


def transaction_params(params: tuple[Json, ...]) -> TransactionWish:
    """The transaction of eth_sendTransaction. Raises BadRequest for what would not be honoured exactly."""
    if not params or not isinstance(params[0], dict):
        raise BadRequest("transaction")
    wish = params[0]

    def quantity(name: str, bits: int = 256) -> int | None:
        value = wish.get(name)
        return None if value is None else quantity_param(value, name, bits=bits)

    data, twin = wish.get("data"), wish.get("input")
    if data is not None and twin is not None and data != twin:
        raise BadRequest("data and input differ")
    kind = quantity("type", 8)
    if kind == 3 or any(wish.get(name) for name in ("blobs", "blobVersionedHashes", "maxFeePerBlobGas")):
        raise BlobTransaction
    to = wish.get("to")
    gas, gas_price = quantity("gas", 64), quantity("gasPrice")
    call = data if data is not None else twin
    made = TransactionWish(
        sender=address_param(wish.get("from")),
        to=None if to is None else address_param(to),
        value=quantity("value") or 0,
        data=b"" if call is None else bytes_param(call, "data", MAX_DATA),
        gas_limit=gas if gas is not None else quantity("gasLimit", 64),
        max_fee=quantity("maxFeePerGas") if gas_price is None else gas_price,
        priority_fee=quantity("maxPriorityFeePerGas") if gas_price is None else gas_price,
        nonce=quantity("nonce", 63),
        chain_id=quantity("chainId", 53),
        kind=kind,
        priced=gas_price is not None,
        access_list=access_list_param(wish.get("accessList")),
        authorizations=authorizations_param(wish.get("authorizationList")),
    )
    if made.to is None and not made.data:
        raise BadRequest("neither recipient nor code")
    _require_type(made, tips=any(wish.get(name) is not None for name in _TIPS))
    return made


def _require_type(wish: TransactionWish, *, tips: bool) -> None:
    """That type and lists go together, so that what is signed is what was meant. Raises BadRequest."""
    if wish.kind not in (None, 0, 1, 2, 4):
        raise BadRequest("no type of transaction that exists")
    if wish.access_list and wish.kind == 0:
        raise BadRequest("type 0 has no accessList")
    if wish.kind == 1 and tips:
        raise BadRequest("type 1 has one gasPrice")
    if wish.authorizations and wish.kind not in (None, 4):
        raise BadRequest("authorizationList is of type 4")
    if wish.kind == 4 and not wish.authorizations:
        raise BadRequest("type 4 has authorizations")
    if wish.authorizations and wish.to is None:
        raise BadRequest("type 4 makes no contract")
