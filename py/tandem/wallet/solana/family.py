"""Solana requests: what a page asks by Wallet Standard, what a person is shown of it, what is signed and sent."""

import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Final

from tandem.ceremony import AnySignature, Job
from tandem.chains.reading import Payload
from tandem.chains.sign_in import domain_of
from tandem.chains.solana import CURVE, DECIMALS, FAMILY, PATH, networks, renewal, siws, tx
from tandem.chains.solana.address import parse
from tandem.chains.solana.networks import Network
from tandem.chains.solana.offchain import check
from tandem.chains.solana.payload import (
    message_payload,
    network_of,
    read_message,
    transactions_payload,
)
from tandem.chains.solana.siws import SignIn
from tandem.chains.solana.summary import message_summary, payload_summary, sign_in_summary, transactions_summary
from tandem.chains.solana.tokens import known_from_json, known_to_json
from tandem.chains.solana.tx import Transaction
from tandem.errors import BadRequest, Bug, ChainNodeError, FailsNow, NotPermitted, UnknownChain, WireError
from tandem.ports import Clock
from tandem.proto.keysign_pb2 import CustomMessagePayload
from tandem.provider.methods import Needs
from tandem.provider.permission import Site
from tandem.provider.record import Record
from tandem.provider.request import Call, parse_call
from tandem.provider.solana import (
    SOLANA_METHODS,
    connect_params,
    messages_params,
    sign_in_params,
    transactions_params,
)
from tandem.vault.vault import SigningKey, Vault
from tandem.wallet import family
from tandem.wallet.book import Book
from tandem.wallet.family import Opening, Outcome, Replacement, Round, Shown
from tandem.wallet.keys import Keys
from tandem.wallet.rpc import Rpc
from tandem.wallet.sites import Sites
from tandem.wallet.solana.node import Node
from tandem.wire import Json, base64_text, unbase64


