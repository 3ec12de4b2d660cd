"""Calls about pages' requests: the person's word on them, and what the browser knows of the pages."""

from collections.abc import Callable
from dataclasses import dataclass

from tandem.wallet.book import Book
from tandem.wallet.calls import Calls
from tandem.wallet.calls.params import Params, optional_text, text
from tandem.wallet.calls.sites import terms
from tandem.wallet.cosign import Cosigner
from tandem.wallet.desk import Desk
from tandem.wallet.keys import Keys
from tandem.wire import Json


@dataclass(frozen=True, slots=True)
class RequestCalls:
    """`left` is told of a document that went away, or is back."""

    book: Book
    keys: Keys
    desk: Desk
    cosigner: Cosigner
    changed: Callable[[], None]
    left: Callable[[str, bool], None]

    @property
    def table(self) -> Calls:
        return {
            "decide": self.decide,
            "cancel_request": self.cancel_request,
            "dismiss_request": self.dismiss_request,
            "renew_request": self.renew_request,
            "reconsider_request": self.reconsider_request,
            "resend_request": self.resend_request,
            "page": self.page,
        }

    async def decide(self, params: Params) -> Json:
        self.keys.touch()
        fee = params.get("fee")
        await self.desk.decide(
            text(params, "request"),
            params.get("approve") is True,
            fee if isinstance(fee, dict) else {},
            terms(params, self.desk.families),
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

    async def renew_request(self, params: Params) -> Json:
        self.keys.touch()
        await self.desk.renew(text(params, "request"))
        return None

    async def reconsider_request(self, params: Params) -> Json:
        self.keys.touch()
        await self.desk.reconsider(text(params, "request"))
        return None

    async def resend_request(self, params: Params) -> Json:
        self.keys.touch()
        self.cosigner.resend(text(params, "request"))
        return None

    async def page(self, params: Params) -> Json:
        """Of the offscreen document, which holds the pages' ports."""
        document, gone = text(params, "document"), params.get("gone") is True
        self.left(document, gone)
        await self.desk.page(document, gone)
        return None
