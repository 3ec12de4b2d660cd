"""Calls that change preferences: relay, locking, the services that are off by default."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from tandem.errors import BadRequest, NotPermitted, WireError
from tandem.provider.origin import require_origin
from tandem.relay.fast_vault import require_service_url
from tandem.wallet.book import Book, origins_from_json, require_url
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
        if "window_solana" in params:
            settings = replace(settings, window_solana=_origins(params["window_solana"]))
        if "window_ethereum" in params:
            settings = replace(settings, window_ethereum=_origins(params["window_ethereum"]))
        if "window_vultisig" in params:
            settings = replace(settings, window_vultisig=_origins(params["window_vultisig"]))
        if "window_none" in params:
            settings = replace(settings, window_none=_origins(params["window_none"]))
        await self.book.change_settings(settings)
        self.changed()
        return None


def _service(url: str) -> str:
    """Empty switches it off. Raises BadRequest."""
    return require_service_url(url) if url else ""


def _origins(value: Json) -> tuple[str, ...]:
    """Raises BadRequest for what is no list of origins that may see the wallet."""
    try:
        return tuple(require_origin(origin) for origin in origins_from_json(value))
    except (WireError, NotPermitted) as wrong:
        raise BadRequest("not the origin of a page") from wrong
