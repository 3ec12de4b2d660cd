"""What a payload says of a swap that another device of the vault prepared (relay-and-sessions §10), on any chain.

It is the other device's word, except what the bytes that are signed say themselves: the memo of a swap through
THORChain or Maya, and what a known router or program is told. Which transaction a swap stands for is its family's
matter (`swap.py` there).
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Final

from tandem.chains.amount import human
from tandem.chains.reading import Line
from tandem.errors import WireError
from tandem.proto.coin_pb2 import Coin
from tandem.proto.swap_pb2 import KyberSwapPayload, OneInchSwapPayload, THORChainSwapPayload
from tandem.wire import Json

MAX_TEXT: Final = 64  # letters of a name that the other device gives
_PLACES: Final = 8  # THORChain's and Maya's decimals, whatever the token's own are
_KINDS: Final = ("=", "SWAP", "S", "=<")


@dataclass(frozen=True, slots=True)
class Swap:
    """Amounts in human units, as text. expected: as the quote has it; least, recipient: out of the memo, where there is
    one; recipient is where the other chain pays to, in that chain's spelling. None: not said."""

    provider: str
    gives: str
    gives_symbol: str
    expected: str
    gets_symbol: str
    gets_chain: str
    least: str | None = None
    recipient: str | None = None
    memo: str | None = None
    expires: int | None = None

    def fields(self, account: bytes, parse: Callable[[str], bytes]) -> dict[str, Json]:
        """For the approval screen. account: whose swap it is; parse: reads addresses of its kind."""
        return {**asdict(self), "foreign": self._pays_another(account, parse)}

    def _pays_another(self, account: bytes, parse: Callable[[str], bytes]) -> bool:
        """Whether the other chain is told to pay an address of the account's own kind that is not the account."""
        try:
            return self.recipient is not None and parse(self.recipient) != account
        except WireError:
            return False

    def lines(self, account: bytes, parse: Callable[[str], bytes]) -> Iterator[Line]:
        """For a screen of text."""
        gets = f"{self.expected} {self.gets_symbol} on {self.gets_chain}"
        yield ("Swap, as the other device says", f"{self.gives} {self.gives_symbol} for about {gets}")
        yield ("By way of", self.provider or "(not said)")
        if self.recipient is not None:
            yield ("Paid to", self.recipient)
            yield ("At least", f"{self.least} {self.gets_symbol}" if self.least else "anything: no limit is set")
        if self._pays_another(account, parse):
            yield ("Warning", "what comes out of this goes to another address than yours")


def quoted(coin: Coin, swap: OneInchSwapPayload | KyberSwapPayload, provider: str) -> Swap:
    """Of `coin` what a provider quoted. Raises WireError."""
    return Swap(
        provider[:MAX_TEXT],
        human(decimal(swap.from_amount), _places(coin)),
        coin.ticker[:MAX_TEXT],
        _number(swap.to_amount_decimal),
        swap.to_coin.ticker[:MAX_TEXT],
        swap.to_coin.chain[:MAX_TEXT],
    )


def by_memo(coin: Coin, swap: THORChainSwapPayload, provider: str, memo: str) -> Swap:
    """Of `coin` what the memo tells THORChain or Maya to do. Raises WireError."""
    parts = memo.split(":")
    if parts[0].upper() not in _KINDS or len(parts) < 3:
        raise WireError("a memo that is no swap")
    return Swap(
        provider,
        human(decimal(swap.from_amount), _places(coin)),
        coin.ticker[:MAX_TEXT],
        _number(swap.to_amount_decimal),
        swap.to_coin.ticker[:MAX_TEXT],
        swap.to_coin.chain[:MAX_TEXT],
        _limit(parts),
        parts[2].partition("/")[0],
        memo,
        swap.expiration_time or None,
    )


def require_source(coin: Coin, source: Coin, senders: tuple[str, ...], parse: Callable[[str], bytes]) -> None:
    """The swap is of the payload's coin and account; senders: who says to send, where it is said. Raises WireError."""
    same = (source.chain, source.is_native_token, source.decimals) == (coin.chain, coin.is_native_token, coin.decimals)
    contracts = [parse(each.contract_address) if each.contract_address else b"" for each in (source, coin)]
    if not same or contracts[0] != contracts[1]:
        raise WireError("the swap is of another coin than the payload's")
    for sender in (*senders, source.address):
        if sender and parse(sender) != parse(coin.address):
            raise WireError("the swap is of another account than the payload's")


def decimal(text: str) -> int:
    """Base units. Raises WireError."""
    if not (text.isascii() and text.isdigit() and len(text) <= 78) or int(text) >= 1 << 256:
        raise WireError("not a decimal amount")
    return int(text)


def _places(coin: Coin) -> int:
    if not 0 <= coin.decimals <= 36:
        raise WireError("decimals out of range")
    return coin.decimals


def _number(text: str) -> str:
    """An amount in human units, which is only shown."""
    if len(text) > MAX_TEXT or not text.replace(".", "", 1).isdigit() or not text.isascii():
        raise WireError("not an amount")
    return text


def _limit(parts: list[str]) -> str | None:
    """The least that the memo takes, in human units; None for none."""
    limit = parts[3].partition("/")[0] if len(parts) > 3 else ""
    if not (limit.isascii() and limit.isdigit() and len(limit) < 40) or int(limit) == 0:
        return None
    return human(int(limit), _PLACES)
