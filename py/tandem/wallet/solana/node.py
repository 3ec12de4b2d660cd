"""Calls to a Solana node, and what a transaction's summary still needs from it."""

from collections.abc import Sequence

from tandem.chains.jsonrpc import NodeRefused
from tandem.chains.solana import effect, renewal, rpc, tx
from tandem.chains.solana.address import parse
from tandem.chains.solana.networks import Network
from tandem.chains.solana.programs.meaning import TokenApproval, TokenTransfer
from tandem.chains.solana.programs.token import TOKEN, TOKEN_2022
from tandem.chains.solana.tokens import NOTHING, Holding, Known, Mint, decimals, holding, well_known
from tandem.chains.solana.tx import Transaction
from tandem.errors import ChainNodeError, WireError
from tandem.ports import Clock
from tandem.provider.solana import SendOptions
from tandem.wallet.family import Outcome
from tandem.wallet.rpc import Rpc

MAX_ACCOUNTS = 100  # what getMultipleAccounts takes
CONFIRM_SECONDS = 60.0
CONFIRM_PAUSE = 0.5


class Node:
    """Any cluster's node."""

    def __init__(self, calls: Rpc, clock: Clock) -> None:
        self._rpc, self._clock = calls, clock

    async def balance(self, network: Network, account: str) -> int:
        """Lamports. Raises ChainNodeError, as all of these do."""
        return rpc.balance(await self._rpc.post(network.rpc_url, rpc.get_balance(parse(account))))

    async def genesis(self, url: str) -> str:
        """By what a cluster is known."""
        return rpc.genesis(await self._rpc.post(url, rpc.get_genesis_hash()))

    async def blockhash(self, network: Network) -> bytes:
        return rpc.blockhash(await self._rpc.post(network.rpc_url, rpc.get_latest_blockhash())).blockhash

    async def fails(self, network: Network, what: Transaction) -> bool | None:
        """Whether the node's simulation of the unsigned transaction fails; None where it gives none."""
        try:
            request = rpc.simulate_transaction(tx.to_bytes(what), renew=renewal.possible(what))
            return rpc.simulation(await self._rpc.post(network.rpc_url, request)).error is not None
        except ChainNodeError:
            return None

    async def known(self, network: Network, transactions: Sequence[Transaction], account: bytes) -> Known:
        """The token accounts and mints that the transactions name; a node that does not answer leaves them unknown."""
        wanted: dict[bytes, None] = {}
        for step in (step for what in transactions for step in effect.of(what.message, account).steps):
            if isinstance(step, TokenTransfer):
                wanted |= dict.fromkeys((step.source, step.destination))
            elif isinstance(step, TokenApproval):
                wanted[step.source] = None
        if not wanted:
            return NOTHING
        try:
            holdings = await self._holdings(network, tuple(wanted)[:MAX_ACCOUNTS])
            mints = dict.fromkeys(held.mint for held in holdings.values())
            return Known(await self._mints(network, tuple(mints)), holdings)
        except ChainNodeError:
            return NOTHING

    async def _accounts(self, network: Network, addresses: tuple[bytes, ...]) -> dict[bytes, bytes]:
        """The data of those addresses that belong to a token program."""
        if not addresses:
            return {}
        found = rpc.accounts(await self._rpc.post(network.rpc_url, rpc.get_accounts(addresses)))
        if len(found) != len(addresses):
            raise ChainNodeError("not as many accounts as asked for")
        pairs = zip(addresses, found, strict=True)
        return {address: each[1] for address, each in pairs if each is not None and each[0] in (TOKEN, TOKEN_2022)}

    async def _holdings(self, network: Network, addresses: tuple[bytes, ...]) -> dict[bytes, Holding]:
        holdings = {}
        for address, data in (await self._accounts(network, addresses)).items():
            try:
                holdings[address] = holding(data)
            except WireError:
                continue  # a mint or a multisig is named where a token account should be: it stays unknown
        return holdings

    async def _mints(self, network: Network, addresses: tuple[bytes, ...]) -> dict[bytes, Mint]:
        mints = {}
        for address, data in (await self._accounts(network, addresses)).items():
            try:
                mints[address] = Mint(well_known(network.chain, address), decimals(data))
            except WireError:
                continue
        return mints

    async def send(self, network: Network, raw: bytes, name: str, options: SendOptions) -> None:
        """Hands over one signed transaction, and waits as long as the page asks to be sure of it.

        Sending the same bytes twice is one transaction, so one that the node has already is no failure. Raises
        NodeRefused also when it was taken and then failed on the chain.
        """
        request = rpc.send_transaction(
            raw,
            skip_preflight=options.skip_preflight,
            commitment=options.preflight_commitment or "confirmed",
            max_retries=options.max_retries,
            min_context_slot=options.min_context_slot,
        )
        try:
            rpc.sent(await self._rpc.post(network.rpc_url, request))
        except NodeRefused:
            if (await self._status(network, name))[0] is None:
                raise
        if options.commitment is None:
            return
        deadline = self._clock.now() + CONFIRM_SECONDS
        while self._clock.now() < deadline:
            reached, error = await self._status(network, name)
            if error:
                raise NodeRefused(-32002, "The transaction was taken and failed.", None)
            if reached is not None and _at_least(reached, options.commitment):
                return
            await self._clock.sleep(CONFIRM_PAUSE)

    async def outcome(self, network: Network, name: str) -> Outcome:
        """Raises NodeRefused, ChainNodeError."""
        reached, failed = await self._status(network, name)
        if reached is None:
            return Outcome("unknown")
        return Outcome("reverted" if failed else "mined", final=reached == "finalized")

    async def _status(self, network: Network, name: str) -> tuple[str | None, bool]:
        reached, error = rpc.confirmation(await self._rpc.post(network.rpc_url, rpc.get_signature_status(name)))
        return reached, error is not None


def _at_least(reached: str, wanted: str) -> bool:
    return rpc.COMMITMENTS.index(reached) >= rpc.COMMITMENTS.index(wanted)
