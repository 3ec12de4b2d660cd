"""The desk where pages' requests are received, put before the person, decided and answered (provider/record.py).

Whatever happens to windows, workers and tabs, a request is the record: a re-sent one is found by its key.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Final

from tandem.chains.ethereum.address import checksum, parse
from tandem.chains.ethereum.rpc import Token
from tandem.chains.ethereum.summary import message_summary, transaction_summary
from tandem.chains.ethereum.tx import Transaction
from tandem.chains.jsonrpc import NodeRefused
from tandem.errors import (
    BadRequest,
    Bug,
    Cancelled,
    NotPermitted,
    Restarted,
    TandemError,
    UserRejected,
    WireError,
    WrongNetwork,
)
from tandem.provider.codes import told
from tandem.provider.methods import Needs
from tandem.provider.permission import Site
from tandem.provider.quota import Quota
from tandem.provider.record import RESUMABLE, Record
from tandem.provider.request import Call, message_params, parse_call, transaction_params
from tandem.wallet.book import Book
from tandem.wallet.host import Host
from tandem.wallet.keys import Keys
from tandem.wallet.node import Node
from tandem.wire import Json, un0x

_KINDS: Final = {Needs.CONNECT: "connect", Needs.MESSAGE: "message", Needs.TRANSACTION: "transaction"}


@dataclass(frozen=True, slots=True)
class Ask:
    """One request as the browser vouches for it. key: document id and the page's own request id."""

    key: str
    origin: str
    top: str
    document: str
    text: str


