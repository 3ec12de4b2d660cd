"""The state the screens are drawn from: one JSON value, public to the extension's own pages only (docs/ui.md)."""

from collections.abc import Mapping

from tandem.chains.amount import human
from tandem.errors import UnknownChain
from tandem.provider.attach import ends_at
from tandem.provider.codes import SENTENCES
from tandem.provider.record import Record
from tandem.wallet.balances import Balances
from tandem.wallet.book import Book
from tandem.wallet.cosign import Cosigner
from tandem.wallet.family import Family, Network
from tandem.wallet.hosting import Hosting
from tandem.wallet.joining import Joining
from tandem.wallet.keys import Keys
from tandem.wallet.qr import qr
from tandem.wire import Json, json_text


def _network(network: Network, family: Family) -> dict[str, Json]:
    return {
        "chain": network.chain,
        "name": network.name,
        "symbol": network.symbol,
        "rpc_url": network.rpc_url,
        "explorer": network.explorer,
        "local": network.is_local,
        "custom": network.is_custom,
        "nodes": family.nodes(network.chain),
    }


def _account(family: Family, address: str, chosen: str, balances: Balances) -> dict[str, Json]:
    network = family.network(chosen)
    shown: Json = None
    balance = balances.known.get(family.name)
    if balance is not None:
        shown = {"value": human(balance, family.decimals), "exact": str(balance), "symbol": network.symbol}
    return {
        "space": family.name,
        "address": address,
        "qr": qr(address),
        "balance": shown,
        "tokens": balances.tokens.get(family.name, []),
        "network": _network(network, family),
        "networks": [_network(row, family) for row in family.networks()],
    }


def _request(record: Record, families: Mapping[str, Family], cosigner: Cosigner) -> dict[str, Json]:
    step = cosigner.steps.get(record.id)
    network = _network_of(record, families)
    explorer = network.explorer if network is not None else None
    return {
        "id": record.id,
        "origin": record.origin,
        "top": record.top,
        "method": record.method,
        "kind": record.kind,
        "space": record.family,
        "state": record.state,
        "created": record.created,
        "expires": step.expires if step is not None else ends_at(record),
        "gone": record.gone_at is not None,
        "unclaimed": _unclaimed(record),
        "account": record.account,
        "network": _named(network) if network is not None else None,
        "sends": record.sends,
        "summary": record.summary if record.kind != "connect" else {"accounts": [record.account or ""]},
        "phone": step.to_json() if step is not None else None,
        "behind": cosigner.behind(record.id),
        "shows": [view.to_json() for view in cosigner.foretell(record)],
        "result": record.sent[0] if record.sent else record.result if isinstance(record.result, str) else None,
        "sent": [
            {"id": name, "explorer": explorer.replace("{}", name) if explorer is not None else None}
            for name in record.sent
        ],
        "error": _error(record.error),
    }


def _unclaimed(record: Record) -> str | None:
    """What was signed when no page was there to take it. It is the person's: the wallet sends it to nobody."""
    if record.state != "done" or record.gone_at is None or not record.for_phone or record.sent:
        return None
    return record.result if isinstance(record.result, str) else json_text(record.result)


def _refused(book: Book, now: float) -> list[Json]:
    """The sites that may not ask, for good or for now."""
    return [
        {"origin": origin, "blocked": one.blocked, "until": one.paused_until}
        for origin, one in book.quota
        if one.blocked or one.paused_until > now
    ]


def _network_of(record: Record, families: Mapping[str, Family]) -> Network | None:
    """None for a network that was removed after the request."""
    try:
        return families[record.family].network(record.chain)
    except (KeyError, UnknownChain):
        return None


def _named(network: Network) -> dict[str, Json]:
    return {"chain": network.chain, "name": network.name, "symbol": network.symbol}


def _error(error: dict[str, Json] | None) -> dict[str, Json] | None:
    """Node errors carry no reason of ours: the node's own words are shown as such."""
    if error is None:
        return None
    data = error.get("data")
    reason = data.get("reason") if isinstance(data, dict) else None
    if not isinstance(reason, str) or reason not in SENTENCES:
        reason = "chain_node"
    return {"code": error.get("code"), "reason": reason, "message": error.get("message")}


def mirror(book: Book, keys: Keys, families: Mapping[str, Family]) -> dict[str, Json]:
    """What silent calls are answered from while Python sleeps."""
    ethereum, solana = families["eip155"], families["solana"]
    return {
        "default_chain": hex_id(book.settings.chains["eip155"]),
        "sites": {
            site.origin: {
                "accounts": ethereum.shown(site.of("eip155")),
                "chain_id": hex_id(site.chain),
                "solana": solana.shown(site.of("solana")),
                "until": site.until,
            }
            for site in book.sites
        },
        "open": keys.is_open,
    }


def hex_id(chain: str) -> str:
    """A chain of eip155 as EIP-695 writes it."""
    return hex(int(chain.partition(":")[2]))


def snapshot(
    version: str,
    book: Book,
    keys: Keys,
    families: Mapping[str, Family],
    hosting: Hosting,
    joining: Joining,
    cosigner: Cosigner,
    balances: Balances,
    now: float,
) -> dict[str, Json]:
    """Everything a screen may show."""
    vault = {name: value for name, value in book.public.items() if name != "accounts"}
    return {
        "stage": "open" if keys.is_open else "locked" if keys.exists else "empty",
        "version": version,
        "vault": vault or None,
        "accounts": [
            _account(family, address, book.settings.chains[name], balances)
            for name, family in families.items()
            if (address := keys.account(name)) is not None
        ],
        "sites": [site.to_json() for site in book.sites if not site.expired(now)],
        "refused": _refused(book, now),
        "requests": [_request(each, families, cosigner) for each in book.records.values() if not each.dismissed],
        "activity": {"version": book.activity.version, "followed": len(book.activity.followed())},
        "ceremony": hosting.shown,
        "joining": joining.shown,
        "settings": {
            "relay_url": book.settings.relay_url,
            "auto_lock_minutes": book.settings.auto_lock_minutes,
            "window": {origin: list(names) for origin, names in book.settings.window.items()},
            "vault_server": book.settings.vault_server,
            "push_service": book.settings.push_service,
            "simulate": book.settings.simulate,
        },
    }
