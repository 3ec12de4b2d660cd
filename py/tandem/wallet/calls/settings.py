"""Calls that change preferences: relay, locking, what single sites find, the services that are off by default."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from tandem.errors import BadRequest, NotPermitted, WireError
from tandem.provider.face import MAX_SITES, face
from tandem.provider.origin import require_origin
from tandem.relay.fast_vault import require_service_url
from tandem.wallet.book import Book, require_url
from tandem.wallet.calls import Calls
from tandem.wallet.calls.params import Params, flag, number, text
from tandem.wire import Json


@dataclass(frozen=True, slots=True)
class SettingsCalls:
    book: Book
    changed: Callable[[], None]

    @property
    def table(self) -> Calls:
        return {
            "set_settings": self.set_settings,
            "set_window": self.set_window,
        }

    async def set_settings(self, params: Params) -> Json:
        settings = self.book.settings
        if "relay_url" in params:
            settings = replace(settings, relay_url=require_url(text(params, "relay_url")))
        if "auto_lock_minutes" in params:
            settings = replace(settings, auto_lock_minutes=number(params, "auto_lock_minutes", 24 * 60))
        if "phone_wait_seconds" in params:
            settings = replace(settings, phone_wait_seconds=number(params, "phone_wait_seconds", 300))
        if "vault_server" in params:
            settings = replace(settings, vault_server=_service(text(params, "vault_server")))
        if "push_service" in params:
            settings = replace(settings, push_service=_service(text(params, "push_service")))
        if "simulate" in params:
            settings = replace(settings, simulate=flag(params, "simulate"))
        await self.book.change_settings(settings)
        self.changed()
        return None

    async def set_window(self, params: Params) -> Json:
        """What a site finds: `names` of the window beside what every site gets, or "none" alone. Raises BadRequest."""
        origin, settings = text(params, "origin"), self.book.settings
        window = {other: names for other, names in settings.window.items() if other != origin}
        try:
            if names := face(params.get("names")):
                window[require_origin(origin)] = names
        except (WireError, NotPermitted) as wrong:
            raise BadRequest("not the origin of a page, or no names") from wrong
        if len(window) > MAX_SITES:
            raise BadRequest("too many sites")
        await self.book.change_settings(replace(settings, window=window))
        self.changed()
        return None


def _service(url: str) -> str:
    """Empty switches it off. Raises BadRequest."""
    return require_service_url(url) if url else ""
