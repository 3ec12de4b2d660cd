"""Networks that are not in our list: what a page (EIP-3085) or the person says of one, checked and bounded."""

import re
from dataclasses import dataclass
from typing import Final

from tandem.chains.ethereum.networks import NETWORKS, Network
from tandem.errors import WireError
from tandem.wire import Json

MAX_NODES: Final = 5
_MAX_URL: Final = 300
_MAX_NAME: Final = 40
_MAX_SYMBOL: Final = 11
# A host without user name, then anything printable; plain http on this machine alone.
_NODE: Final = re.compile(
    r"(?:https://(?:[a-z0-9-]+\.)*[a-z0-9-]+|http://(?:localhost|127\.0\.0\.1))(?::\d{1,5})?(?:[/?][!-~]*)?",
    re.IGNORECASE,
)
_WORDS: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Custom:
    """A network by its id; `explorer` is the address of its block explorer, without a trailing slash."""

    chain_id: int
    name: str
    symbol: str
    rpc_urls: tuple[str, ...]
    explorer: str | None = None

    @property
    def chain(self) -> str:
        """CAIP-2."""
        return f"eip155:{self.chain_id}"

    def network(self) -> Network:
        """As a row of the list. It travels to the phone under its CAIP-2 name."""
        explorer = None if self.explorer is None else self.explorer + "/tx/{}"
        return Network(self.chain_id, self.name, self.chain, self.symbol, self.rpc_urls, explorer, is_custom=True)

    def to_json(self) -> dict[str, Json]:
        """In the words of EIP-3085, which `custom` reads."""
        explorers: list[Json] = [] if self.explorer is None else [self.explorer]
        return {
            "chainId": hex(self.chain_id),
            "chainName": self.name,
            "nativeCurrency": {"name": self.symbol, "symbol": self.symbol, "decimals": 18},
            "rpcUrls": list(self.rpc_urls),
            "blockExplorerUrls": explorers,
        }


def custom(value: Json) -> Custom:
    """A network as EIP-3085 describes it. Icons are ignored, and so are nodes that are not asked over HTTP.

    Raises WireError, whose text names the member that is wrong.
    """
    if not isinstance(value, dict):
        raise WireError("no network")
    currency = value.get("nativeCurrency")
    if not isinstance(currency, dict):
        raise WireError("nativeCurrency")
    decimals = currency.get("decimals")
    if isinstance(decimals, bool) or decimals != 18:
        raise WireError("nativeCurrency.decimals: only 18 is supported")
    symbol = _text(currency.get("symbol"), "nativeCurrency.symbol", _MAX_SYMBOL)
    explorers = _texts(value.get("blockExplorerUrls") or [], "blockExplorerUrls")
    explorer = next((url.rstrip("/") for url in explorers if url.lower().startswith("https://") and is_node(url)), None)
    nodes = tuple(dict.fromkeys(url.rstrip("/") for url in _texts(value.get("rpcUrls"), "rpcUrls") if _is_http(url)))
    if not nodes or not all(is_node(url) for url in nodes):
        raise WireError("rpcUrls: https, or this machine")
    name = _text(value.get("chainName"), "chainName", _MAX_NAME)
    return Custom(_chain_id(value.get("chainId")), name, symbol, nodes[:MAX_NODES], explorer)


def _chain_id(value: Json) -> int:
    """EIP-3085: a hex quantity; 0 is no chain, and from 2^53 on pages cannot count."""
    if (
        isinstance(value, str)
        and re.fullmatch(r"0x[0-9a-fA-F]{1,14}", value)
        and 0 < (found := int(value, 16)) < 1 << 53
    ):
        return found
    raise WireError("chainId")


def _texts(value: Json, what: str) -> tuple[str, ...]:
    if isinstance(value, list) and len(value) <= 32:
        texts = tuple(each for each in value if isinstance(each, str))
        if len(texts) == len(value):
            return texts
    raise WireError(what)


def _text(value: Json, what: str, most: int) -> str:
    """Printable ASCII: in other alphabets there are letters that look like these."""
    if isinstance(value, str) and 0 < len(text := value.strip()) <= most and text.isascii() and text.isprintable():
        return text
    raise WireError(what)


def _is_http(url: str) -> bool:
    return not url.lower().startswith(("ws://", "wss://"))


def is_node(url: str) -> bool:
    """Whether a node may be asked there: https, or plain http on this machine; no user name in it."""
    return len(url) <= _MAX_URL and _NODE.fullmatch(url) is not None


def imitated(what: Custom) -> Network | None:
    """The network of our list whose name a custom one bears, however it is spaced and cased."""
    name = _words(what.name)
    return next((row for row in NETWORKS if row.chain_id != what.chain_id and _words(row.name) == name), None)


def _words(name: str) -> str:
    return "".join(_WORDS.findall(name.casefold())).removesuffix("mainnet").removesuffix("network")
