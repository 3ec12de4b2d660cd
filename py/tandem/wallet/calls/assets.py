"""Calls about the tokens that the person lists (wallet/ethereum/assets.py)."""

from collections.abc import Callable
from dataclasses import dataclass

from tandem.errors import BadRequest, WireError
from tandem.wallet.balances import Balances
from tandem.wallet.book import Book
from tandem.wallet.calls import Calls
from tandem.wallet.calls.params import Params, optional_text, text
from tandem.wire import Json, un0x


@dataclass(frozen=True, slots=True)
class AssetCalls:
    book: Book
    balances: Balances
    changed: Callable[[], None]

    @property
    def table(self) -> Calls:
        return {"forget_asset": self.forget_asset}

    async def forget_asset(self, params: Params) -> Json:
        """By chain, contract and, where there is one, token_id in decimal. One that is not listed is no fault."""
        number = optional_text(params, "token_id")
        try:
            contract = un0x(text(params, "contract"), size=20)
        except WireError as wrong:
            raise BadRequest("contract") from wrong
        if number and not (number.isascii() and number.isdigit() and len(number) <= 78):
            raise BadRequest("token_id")
        key = (text(params, "chain"), contract, int(number) if number else None)
        await self.book.change_assets(tuple(each for each in self.book.assets if each.key != key))
        self.changed()
        self.balances.refresh()
        return None
