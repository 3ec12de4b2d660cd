"""The state the screens are drawn from: one JSON value, public to the extension's own pages only (docs/ui.md)."""

from tandem.chains.amount import human
from tandem.chains.ethereum import networks
from tandem.chains.ethereum.networks import Network
from tandem.provider.codes import SENTENCES
from tandem.provider.record import Record
from tandem.wallet.book import Book
from tandem.wallet.cosign import Cosigner
from tandem.wallet.creation import Creation
from tandem.wallet.keys import Keys
from tandem.wallet.qr import qr
from tandem.wire import Json


def _network(network: Network) -> dict[str, Json]:
    return {
        "chain_id": network.hex_id,
        "name": network.name,
        "symbol": network.symbol,
        "rpc_url": network.rpc_url,
        "explorer": network.explorer,
        "local": network.is_local,
    }


def _request(record: Record, network: Network, cosigner: Cosigner) -> dict[str, Json]:
    step = cosigner.steps.get(record.id)
    explorer = None
    if record.transaction is not None and network.explorer is not None:
        explorer = f"{network.explorer}/tx/{record.transaction}"
    return {
        "id": record.id,
        "origin": record.origin,
        "top": record.top,
        "method": record.method,
        "kind": record.kind,
        "state": record.state,
        "created": record.created,
        "expires": step.expires if step is not None else None,
        "account": record.account,
        "network": {"chain_id": network.hex_id, "name": network.name, "symbol": network.symbol},
        "summary": record.summary if record.kind != "connect" else {"accounts": [record.account or ""]},
        "phone": step.to_json() if step is not None else None,
        "result": record.transaction or (record.result if isinstance(record.result, str) else None),
        "explorer": explorer,
        "error": _error(record.error),
    }


def _error(error: dict[str, Json] | None) -> dict[str, Json] | None:
    """Node errors carry no reason of ours: the node's own words are shown as such."""
    if error is None:
        return None
    data = error.get("data")
    reason = data.get("reason") if isinstance(data, dict) else None
    if not isinstance(reason, str) or reason not in SENTENCES:
        reason = "chain_node"
    return {"code": error.get("code"), "reason": reason, "message": error.get("message")}


def mirror(book: Book, keys: Keys) -> dict[str, Json]:
    """What silent calls are answered from while Python sleeps."""
    return {
        "default_chain": hex(book.settings.chain_id),
        "sites": {
            site.origin: {"accounts": list(site.accounts), "chain_id": hex(site.chain_id)} for site in book.sites
        },
        "open": keys.is_open,
    }


def snapshot(
    version: str, book: Book, keys: Keys, creation: Creation, cosigner: Cosigner, balance: int | None
) -> dict[str, Json]:
    """Everything a screen may show."""
    network = book.network(book.settings.chain_id)
    public = book.public
    return {
        "stage": "open" if keys.is_open else "locked" if keys.exists else "empty",
        "version": version,
        "vault": {**public, "qr": qr(str(public["address"]))} if public else None,
        "network": _network(network),
        "networks": [_network(book.network(row.chain_id)) for row in networks.NETWORKS],
        "balance": None
        if balance is None
        else {"value": human(balance, 18), "exact": str(balance), "symbol": network.symbol},
        "sites": [{**site.to_json(), "chain_id": hex(site.chain_id)} for site in book.sites],
        "requests": [_request(record, book.network(record.chain_id), cosigner) for record in book.records.values()],
        "ceremony": creation.shown,
        "settings": {
            "relay_url": book.settings.relay_url,
            "auto_lock_minutes": book.settings.auto_lock_minutes,
        },
    }
