"""Calls to an EVM node, and what a transaction still needs from it before a person can judge it."""

from dataclasses import dataclass

from tandem.chains.ethereum import calldata, dangers, revert
from tandem.chains.ethereum.address import checksum
from tandem.chains.ethereum.contracts import known
from tandem.chains.ethereum.fees import Speeds
from tandem.chains.ethereum.networks import Network
from tandem.chains.ethereum.rpc import Token, quantity, text_result
from tandem.chains.ethereum.simulation import lists_json
from tandem.chains.ethereum.tx import LEGACY, LISTED, Transaction, transaction_hash
from tandem.chains.jsonrpc import NodeRefused
from tandem.errors import BadRequest, ChainNodeError, InsufficientFunds, WireError
from tandem.provider.request import TransactionWish
from tandem.wallet.ethereum.building import access_list_of, authorizations_of, build, kind_of
from tandem.wallet.ethereum.pool import Pool
from tandem.wallet.ethereum.prices import Prices
from tandem.wire import Json, un0x

_SYMBOL, _DECIMALS = "0x95d89b41", "0x313ce567"  # symbol(), decimals()
_BLOB = 3  # its hash leaves out what travels beside it (EIP-4844): only the node names it
_BALANCE_OF = "0x70a08231"  # balanceOf(address)


@dataclass(frozen=True, slots=True)
class Completed:
    """`speeds`: what could be paid instead; `data_fee`: wei that the network takes beside the gas, None where nothing;
    `token_held`: how much the account has of the token that it sends, None where that is not known."""

    made: Transaction
    speeds: Speeds
    data_fee: int | None
    token_held: int | None

    @property
    def cost(self) -> int:
        """Wei that leave at most."""
        return self.made.value + self.made.gas_limit * self.made.max_fee + (self.data_fee or 0)


class Node:
    """Any network's nodes."""

    def __init__(self, pool: Pool, prices: Prices) -> None:
        self.call, self._send, self._prices = pool.call, pool.send, prices

    async def balance(self, network: Network, account: str) -> int:
        return quantity(await self.call(network, "eth_getBalance", [account, "latest"]))

    async def nonce(self, network: Network, account: str) -> int:
        """The account's next nonce, transactions still in the pool included."""
        return quantity(await self.call(network, "eth_getTransactionCount", [account, "pending"]))

    async def send_raw(self, network: Network, params: tuple[Json, ...]) -> Json:
        """A page's own signed transaction; one that a node has already is sent. Its hash.

        Raises BadRequest, NodeRefused, ChainUnreachable.
        """
        try:
            (raw,) = params
            sealed = un0x(raw) if isinstance(raw, str) else b""
        except (ValueError, WireError) as wrong:
            raise BadRequest("one raw transaction") from wrong
        if not isinstance(raw, str) or not sealed:
            raise BadRequest("one raw transaction")
        if sealed[0] == _BLOB:
            return await self.call(network, "eth_sendRawTransaction", [raw])
        name = "0x" + transaction_hash(sealed).hex()
        await self._send(network, raw, name)
        return name

    async def token(self, network: Network, address: bytes) -> Token:
        """What the contract says of itself; it may lie, so its address is always shown beside it."""

        async def ask(selector: str) -> Json:
            try:
                return await self.call(network, "eth_call", [{"to": checksum(address), "data": selector}, "latest"])
            except ChainNodeError:
                return None

        symbol, digits = text_result(await ask(_SYMBOL)), await ask(_DECIMALS)
        decimals = int(digits, 16) if isinstance(digits, str) and len(digits) == 66 else None
        return Token(address, symbol, decimals if decimals is not None and decimals <= 36 else None)

    async def complete(self, network: Network, wish: TransactionWish) -> Completed:
        """The transaction with nonce, fees and gas limit filled in where the page left them open.

        Raises BadRequest for a wish that contradicts itself, InsufficientFunds, NodeRefused when the call would revert.
        """
        account = checksum(wish.sender)
        nonce = wish.nonce if wish.nonce is not None else await self.nonce(network, account)
        speeds = await self._prices.speeds(network, priced=kind_of(wish, network.kind) in (LEGACY, LISTED))
        normal, max_fee, priority_fee = speeds["normal"], wish.max_fee, wish.priority_fee
        if max_fee is None:
            max_fee = max(normal.max_fee, (priority_fee or 0) + normal.max_fee - normal.priority_fee)
        if priority_fee is None:
            priority_fee = min(normal.priority_fee, max_fee)
        gas_limit = wish.gas_limit if wish.gas_limit is not None else await self._gas(network, wish)
        try:
            made = build(
                wish,
                chain_id=network.chain_id,
                ordinary=network.kind,
                nonce=nonce,
                max_fee=max_fee,
                priority_fee=priority_fee,
                gas_limit=gas_limit,
            )
        except WireError as wrong:
            raise BadRequest(wrong.detail) from wrong
        data_fee = await self._prices.data_fee(network, made)
        completed = Completed(made, speeds, data_fee, await self.token_held(network, made, account))
        if await self.balance(network, account) < completed.cost:
            raise InsufficientFunds
        return completed

    async def token_held(self, network: Network, made: Transaction, account: str) -> int | None:
        """Where the transaction is a plain transfer of a token."""
        if made.to is None or calldata.token_transfer(made.data) is None:
            return None
        asked: dict[str, Json] = {"to": checksum(made.to), "data": _BALANCE_OF + bytes(12).hex() + account[2:]}
        try:
            answer = await self.call(network, "eth_call", [asked, "latest"])
        except ChainNodeError:
            return None
        return int(answer, 16) if isinstance(answer, str) and len(answer) == 66 else None

    async def _gas(self, network: Network, wish: TransactionWish) -> int:
        """The node's estimate, lists included; calls get a fifth more, since state moves until they are mined.

        Raises NodeRefused with the contract's reason in words where the call would fail.
        """
        what: dict[str, Json] = {"from": checksum(wish.sender), "value": hex(wish.value)}
        if wish.to is not None:
            what["to"] = checksum(wish.to)
        if wish.data:
            what["data"] = "0x" + wish.data.hex()
        what |= lists_json(access_list_of(wish), authorizations_of(wish))
        try:
            estimate = quantity(await self.call(network, "eth_estimateGas", [what]))
        except NodeRefused as refused:
            why = revert.reason(refused.node_data)
            if why is None:
                raise
            raise NodeRefused(refused.node_code, f"execution reverted: {why}", refused.node_data) from refused
        return estimate + estimate // 5 if wish.data or wish.authorizations else estimate

    async def called_token(self, network: Network, made: Transaction, account: bytes) -> Token | None:
        """The token that the transaction calls, when it is a call about its amounts."""
        step = calldata.meaning(made, account)
        if step is None or made.to is None or made.to not in dangers.tokens(step):
            return None
        return known.token(network.chain_id, made.to) or await self.token(network, made.to)