class Solana:
    """`family.Family` for solana."""

    name: Final = FAMILY
    decimals: Final = DECIMALS
    event: Final = "solanaAccountsChanged"

    def __init__(self, book: Book, keys: Keys, rpc: Rpc, clock: Clock, sites: Sites) -> None:
        self._book, self._keys, self._clock, self._sites = book, keys, clock, sites
        self._node = Node(rpc, clock)

    def needs(self, call: Call) -> Needs | None:
        return SOLANA_METHODS.get(call.method)

    def networks(self) -> tuple[Network, ...]:
        return tuple(self.network(row.chain) for row in networks.NETWORKS)

    def network(self, chain: str) -> Network:
        """Raises UnknownChain."""
        row = networks.BY_CHAIN.get(chain)
        if row is None:
            raise UnknownChain(chain)
        own = self._book.settings.rpc.get(chain)
        return replace(row, rpc_url=own[0]) if own else row

    def nodes(self, chain: str) -> list[Json]:
        own = chain in self._book.settings.rpc
        return [{"url": self.network(chain).rpc_url, "own": own, "health": "unknown", "millis": None}]

    def shown(self, accounts: tuple[str, ...]) -> list[Json]:
        """With the key's bytes, so that the page's side need not know base58."""
        return [{"address": account, "publicKey": base64_text(parse(account))} for account in accounts]

    def granted(self, _method: str, site: Site) -> Json:
        return self.shown(site.of(FAMILY))

    async def balance(self, network: family.Network, account: str) -> int:
        return await self._node.balance(self.network(network.chain), account)

    async def tokens(self, _network: family.Network, _account: str) -> list[Json]:
        return []

    async def check_node(self, network: family.Network, url: str) -> None:
        genesis, row = await self._node.genesis(url), self.network(network.chain)
        public = [each.genesis for each in networks.NETWORKS if each.genesis and genesis.startswith(each.genesis)]
        if public != ([row.genesis] if row.genesis else []):
            raise BadRequest("that node is on another cluster")

    async def answer(self, origin: str, call: Call, _document: str) -> Json:
        if call.method == "standard:disconnect":
            await self._sites.revoke(origin, FAMILY)
            return None
        raise Bug(f"{call.method} is in the table and nowhere else")

    # Requests that a person decides on

    def open(self, origin: str, call: Call, needs: Needs) -> Opening:
        """Raises NotPermitted for another's account, UnknownChain, BadRequest."""
        chain = self._book.settings.chains[FAMILY]
        if needs is Needs.CONNECT:
            connect_params(call)
            return Opening("connect", chain, None)
        if needs is Needs.SIGN_IN:
            sign_in_params(call)
            return Opening("sign_in", chain, None)
        if needs is Needs.MESSAGE:
            kind, account = "message", messages_params(call).account
        else:
            wish = transactions_params(call)
            kind, account, chain = "transaction", wish.account, self.network(wish.chain or chain).chain
        site = self._sites.granted(origin, FAMILY)
        if site is None or account not in site.of(FAMILY):
            raise NotPermitted
        return Opening(kind, chain, account, needs is Needs.TRANSACTION)

    async def complete(self, record: Record) -> Record:
        """With the summary. Raises BadRequest for what must not or cannot be signed."""
        call = parse_call(record.text)
        try:
            if record.kind == "message":
                shown = [message_summary(check(each), record.origin) for each in messages_params(call).messages]
                return replace(record, summary={"messages": [*shown]})
            if record.kind == "sign_in":
                return replace(record, summary=sign_in_summary(self._sign_in(record), record.origin))
            return await self._complete_transactions(record)
        except WireError as wrong:
            raise BadRequest(wrong.detail) from wrong

    async def _complete_transactions(self, record: Record) -> Record:
        account, network = _account(record), self.network(record.chain)
        transactions = _transactions(record)
        for what in transactions:
            tx.slot(what, account)
        known = await self._node.known(network, transactions, account)
        # One that comes after others is judged by the chain as they will have left it: only a first one is simulated.
        fails = await self._node.fails(network, transactions[0]) if len(transactions) == 1 else None
        record = replace(record, chosen={"known": known_to_json(known), "would_fail": fails})
        return self._summarised(record)

    def _summarised(self, record: Record) -> Record:
        known = known_from_json(record.chosen.get("known"))
        told = transactions_summary(_transactions(record), _account(record), self.network(record.chain), known)
        return replace(record, summary={**told, "would_fail": record.chosen.get("would_fail")})

    async def accept(self, record: Record) -> Record:
        raise Bug(f"{record.kind} signs nothing here")

    async def look(self, _: Record) -> AsyncIterator[dict[str, Json]]:
        """Nothing: what its nodes know is known before the screen comes (node.py)."""
        return
        yield {}

    def informed(self, record: Record, _: dict[str, Json]) -> Record:
        return record

    async def settle(self, record: Record, _fee: Mapping[str, Json]) -> Record:
        """What the wallet sends itself gets the newest blockhash: the old one may not outlive the wait for the phone.

        Only where nobody else has signed or is to sign, and not where a nonce stands in the blockhash's place.
        """
        transactions = _transactions(record) if record.sends else ()
        if not transactions or not all(map(renewal.possible, transactions)):
            return record
        try:
            fresh = await self._node.blockhash(self.network(record.chain))
        except ChainNodeError:
            return record  # the page's own may still do
        renewed = [base64_text(tx.to_bytes(renewal.renewed(what, fresh))) for what in transactions]
        return self._summarised(replace(record, chosen=record.chosen | {"transactions": [*renewed]}))

    async def recheck(self, record: Record) -> None:
        if record.kind == "transaction" and record.chosen.get("would_fail") is False:
            (what,) = _transactions(record)
            if await self._node.fails(self.network(record.chain), what):
                raise FailsNow

    def _sign_in(self, record: Record) -> SignIn:
        """The page's wish with domain and account filled in. Raises BadRequest for another's domain or account."""
        wish, domain = sign_in_params(parse_call(record.text)), domain_of(record.origin)
        own = self._keys.account(FAMILY)
        if own is None:
            raise Bug("a sign-in without a vault")
        made = SignIn(
            wish.domain or domain,
            parse(wish.address or own),
            wish.statement,
            wish.uri,
            wish.version,
            wish.chain_id,
            wish.nonce,
            wish.issued_at,
            wish.expiration_time,
            wish.not_before,
            wish.request_id,
            wish.resources,
        )
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self._clock.now()))
        siws.require(made, domain=domain, account=parse(own), now=now)
        return made

    # With the phone

    def turn(self, _: Record) -> None:
        """A blockhash is everybody's: transactions do not wait for one another."""

    def rounds(self, record: Record, vault: Vault) -> tuple[Round, ...]:
        """Transactions share an invitation. Vultisig's payload holds one message, so each message has its own."""
        key = vault.signing_key("Solana", PATH, CURVE)
        if record.kind == "transaction":
            transactions = _transactions(record)
            payload = transactions_payload(
                transactions,
                network=self.network(record.chain),
                account=_account(record),
                vault_public_key=vault.public_key,
                party=vault.party,
                origin=record.origin,
                broadcast=record.sends,
                known=known_from_json(record.chosen.get("known")),
            )
            return (
                Round(
                    payload, "Solana", key, tuple(_job(key, content) for content in map(tx.signed_bytes, transactions))
                ),
            )
        public, party, origin = vault.public_key, vault.party, record.origin
        return tuple(
            Round(
                message_payload(content, vault_public_key=public, party=party, origin=origin),
                "Solana",
                key,
                (_job(key, content),),
            )
            for content in sorted(set(self._contents(record)))  # in the order in which the apps sign
        )

    def _contents(self, record: Record) -> tuple[bytes, ...]:
        if record.kind == "sign_in":
            return (self._sign_in(record).content(),)
        return messages_params(parse_call(record.text)).messages

    def read(self, payload: Payload, _: str) -> Shown:
        if isinstance(payload, CustomMessagePayload):
            told = message_summary(read_message(payload), payload.dapp_metadata.url)
            row = self.network(networks.DEFAULT)
            return Shown("message", {"chain": row.chain, "name": row.name, "symbol": row.symbol}, {"messages": [told]})
        row, summary = network_of(payload), payload_summary(payload)
        named: dict[str, Json] = {"chain": row.chain, "name": row.name, "symbol": row.symbol}
        return Shown("transaction", named, {**summary, "would_fail": None})

    def signed(self, record: Record, signatures: Mapping[bytes, AnySignature]) -> Record:
        plain = {content: made for content, made in signatures.items() if isinstance(made, bytes)}
        if record.kind == "transaction":
            account = _account(record)
            made = [tx.assemble(each, account, plain[tx.signed_bytes(each)]) for each in _transactions(record)]
            raw = tuple(base64_text(tx.to_bytes(each)) for each in made)
            if not record.sends:
                return replace(record, result=[*raw])
            ids = tuple(tx.transaction_id(each) for each in made)
            own = [base64_text(each.signatures[0]) for each in made]
            return replace(record, raw=raw, sent=ids, result=[*own])
        results: list[Json] = [
            {"signedMessage": base64_text(content), "signature": base64_text(plain[content])}
            for content in self._contents(record)
        ]
        if record.kind == "sign_in" and isinstance(results[0], dict):
            (account_shown,) = self.shown((record.account or "",))
            return replace(record, result={"account": account_shown, **results[0]})
        return replace(record, result=results)

    async def send(self, record: Record) -> Record:
        options = transactions_params(parse_call(record.text)).options
        row = self.network(record.chain)
        for raw, name, how in zip(record.raw, record.sent, options, strict=True):
            await self._node.send(row, unbase64(raw), name, how)
        return record

    async def trace(self, _record: Record) -> Record | None:
        return None  # by its first signature alone a transaction is found, and that was lost

    async def outcome(self, chain: str, _account: str, name: str, _nonce: int | None) -> Outcome:
        return await self._node.outcome(self.network(chain), name)

    async def replacement(self, _record: Record, _place: int, _cancel: bool) -> Replacement:
        raise BadRequest("a transaction of Solana lives for a minute or two: it is not replaced")


def _account(record: Record) -> bytes:
    """The record's account, 32 bytes. Raises WireError."""
    return parse(record.account or "")


def _transactions(record: Record) -> tuple[Transaction, ...]:
    """The page's transactions, or what they were renewed to. Raises WireError, BadRequest."""
    renewed = record.chosen.get("transactions")
    if isinstance(renewed, list):
        return tuple(tx.parse(unbase64(each)) for each in renewed if isinstance(each, str))
    return tuple(tx.parse(raw) for raw in transactions_params(parse_call(record.text)).transactions)


def _job(key: SigningKey, content: bytes) -> Job:
    return Job(content, key.path, CURVE)
