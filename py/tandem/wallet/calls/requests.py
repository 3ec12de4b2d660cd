"""Calls about pages' requests and the sites that made them: the person's word on them."""

from collections.abc import Callable
from dataclasses import dataclass

from tandem.wallet.book import Book
from tandem.wallet.calls import Calls
from tandem.wallet.calls.params import Params, optional_text, text
from tandem.wallet.desk import Desk
from tandem.wallet.keys import Keys
from tandem.wallet.sites import Sites
from tandem.wire import Json


@dataclass(frozen=True, slots=True)
class RequestCalls:
    book: Book
    keys: Keys
    desk: Desk
    sites: Sites
    changed: Callable[[], None]

    @property
    def table(self) -> Calls:
        return {
            "decide": self.decide,
            "cancel_request": self.cancel_request,
            "dismiss_request": self.dismiss_request,
            "disconnect_site": self.disconnect_site,
        }

    async def decide(self, params: Params) -> Json:
        self.keys.touch()
        fee = params.get("fee")
        await self.desk.decide(
            text(params, "request"),
            params.get("approve") is True,
            fee if isinstance(fee, dict) else {},
            optional_text(params, "server_password"),
        )
        return None

    async def cancel_request(self, params: Params) -> Json:
        await self.desk.cancel(text(params, "request"))
        return None

    async def dismiss_request(self, params: Params) -> Json:
        await self.book.drop_record(text(params, "request"))
        self.changed()
        return None

    async def disconnect_site(self, params: Params) -> Json:
        await self.sites.revoke(text(params, "origin"))
        return None