@dataclass(frozen=True, slots=True)
class Desk:
    """`changed` redraws the screens, `prompt` asks for a window, `answer` is told of each record that is over.

    `cosign` takes an approved record to the phone, `stop` ends that; `connected` tells a site of its new accounts.
    `deciding` holds the records whose approval is being prepared: a second click on the button finds it there.
    """

    host: Host
    book: Book
    keys: Keys
    node: Node
    quota: Quota
    changed: Callable[[], None]
    prompt: Callable[[], None]
    answer: Callable[[Record], None]
    cosign: Callable[[Record], None]
    stop: Callable[[str], None]
    connected: Callable[[Site], Awaitable[None]]
    deciding: set[str] = field(default_factory=set)

    async def submit(self, ask: Ask, call: Call, needs: Needs) -> Record:
        """The request's record: the one it has, or a new one. Raises what the page did wrong before any prompt."""
        for record in self.book.records.values():
            if record.key == ask.key or (
                # Identical connects of one origin share one prompt, whichever tab they come from.
                needs is Needs.CONNECT and record.kind == "connect" and record.origin == ask.origin and not record.over
            ):
                return record
        waiting = [record for record in self.book.records.values() if not record.over]
        self.quota.require(
            ask.origin,
            self.host.clock.now(),
            open_here=sum(record.origin == ask.origin for record in waiting),
            open_all=len(waiting),
        )
        record = self._new(ask, call, needs)
        record = await self.book.write_record(record)
        self.host.tasks.spawn(self._validate(record))
        return record

    def _new(self, ask: Ask, call: Call, needs: Needs) -> Record:
        site = self.book.sites.get(ask.origin)
        account = self.keys.address
        if needs is not Needs.CONNECT:
            wanted = (
                message_params(call.params)[1] if needs is Needs.MESSAGE else transaction_params(call.params).sender
            )
            account = checksum(wanted)
            if site is None or account.lower() not in site.accounts:
                raise NotPermitted
        chain_id = site.chain_id if site is not None else self.book.settings.chain_id
        if needs is Needs.TRANSACTION and transaction_params(call.params).chain_id not in (None, chain_id):
            raise WrongNetwork
        return Record(
            id=self.host.rng(8).hex(),
            key=ask.key,
            origin=ask.origin,
            top=ask.top,
            document=ask.document,
            method=call.method,
            text=ask.text,
            kind=_KINDS[needs],
            state="received",
            created=int(self.host.clock.now()),
            chain_id=chain_id,
            account=account,
        )

    async def _validate(self, record: Record) -> None:
        """received → validated → awaiting_unlock or awaiting_approval."""
        try:
            call = parse_call(record.text)
            if record.kind == "message":
                record = replace(record, summary=message_summary(message_params(call.params)[0]))
            elif record.kind == "transaction":
                network = self.book.network(record.chain_id)
                made = await self.node.complete(network, transaction_params(call.params))
                record = _chosen(record, made, await self.node.called_token(network, made))
                record = self._summarised(record)
        except TandemError as wrong:
            told_so = _passed_on(wrong) if isinstance(wrong, NodeRefused) else told(wrong)
            if not self._is_over(record):
                await self.over(record.failed(told_so))
            return
        if not self._is_over(record):
            record = await self.book.write_record(record.moved("validated"))
            await self._present(record)

    def _is_over(self, record: Record) -> bool:
        """Whether it was cancelled or revoked while we waited for something else."""
        return record.id not in self.book.records or self.book.records[record.id].over

    async def _present(self, record: Record) -> None:
        if not self.keys.is_open:
            record = await self.book.write_record(record.moved("awaiting_unlock"))
        elif record.kind == "connect" and self.book.sites.get(record.origin) is not None:
            await self._grant(record)
            return
        else:
            record = await self.book.write_record(
                replace(record.moved("awaiting_approval"), account=record.account or self.keys.address)
            )
        self.changed()
        self.prompt()

    def _summarised(self, record: Record) -> Record:
        network = self.book.network(record.chain_id)
        return replace(record, summary=transaction_summary(transaction_of(record), network, token_of(record)))

    async def unlocked(self) -> None:
        """What waited for the password goes before the person."""
        for record in list(self.book.records.values()):
            if record.state == "awaiting_unlock":
                await self._present(record)

    async def decide(self, record_id: str, approve: bool, fee: dict[str, Json] | None) -> None:
        """The person's word on a record. Raises BadRequest for one that is not waiting for it."""
        record = self.book.records.get(record_id)
        if record is None or record.state != "awaiting_approval" or record_id in self.deciding:
            raise BadRequest("that request is not waiting for a decision")
        self.deciding.add(record_id)
        try:
            await self._decided(record, approve, fee)
        finally:
            self.deciding.discard(record_id)

    async def _decided(self, record: Record, approve: bool, fee: dict[str, Json] | None) -> None:
        if not approve:
            self.quota.rejected(record.origin, self.host.clock.now())
            await self.over(record.failed(told(UserRejected())))
        elif record.kind == "connect":
            await self._grant(record)
        else:
            if record.kind == "transaction":
                record = await self._settled(record, fee or {})
                if self._is_over(record):
                    raise BadRequest("that request was cancelled meanwhile")
            record = await self.book.write_record(record.moved("awaiting_phone"))
            self.changed()
            self.cosign(record)

    async def _settled(self, record: Record, fee: dict[str, Json]) -> Record:
        """The transaction as approved: with the person's fees, and with the nonce that is free now."""
        chosen = dict(record.chosen)
        for name in ("max_fee", "priority_fee", "gas_limit"):
            value = fee.get(name)
            if value is not None:
                if not isinstance(value, str) or not value.isdigit() or len(value) > 78:
                    raise BadRequest(name)
                chosen[name] = value
        if transaction_params(parse_call(record.text).params).nonce is None and record.account is not None:
            ahead = sum(
                other.state in ("awaiting_phone", "signing", "signed")
                and (other.account, other.chain_id) == (record.account, record.chain_id)
                for other in self.book.records.values()
            )
            free = await self.node.nonce(self.book.network(record.chain_id), record.account)
            chosen["nonce"] = str(free + ahead)
        try:
            return self._summarised(replace(record, chosen=chosen))
        except WireError as wrong:
            raise BadRequest(wrong.detail) from wrong

    async def _grant(self, record: Record) -> None:
        address = self.keys.address
        if address is None:
            raise Bug("a grant without a vault")
        site = Site(record.origin, (address.lower(),), record.chain_id, int(self.host.clock.now()))
        if self.book.sites.get(record.origin) is None:
            await self.book.change_sites(self.book.sites.grant(site))
        await self.connected(site)
        accounts: Json = list(site.accounts)
        if record.method == "wallet_requestPermissions":
            accounts = permissions_of(site)
        await self.over(replace(record.moved("awaiting_approval"), account=address).finished(accounts))

    async def cancel(self, record_id: str) -> None:
        """Before the phone is asked a cancel is a No; afterwards the page hears that it was cancelled.

        Raises BadRequest once there is a signature: it may be on its way to the network.
        """
        record = self.book.records.get(record_id)
        if record is None or record.over:
            return
        if record.state in ("signed", "broadcast"):
            raise BadRequest("that transaction is signed and being sent")
        self.stop(record_id)
        early = record.state in RESUMABLE
        await self.over(record.failed(told(UserRejected() if early else Cancelled())))

    async def revoked(self, origin: str) -> None:
        """Requests of an origin that lost its permission are not left approvable."""
        for record in list(self.book.records.values()):
            if record.origin == origin and record.state in RESUMABLE:
                await self.over(record.failed(told(NotPermitted())))

    async def over(self, record: Record) -> None:
        """Stores a finished record, then answers the page."""
        await self.book.write_record(record)
        self.answer(record)
        self.changed()

    async def recover(self) -> None:
        """After a start: what had not reached the phone goes on, what was being signed has failed."""
        for record in list(self.book.records.values()):
            if record.state in ("received", "validated"):
                self.host.tasks.spawn(self._validate(replace(record, state="received")))
            elif record.state in ("awaiting_phone", "signing"):
                await self.over(record.failed(told(Restarted())))
            elif record.state in ("signed", "broadcast"):
                self.cosign(record)  # the signature exists: sending it again is harmless


