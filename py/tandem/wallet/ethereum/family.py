"""EVM requests: what a page asks by EIP-1193, what a person is shown of it, what is signed and sent."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from typing import Final

from tandem.ceremony import AnySignature, Job
from tandem.chains.ethereum import CURVE, FAMILY, PATH, calldata, message
from tandem.chains.ethereum.address import checksum, parse
from tandem.chains.ethereum.dangers import recipients
from tandem.chains.ethereum.networks import Network, by_id
from tandem.chains.ethereum.payload import (
    message_digest,
    message_payload,
    read_message,
    transaction_payload,
)
from tandem.chains.ethereum.raw_payload import has_fields, raw_payload, read_raw, wire_name
from tandem.chains.ethereum.summary import message_summary, payload_summary, raw_summary, view_of
from tandem.chains.ethereum.tx import assemble, digest, transaction_hash
from tandem.chains.reading import Payload
from tandem.errors import BadRequest, Bug, ChainNodeError, NotPermitted, WireError, WrongNetwork
from tandem.mpc.dkls.sign import Signature
from tandem.ports import Clock
from tandem.proto.keysign_pb2 import CustomMessagePayload
from tandem.provider.methods import Needs, needs_of
from tandem.provider.permission import Site
from tandem.provider.record import Record
from tandem.provider.request import Call, chain_param, parse_call, permission_params, transaction_params
from tandem.vault.vault import Vault
from tandem.wallet import family
from tandem.wallet.book import Book
from tandem.wallet.ethereum import batch, content, showing
from tandem.wallet.ethereum.additions import NETWORK, Additions
from tandem.wallet.ethereum.assets import Assets
from tandem.wallet.ethereum.building import kind_of, require_lists
from tandem.wallet.ethereum.networks import Networks
from tandem.wallet.ethereum.node import Node
from tandem.wallet.ethereum.pool import Pool
from tandem.wallet.ethereum.prices import Prices, priced
from tandem.wallet.ethereum.recheck import recheck
from tandem.wallet.ethereum.replacement import is_replacement, outcome, replacement, require_replaceable
from tandem.wallet.ethereum.replacement import summary as replacement_summary
from tandem.wallet.ethereum.silent import Silent, permissions, shown
from tandem.wallet.ethereum.subscriptions import Subscriptions
from tandem.wallet.ethereum.trace import trace
from tandem.wallet.ethereum.transaction import chosen, token, transaction
from tandem.wallet.family import Opening, Outcome, Replacement, Round, Shown
from tandem.wallet.sites import Sites
from tandem.wire import Json

_LAG: Final = 60.0  # seconds; of the machines behind a public node's name not all hear of a transaction at once


class Ethereum:
    """`family.Family` for eip155. `client` is what web3_clientVersion says, `show` opens a request's screen."""

    name: Final = FAMILY
    decimals: Final = 18
    event: Final = "accountsChanged"

    def __init__(
        self,
        book: Book,
        pool: Pool,
        networks: Networks,
        sites: Sites,
        clock: Clock,
        client: str,
        show: Callable[[str], None],
        subscriptions: Subscriptions,
    ) -> None:
        self._book, self._pool, self._networks, self._sites, self._clock = book, pool, networks, sites, clock
        self._just_sent: dict[tuple[str, str], tuple[int, float]] = {}  # the nonce after it, and until when that counts
        self._prices = Prices(pool, clock)
        self._node = Node(pool, self._prices)
        self._assets = Assets(book, self._node.call)
        self._additions = Additions(networks, self._assets, sites)
        self._batches = batch.Batches(book, sites, networks, self._node, show)
        self._silent = Silent(
            book, self._node, sites, self.network, self._batches, self._additions, subscriptions, client
        )

    def needs(self, call: Call) -> Needs | None:
        if call.method == NETWORK and self._networks.knows(f"{FAMILY}:{chain_param(call.params)}"):
            return Needs.NETWORK  # nothing to add: the site moves there
        return needs_of(call.method)

    def networks(self) -> tuple[Network, ...]:
        return self._networks.all()

    def network(self, chain: str) -> Network:
        return self._networks.get(chain)

    def nodes(self, chain: str) -> list[Json]:
        return self._networks.nodes(chain)

    def shown(self, accounts: tuple[str, ...]) -> list[Json]:
        return shown(accounts)

    def granted(self, method: str, site: Site) -> Json:
        accounts = self.shown(site.of(FAMILY))
        return permissions(site, accounts) if method == "wallet_requestPermissions" else accounts

    async def balance(self, network: family.Network, account: str) -> int:
        return await self._node.balance(self.network(network.chain), account)

    async def tokens(self, network: family.Network, account: str) -> list[Json]:
        return await self._assets.shown(self.network(network.chain), account)

    async def check_node(self, network: family.Network, url: str) -> None:
        if not await self._pool.check(self.network(network.chain), url):
            raise BadRequest("that node is on another chain")

    async def answer(self, origin: str, call: Call, document: str) -> Json:
        return await self._silent.answer(origin, call, document)

    # Requests that a person decides on

    def open(self, origin: str, call: Call, needs: Needs) -> Opening:
        """Raises NotPermitted for another's account, WrongNetwork, BadRequest, and EIP-5792's own."""
        network = self._silent.network_at(origin)
        if needs is Needs.CONNECT:
            if call.method == "wallet_requestPermissions":
                permission_params(call.params)
            return Opening("connect", network.chain, None)
        if needs is Needs.ADDITION:
            return self._additions.open(origin, call, network)
        if call.method == batch.METHOD:
            return self._batches.open(origin, call)
        pays = needs in (Needs.TRANSACTION, Needs.SIGNATURE)
        wanted = transaction_params(call.params).sender if pays else content.signer(call)
        account, site = checksum(wanted), self._sites.granted(origin, FAMILY)
        if site is None or account not in site.of(FAMILY):
            raise NotPermitted
        if pays:
            wish = transaction_params(call.params)
            if wish.chain_id not in (None, network.chain_id):
                raise WrongNetwork
            if needs is Needs.SIGNATURE and wish.kind not in (None, kind_of(wish, network.kind)):
                raise BadRequest("the bytes would be of another type than the page names")
            require_lists(wish, network.chain_id)
        return Opening("transaction" if pays else "message", network.chain, account, needs is Needs.TRANSACTION)

    async def complete(self, record: Record) -> Record:
        """With the summary, and for transactions with nonce, fees and gas limit."""
        if record.kind in ("network", "asset"):
            return await self._additions.complete(record)
        if record.kind == "message":
            return replace(record, summary=content.summary(record, self._clock.now()))
        row = self.network(record.chain)
        if batch.is_batch(record):
            completed = await self._batches.complete(record)
        else:
            completed = (await self._node.complete(row, transaction_params(parse_call(record.text).params)),)
        filled = []
        for part, each in zip(batch.parts(record), completed, strict=True):
            called = await self._node.called_token(row, each.made, parse(record.account or ""))
            filled.append(chosen(part, each, called))
        record = batch.joined(record, tuple(filled))
        own = None if batch.is_batch(record) else transaction_params(parse_call(record.text).params).nonce
        if own is not None and not is_replacement(record):
            record = replace(record, chosen=record.chosen | {"next_nonce": str(await self._free_nonce(record))})
        return self._summarised(record)

    async def accept(self, record: Record) -> Record:
        return await self._additions.accept(record)

    async def settle(self, record: Record, fee: Mapping[str, Json]) -> Record:
        """With the person's fees, and with the nonces that are free now. Raises BadRequest, ChainNodeError."""
        if record.kind != "transaction":
            return record
        edits: dict[str, Json] = {}
        for name in ("max_fee", "priority_fee", "gas_limit"):
            value = fee.get(name)
            if value is not None:
                if not isinstance(value, str) or not value.isdigit() or len(value) > 78:
                    raise BadRequest(name)
                edits[name] = value
        filled = []
        for place, part in enumerate(batch.parts(record)):
            values: dict[str, Json] = {**part.chosen, **edits}
            if transaction_params(parse_call(part.text).params).nonce is None:
                values["nonce"] = str(await self._free_nonce(record) + place)
            filled.append(replace(part, chosen=values))
        try:
            settled = self._summarised(batch.joined(record, tuple(filled)))
        except WireError as wrong:
            raise BadRequest(wrong.detail) from wrong
        await require_replaceable(settled, self.network(record.chain), self._node)
        return settled

    async def recheck(self, record: Record) -> None:
        if record.kind == "transaction":
            await recheck(batch.parts(record), self.network(record.chain), self._node, self._prices)

    async def _free_nonce(self, record: Record) -> int:
        """After what is mined and what waits with the node; also when it has not heard yet of what was just sent."""
        row = self.network(record.chain)
        free = await self._node.nonce(row, record.account or "")
        after, until = self._just_sent.get((record.chain, record.account or ""), (0, 0.0))
        return max(free, after) if self._clock.now() < until and not row.is_local else free

    def _summarised(self, record: Record) -> Record:
        row = self.network(record.chain)
        used = frozenset(parse(each) for each in self._book.recipients)
        summary = showing.summary(record, row, used, simulate=self._book.settings.simulate)
        only = None if batch.is_batch(record) else transaction(record)
        if only is not None:
            summary |= priced(record.chosen, only, row) | {"phone_digits": not has_fields(only, row)}
        return replace(record, summary=summary | replacement_summary(record))

    async def look(self, record: Record) -> AsyncIterator[dict[str, Json]]:
        if not self._book.settings.simulate:
            return
        if record.kind == "transaction":
            async for found in showing.look(self._node, self.network(record.chain), record):
                yield found
        elif record.kind == "message":
            named = await content.look(self._node, self.network(record.chain), record)
            if named is not None:
                yield named

    def informed(self, record: Record, looked: dict[str, Json]) -> Record:
        if record.kind == "message":
            record = replace(record, chosen=record.chosen | looked)
            return replace(record, summary=content.summary(record, self._clock.now()))
        return self._summarised(showing.informed(record, looked))

    # With the phone

    def turn(self, record: Record) -> str | None:
        """A nonce is free until it is used, so one transaction of an account at a time; a replacement has its own."""
        if record.kind != "transaction" or is_replacement(record):
            return None
        return f"{record.chain} {record.account}"

    def rounds(self, record: Record, vault: Vault) -> tuple[Round, ...]:
        """One invitation, one signature; a batch is as many invitations, one after the other."""
        if record.kind == "message":
            key = vault.signing_key("Ethereum", PATH, CURVE)
            what = content.signable(parse_call(record.text))
            told = message_payload(what, vault_public_key=vault.public_key, party=vault.party, origin=record.origin)
            return (Round(told, "Ethereum", key, (Job(message_digest(what), key.path, CURVE),)),)
        return tuple(self._round(record, part, vault) for part in batch.parts(record))

    def _round(self, record: Record, part: Record, vault: Vault) -> Round:
        """One transaction, in the payload's fields where they say all of it."""
        row, made = self.network(record.chain), transaction(part)
        named = row.wire if has_fields(made, row) else wire_name(row)
        key = vault.signing_key(named, PATH, CURVE)
        jobs = (Job(digest(made), key.path, CURVE),)
        if not has_fields(made, row):
            raw = raw_payload(
                made, network=row, vault_public_key=vault.public_key, party=vault.party, origin=record.origin
            )
            return Round(raw, named, key, jobs)
        payload = transaction_payload(
            made,
            network=row,
            account=parse(record.account or ""),
            public_key=key.public_key,
            vault_public_key=vault.public_key,
            party=vault.party,
            token=token(part),
            origin=record.origin,
            broadcast=record.sends,
        )
        return Round(payload, named, key, jobs)

    def read(self, payload: Payload, account: str) -> Shown:
        if not isinstance(payload, CustomMessagePayload):
            return Shown("transaction", _named(view_of(payload).network), payload_summary(payload))
        own = parse(account)
        if (what := read_raw(payload)) is not None:
            return Shown("transaction", _named(by_id(what.chain_id)), raw_summary(what, payload, own))
        return Shown("message", None, message_summary(read_message(payload), payload.dapp_metadata.url, own))

    def signed(self, record: Record, signatures: Mapping[bytes, AnySignature]) -> Record:
        if record.kind == "message":
            (made,) = signatures.values()
            r, s, recovery_id = _ecdsa(made)
            return replace(record, result="0x" + message.signature_bytes(r, s, recovery_id).hex())
        each = [transaction(part) for part in batch.parts(record)]
        raw = [assemble(what, *_ecdsa(signatures[digest(what)])) for what in each]
        if not record.sends:
            return replace(record, result="0x" + raw[0].hex())
        sent = tuple("0x" + transaction_hash(one).hex() for one in raw)
        result: Json = {"id": batch.batch_id(record)} if batch.is_batch(record) else sent[0]
        return replace(record, raw=tuple("0x" + one.hex() for one in raw), sent=sent, result=result)

    async def send(self, record: Record) -> Record:
        """Sending the same bytes twice is one transaction, so a node that has them already is no failure.

        Of a batch, what comes after one that was refused is not sent: its nonce would wait for the missing one.
        """
        row, account = self.network(record.chain), parse(record.account or "")
        for part in batch.parts(record):
            step = calldata.meaning(transaction(part), account)
            whom = recipients(step, account) if step is not None else ()
            await self._book.remember_recipients(tuple(map(checksum, whom)))
        for place, (raw, name) in enumerate(zip(record.raw, record.sent, strict=True)):
            try:
                await self._pool.send(row, raw, name)
            except ChainNodeError:
                if place == 0:
                    raise
                return replace(record, raw=record.raw[:place], sent=record.sent[:place])
        if not is_replacement(record):
            last = transaction(batch.parts(record)[-1])
            self._just_sent[record.chain, record.account or ""] = last.nonce + 1, self._clock.now() + _LAG
        return record

    async def trace(self, record: Record) -> Record | None:
        if batch.is_batch(record):
            return None  # a part of it may be there, which is no result
        return await trace(record, self.network(record.chain), self._node)

    async def outcome(self, chain: str, account: str, name: str, nonce: int | None) -> Outcome:
        return await outcome(self._node, self.network(chain), account, name, nonce)

    async def replacement(self, record: Record, place: int, cancel: bool) -> Replacement:
        part, row = batch.parts(record)[place], self.network(record.chain)
        return await replacement(part, record.sent[place], row, self._prices, self._node, cancel)


def _named(row: Network) -> dict[str, Json]:
    return {"chain": row.chain, "name": row.name, "symbol": row.symbol}


def _ecdsa(made: AnySignature) -> tuple[bytes, bytes, int]:
    if not isinstance(made, Signature):
        raise Bug("a signature of the other curve")
    return made.r, made.s, made.recovery_id
