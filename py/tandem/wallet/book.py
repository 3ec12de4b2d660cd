"""The wallet's public durable state: settings, permissions, request records. Stored first, then used."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from tandem.chains.ethereum import networks as ethereum
from tandem.chains.ethereum.asset import Asset, asset_from_json
from tandem.chains.ethereum.custom import Custom, custom
from tandem.chains.solana import networks as solana
from tandem.errors import BadRequest, WireError
from tandem.ports import Store
from tandem.provider.face import Faces, faces_from_json, faces_from_lists
from tandem.provider.permission import Permissions
from tandem.provider.quota import Quota
from tandem.provider.record import Record, record_from_json
from tandem.relay.client import PUBLIC_RELAY
from tandem.wallet.activity import Activity
from tandem.wire import Json, json_text, parse_json

T = TypeVar("T")

DEFAULTS: Final = {"eip155": ethereum.DEFAULT, "solana": solana.DEFAULT}
KEPT: Final = 50  # finished requests that stay in the list


MAX_RECIPIENTS: Final = 500


@dataclass(frozen=True, slots=True)
class Settings:
    """relay_url has no trailing slash; chains: the chosen network of each family; rpc: the nodes that the person chose
    instead of the listed ones, by chain (CAIP-2); networks: the EVM networks that were added to our list.

    phone_wait_seconds: how long a phone is waited for; the public relay forgets a session after five minutes.
    vault_server, push_service: addresses of the server of fast vaults and of push invitations; empty: switched off.
    simulate: whether a network's node is asked what a transaction would change, before the person decides.
    window: the origins whose pages get us under other names too, or not at all, because the person said so.
    """

    relay_url: str = PUBLIC_RELAY
    auto_lock_minutes: int = 10
    phone_wait_seconds: int = 300
    chains: dict[str, str] = field(default_factory=lambda: dict(DEFAULTS))
    rpc: dict[str, tuple[str, ...]] = field(default_factory=dict)
    networks: tuple[Custom, ...] = ()
    window: Faces = field(default_factory=dict)
    vault_server: str = ""
    push_service: str = ""
    simulate: bool = True

    def to_json(self) -> dict[str, Json]:
        return {
            "relay_url": self.relay_url,
            "auto_lock_minutes": self.auto_lock_minutes,
            "phone_wait_seconds": self.phone_wait_seconds,
            "chains": dict(self.chains),
            "rpc": {chain: list(urls) for chain, urls in self.rpc.items()},
            "networks": [each.to_json() for each in self.networks],
            "window": {origin: list(names) for origin, names in self.window.items()},
            "vault_server": self.vault_server,
            "push_service": self.push_service,
            "simulate": self.simulate,
        }


def settings_from_json(value: Json) -> Settings:
    """Raises WireError."""
    if isinstance(value, dict):
        relay, minutes, wait = (value.get(k) for k in ("relay_url", "auto_lock_minutes", "phone_wait_seconds"))
        if isinstance(relay, str) and isinstance(minutes, int) and isinstance(wait, int):
            chains, rpc = _texts_by_name(value.get("chains")), _nodes_by_chain(value.get("rpc"))
            networks = _customs(value.get("networks", []))
            server, push = (value.get(k, "") for k in ("vault_server", "push_service"))
            simulate = value.get("simulate", True)
            if isinstance(server, str) and isinstance(push, str) and isinstance(simulate, bool):
                return Settings(
                    relay,
                    minutes,
                    wait,
                    DEFAULTS | chains,
                    rpc,
                    networks,
                    faces_from_json(value["window"]) if "window" in value else faces_from_lists(value),
                    server,
                    push,
                    simulate,
                )
    raise WireError("no settings")


def _texts_by_name(value: Json) -> dict[str, str]:
    if isinstance(value, dict):
        texts = {name: text for name, text in value.items() if isinstance(text, str)}
        if len(texts) == len(value):
            return texts
    raise WireError("no texts by name")


def _nodes_by_chain(value: Json) -> dict[str, tuple[str, ...]]:
    """A list for each chain; one text alone is how it was stored when there was one node a chain."""
    if isinstance(value, dict):
        listed = {chain: [urls] if isinstance(urls, str) else urls for chain, urls in value.items()}
        nodes = {
            chain: tuple(url for url in urls if isinstance(url, str))
            for chain, urls in listed.items()
            if isinstance(urls, list)
        }
        if len(nodes) == len(value):
            return nodes
    raise WireError("no nodes by chain")


def _customs(value: Json) -> tuple[Custom, ...]:
    if not isinstance(value, list):
        raise WireError("no networks")
    return tuple(custom(each) for each in value)


def require_url(url: str) -> str:
    """https anywhere, http on this machine and in its network; without a trailing slash. Raises BadRequest."""
    if not (url.startswith(("https://", "http://")) and len(url) <= 300 and url.isascii() and url.isprintable()):
        raise BadRequest("not an http address")
    if any(c in url for c in " \"'<>\\"):
        raise BadRequest("not an http address")
    return url.rstrip("/")


class Book:
    """Reads everything once, then keeps memory and store the same."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.settings = Settings()
        self.sites = Permissions()
        self.quota = Quota()
        self.records: dict[str, Record] = {}
        self.activity = Activity(store)
        self.public: dict[str, Json] = {}
        self.assets: tuple[Asset, ...] = ()
        self.recipients: tuple[str, ...] = ()

    async def load(self) -> None:
        """A value that does not parse is kept in the store under its name with `.broken`, and defaults are used."""
        self.settings = await self._read("settings", settings_from_json) or Settings()
        self.sites = await self._read("sites", Permissions.from_json) or Permissions()
        self.quota = await self._read("quota", Quota.from_json) or Quota()
        records = await self._read("records", _records) or []
        self.records = {record.id: record for record in records}
        self.public = await self._read("vault/public", _public) or {}
        self.assets = await self._read("assets", _assets) or ()
        self.recipients = await self._read("recipients", _recipients) or ()

    async def _read(self, key: str, parse: Callable[[Json], T]) -> T | None:
        blob = await self._store.get(key)
        if blob is None:
            return None
        try:
            return parse(parse_json(blob, limit=16 << 20))
        except WireError:
            await self._store.put(key + ".broken", blob)
            return None

    async def _write(self, key: str, value: Json) -> None:
        await self._store.put(key, json_text(value).encode("utf-8"))

    async def change_settings(self, settings: Settings) -> None:
        await self._write("settings", settings.to_json())
        self.settings = settings

    async def change_sites(self, sites: Permissions) -> None:
        await self._write("sites", sites.to_json())
        self.sites = sites

    async def change_assets(self, assets: tuple[Asset, ...]) -> None:
        """The tokens that the person lists."""
        await self._write("assets", [each.to_json() for each in assets])
        self.assets = assets

    async def change_quota(self, quota: Quota) -> None:
        await self._write("quota", quota.to_json())
        self.quota = quota

    async def set_public(self, public: dict[str, Json]) -> None:
        """What may be shown of the vault while it is locked: name, party, signers, threshold, accounts by family."""
        await self._write("vault/public", public)
        self.public = public

    async def write_record(self, record: Record) -> Record:
        """Durable on return; finished records beyond the newest KEPT are dropped.

        Who waits for a record may have changed while its next state was prepared: that stays as it is. And it may have
        ended: then it has, and that is what is given back.
        """
        known = self.records.get(record.id)
        if known is not None and known.over:
            return known
        return await self._put_record(record if known is None else record.waited_for_as(known))

    async def attach(self, record: Record) -> Record:
        """Likewise, and with the page that waits for it from now on, or without one."""
        known = self.records[record.id]
        return await self._put_record(known.waited_for_as(record))

    async def _put_record(self, record: Record) -> Record:
        self.records[record.id] = record
        needed = self.activity.keeps()
        over = [r.id for r in self.records.values() if r.over and r.id not in needed]
        for old in over[: max(0, len(over) - KEPT)] if self.activity.loaded else ():
            del self.records[old]
        await self._write("records", [r.to_json() for r in self.records.values()])
        await self.activity.note(record)
        return self.records.get(record.id, record)

    async def remember_recipients(self, addresses: tuple[str, ...]) -> None:
        """Addresses that the person has signed for, the newest last: what looks like one of them and is another was
        made to be mistaken for it. The oldest beyond MAX_RECIPIENTS are dropped."""
        kept = tuple(each for each in self.recipients if each not in addresses) + tuple(dict.fromkeys(addresses))
        if kept != self.recipients:
            await self._write("recipients", list(kept[-MAX_RECIPIENTS:]))
            self.recipients = kept[-MAX_RECIPIENTS:]

    async def drop_record(self, record_id: str) -> None:
        """Only a finished one is dropped. One with transactions is no longer shown: until newer ones push it out, they
        can be sped up, cancelled or sent again."""
        record = self.records.get(record_id)
        if record is not None and record.over:
            if record.sent:
                self.records[record_id] = replace(record, dismissed=True)
            else:
                del self.records[record_id]
            await self._write("records", [r.to_json() for r in self.records.values()])


def _records(value: Json) -> list[Record]:
    if not isinstance(value, list):
        raise WireError("no list of records")
    return [record_from_json(item) for item in value]


def _assets(value: Json) -> tuple[Asset, ...]:
    if not isinstance(value, list):
        raise WireError("no list of tokens")
    return tuple(asset_from_json(item) for item in value)


def _recipients(value: Json) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise WireError("no list of recipients")
    return tuple(each for each in value if isinstance(each, str))


def _public(value: Json) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise WireError("no public vault data")
    return value
