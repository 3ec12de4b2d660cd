"""EVM requests: what a page asks by EIP-1193, what a person is shown of it, what is signed and sent."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from tandem.ceremony import AnySignature, Job
from tandem.chains.ethereum import CURVE, FAMILY, PATH, message, typed_data
from tandem.chains.ethereum.address import checksum, parse
from tandem.chains.ethereum.networks import Network, chain_id
from tandem.chains.ethereum.payload import (
    message_digest,
    message_payload,
    read_message,
    read_transactions,
    transaction_payload,
)
from tandem.chains.ethereum.summary import message_summary, transaction_summary, transactions_summary, view_of
from tandem.chains.ethereum.tx import assemble, digest, transaction_hash
from tandem.chains.ethereum.typed_data import TypedData
from tandem.chains.reading import Payload
from tandem.errors import BadRequest, Bug, NotPermitted, WireError, WrongNetwork
from tandem.mpc.dkls.sign import Signature
from tandem.proto.keysign_pb2 import CustomMessagePayload
from tandem.provider.methods import METHODS, Needs
from tandem.provider.permission import Site
from tandem.provider.record import Record
from tandem.provider.request import (
    Call,
    message_params,
    parse_call,
    transaction_params,
    typed_data_params,
)
from tandem.vault.vault import Vault
from tandem.wallet import family
from tandem.wallet.book import Book
from tandem.wallet.ethereum.networks import Networks
from tandem.wallet.ethereum.node import Node
from tandem.wallet.ethereum.pool import Pool
from tandem.wallet.ethereum.silent import Silent, permissions, shown
from tandem.wallet.ethereum.transaction import chosen, token, transaction, view
from tandem.wallet.family import Opening, Round, Shown
from tandem.wallet.sites import Sites
from tandem.wire import Json


class Ethereum:
    """`family.Family` for eip155. `client` is what web3_clientVersion says."""

    name: Final = FAMILY
    methods: Mapping[str, Needs] = METHODS
    decimals: Final = 18
    event: Final = "accountsChanged"

    def __init__(self, book: Book, pool: Pool, networks: Networks, sites: Sites, client: str) -> None:
        self._book, self._pool, self._networks, self._sites = book, pool, networks, sites
        self._node = Node(pool)
        self._silent = Silent(book, self._node, sites, self.network, client)

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
        return permissions(site.origin, accounts) if method == "wallet_requestPermissions" else accounts

    async def balance(self, network: family.Network, account: str) -> int:
        return await self._node.balance(self.network(network.chain), account)

    async def check_node(self, network: family.Network, url: str) -> None:
        if not await self._pool.check(self.network(network.chain), url):
            raise BadRequest("that node is on another chain")

    async def answer(self, origin: str, call: Call) -> Json:
        return await self._silent.answer(origin, call)

    # Requests that a person decides on

    def open(self, origin: str, call: Call, needs: Needs) -> Opening:
        """Raises NotPermitted for another's account, WrongNetwork, BadRequest."""
        chain = self._silent.network_at(origin).chain
        if needs is Needs.CONNECT:
            return Opening("connect", chain, None)
        sends = needs is Needs.TRANSACTION
        wanted = transaction_params(call.params).sender if sends else _signer(call)
        account, site = checksum(wanted), self._sites.granted(origin, FAMILY)
        if site is None or account not in site.of(FAMILY):
            raise NotPermitted
        if sends and transaction_params(call.params).chain_id not in (None, chain_id(chain)):
            raise WrongNetwork
        return Opening("transaction" if sends else "message", chain, account, sends)

    async def complete(self, record: Record) -> Record:
        """With the summary, and for a transaction with nonce, fees and gas limit."""
        call = parse_call(record.text)
        if record.kind == "message":
            content = _content(call)
            if isinstance(content, TypedData) and content.chain_id not in (None, chain_id(record.chain)):
                raise WrongNetwork
            return replace(record, summary=message_summary(content, record.origin))
        row = self.network(record.chain)
        made = await self._node.complete(row, transaction_params(call.params))
        record = chosen(record, made, await self._node.called_token(row, made, parse(record.account or "")))
        return self._summarised(record)

    async def settle(self, record: Record, fee: Mapping[str, Json]) -> Record:
        """With the person's fees, and with the nonce that is free now. Raises BadRequest, ChainNodeError."""
        if record.kind != "transaction":
            return record
        filled = dict(record.chosen)
        for name in ("max_fee", "priority_fee", "gas_limit"):
            value = fee.get(name)
            if value is not None:
                if not isinstance(value, str) or not value.isdigit() or len(value) > 78:
                    raise BadRequest(name)
                filled[name] = value
        if transaction_params(parse_call(record.text).params).nonce is None and record.account is not None:
            ahead = sum(
                other.state in ("awaiting_phone", "signing", "signed")
                and (other.account, other.chain) == (record.account, record.chain)
                for other in self._book.records.values()
            )
            filled["nonce"] = str(await self._node.nonce(self.network(record.chain), record.account) + ahead)
        try:
            return self._summarised(replace(record, chosen=filled))
        except WireError as wrong:
            raise BadRequest(wrong.detail) from wrong

    def _summarised(self, record: Record) -> Record:
        row = self.network(record.chain)
        return replace(record, summary=transaction_summary(transaction(record), view(record, row)))

    # With the phone

    def rounds(self, record: Record, vault: Vault) -> tuple[Round, ...]:
        """One invitation, one signature."""
        if record.kind == "message":
            key = vault.signing_key("Ethereum", PATH, CURVE)
            content = _content(parse_call(record.text))
            told = message_payload(content, vault_public_key=vault.public_key, party=vault.party, origin=record.origin)
            return (Round(told, "Ethereum", key, (Job(message_digest(content), key.path, CURVE),)),)
        made, row = transaction(record), self.network(record.chain)
        key = vault.signing_key(row.wire, PATH, CURVE)
        payload = transaction_payload(
            made,
            network=row,
            account=parse(record.account or ""),
            public_key=key.public_key,
            vault_public_key=vault.public_key,
            party=vault.party,
            token=token(record),
            origin=record.origin,
        )
        return (Round(payload, row.wire, key, (Job(digest(made), key.path, CURVE),)),)

    def read(self, payload: Payload) -> Shown:
        if isinstance(payload, CustomMessagePayload):
            return Shown("message", None, message_summary(read_message(payload), payload.dapp_metadata.url))
        told = view_of(payload)
        row = told.network
        named: dict[str, Json] = {"chain": row.chain, "name": row.name, "symbol": row.symbol}
        return Shown("transaction", named, transactions_summary(read_transactions(payload), told))

    def signed(self, record: Record, signatures: Mapping[bytes, AnySignature]) -> Record:
        (signature,) = signatures.values()
        if not isinstance(signature, Signature):
            raise Bug("a signature of the other curve")
        r, s, recovery_id = signature.r, signature.s, signature.recovery_id
        if record.kind == "message":
            return replace(record, result="0x" + message.signature_bytes(r, s, recovery_id).hex())
        raw = assemble(transaction(record), r, s, recovery_id)
        name = "0x" + transaction_hash(raw).hex()
        return replace(record, raw=("0x" + raw.hex(),), sent=(name,), result=name)

    async def send(self, record: Record) -> None:
        """Sending the same bytes twice is one transaction, so a node that has them already is no failure."""
        await self._pool.send(self.network(record.chain), record.raw[0], record.sent[0])


def _content(call: Call) -> bytes | TypedData:
    """What a message method wants signed. Raises BadRequest."""
    if call.method == "personal_sign":
        return message_params(call.params)[0]
    try:
        content = typed_data.parse(typed_data_params(call.params)[1])
    except WireError as wrong:
        raise BadRequest(wrong.detail) from wrong
    if call.method == "eth_signTypedData_v3" and content.has_arrays:
        raise BadRequest("arrays are version 4")  # for everything else both versions sign the same
    return content


def _signer(call: Call) -> bytes:
    return message_params(call.params)[1] if call.method == "personal_sign" else typed_data_params(call.params)[0]