def _chosen(record: Record, made: Transaction, token: Token | None) -> Record:
    chosen: dict[str, Json] = {
        "nonce": str(made.nonce),
        "max_fee": str(made.max_fee),
        "priority_fee": str(made.priority_fee),
        "gas_limit": str(made.gas_limit),
    }
    if token is not None:
        chosen["token"] = {"address": "0x" + token.address.hex(), "symbol": token.symbol, "decimals": token.decimals}
    return replace(record, chosen=chosen)


def token_of(record: Record) -> Token | None:
    """What the called token says of itself, as it was read when the request was validated."""
    token = record.chosen.get("token")
    if not isinstance(token, dict):
        return None
    address, symbol, decimals = token.get("address"), token.get("symbol"), token.get("decimals")
    if not isinstance(address, str):
        return None
    return Token(
        un0x(address, size=20),
        symbol if isinstance(symbol, str) else None,
        decimals if isinstance(decimals, int) else None,
    )


def transaction_of(record: Record) -> Transaction:
    """The exact transaction: what the page sent and what was filled in. Raises WireError, BadRequest."""
    wish = transaction_params(parse_call(record.text).params)

    def chosen(name: str) -> int:
        value = record.chosen.get(name)
        if not isinstance(value, str):
            raise WireError(f"{name} was never chosen")
        return int(value)

    return Transaction(
        record.chain_id,
        chosen("nonce"),
        chosen("priority_fee"),
        chosen("max_fee"),
        chosen("gas_limit"),
        wish.to,
        wish.value,
        wish.data,
    )


def account_of(record: Record) -> bytes:
    """The record's account, 20 bytes. Raises Bug."""
    if record.account is None:
        raise Bug("a record without an account")
    return parse(record.account)


def permissions_of(site: Site) -> Json:
    """The site's grant as EIP-2255 writes it."""
    return [
        {
            "invoker": site.origin,
            "parentCapability": "eth_accounts",
            "caveats": [{"type": "restrictReturnedAccounts", "value": list(site.accounts)}],
        }
    ]


def _passed_on(refused: NodeRefused) -> dict[str, Json]:
    """The node's own error: its code and data are the page's business, its text is shortened."""
    return {"code": refused.node_code, "message": refused.node_message, "data": refused.node_data}
