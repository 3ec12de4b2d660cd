"""Calls to an EVM node, and what a transaction still needs from it before a person can judge it."""

from tandem.chains.ethereum import calldata, dangers, fees
from tandem.chains.ethereum.address import checksum
from tandem.chains.ethereum.contracts import known
from tandem.chains.ethereum.networks import Network
from tandem.chains.ethereum.rpc import Token, quantity, text_result
from tandem.chains.ethereum.tx import Transaction
from tandem.errors import BadRequest, ChainNodeError, InsufficientFunds, WireError
from tandem.provider.request import TransactionWish
from tandem.wallet.ethereum.pool import Pool
from tandem.wire import Json

_SYMBOL, _DECIMALS = "0x95d89b41", "0x313ce567"  # symbol(), decimals()


class Node:
    """Any network's nodes."""

    def __init__(self, pool: Pool) -> None:
        self.call = pool.call

    async def balance(self, network: Network, account: str) -> int:
        return quantity(await self.call(network, "eth_getBalance", [account, "latest"]))

    async def nonce(self, network: Network, account: str) -> int:
        """The account's next nonce, transactions still in the pool included."""
        return quantity(await self.call(network, "eth_getTransactionCount", [account, "pending"]))

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

    async def complete(self, network: Network, wish: TransactionWish) -> Transaction:
        """The transaction with nonce, fees and gas limit filled in where the page left them open.

        Raises BadRequest for a wish that contradicts itself, InsufficientFunds, NodeRefused when the call would revert.
        """
        account = checksum(wish.sender)
        nonce = wish.nonce if wish.nonce is not None else await self.nonce(network, account)
        max_fee, priority_fee = wish.max_fee, wish.priority_fee
        if max_fee is None or priority_fee is None:
            suggested = fees.suggest(await self.call(network, "eth_feeHistory", fees.HISTORY_PARAMS))
            if max_fee is None:
                max_fee = max(suggested.max_fee, (priority_fee or 0) + suggested.max_fee - suggested.priority_fee)
            if priority_fee is None:
                priority_fee = min(suggested.priority_fee, max_fee)
        gas_limit = wish.gas_limit if wish.gas_limit is not None else await self._gas(network, wish)
        try:
            made = Transaction(
                network.chain_id,
                nonce,
                priority_fee,
                max_fee,
                gas_limit,
                wish.to,
                wish.value,
                wish.data,
                network.legacy,
            )
        except WireError as wrong:
            raise BadRequest(wrong.detail) from wrong
        if await self.balance(network, account) < made.value + made.gas_limit * made.max_fee:
            raise InsufficientFunds
        return made

    async def _gas(self, network: Network, wish: TransactionWish) -> int:
        """The node's estimate; calls get a fifth more, since state moves until they are mined."""
        what: dict[str, Json] = {"from": checksum(wish.sender), "value": hex(wish.value)}
        if wish.to is not None:
            what["to"] = checksum(wish.to)
        if wish.data:
            what["data"] = "0x" + wish.data.hex()
        estimate = quantity(await self.call(network, "eth_estimateGas", [what]))
        return estimate if not wish.data else estimate + estimate // 5

    async def called_token(self, network: Network, made: Transaction, account: bytes) -> Token | None:
        """The token that the transaction calls, when it is a call about its amounts."""
        step = calldata.meaning(made, account)
        if step is None or made.to is None or made.to not in dangers.tokens(step):
            return None
        return known.token(network.chain_id, made.to) or await self.token(network, made.to)
