"""Making the vault with the phone: the screen's view of the key generation, and its end."""

from collections.abc import Awaitable, Callable
from typing import Final

from tandem.ceremony import ROUNDS, Devices, Keygenned, Progress, host_keygen, invite_keygen
from tandem.errors import BadRequest, TandemError, VaultFault
from tandem.ports import Task
from tandem.provider.codes import SENTENCES
from tandem.vault.vault import Vault
from tandem.wallet.book import Book
from tandem.wallet.host import Host
from tandem.wallet.keys import Keys, require_password
from tandem.wallet.qr import qr
from tandem.wire import Json

SIZES: Final = (2, 3)


class Creation:
    """At most one at a time; what it shows stays until the next one or until it is dismissed."""

    def __init__(
        self,
        host: Host,
        book: Book,
        keys: Keys,
        devices: Callable[[], Devices],
        changed: Callable[[], None],
        done: Callable[[], Awaitable[None]],
    ) -> None:
        self._host, self._book, self._keys = host, book, keys
        self._devices, self._changed, self._done = devices, changed, done
        self.shown: dict[str, Json] | None = None
        self._task: Task | None = None

    def begin(self, name: str, password: str, size: int) -> None:
        """Raises BadRequest for what cannot make a vault, VaultFault when there is one."""
        if self._keys.exists:
            raise VaultFault("a vault is here already")
        if not 0 < len(name.strip()) <= 60:
            raise BadRequest("a vault has a name")
        if size not in SIZES:
            raise BadRequest("two or three devices")
        require_password(password)
        self.cancel()
        self._task = self._host.tasks.spawn(self._run(name.strip(), password, size))

    def cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self.shown = None
        self._changed()

    async def _run(self, name: str, password: str, size: int) -> None:
        devices = self._devices()
        deadline = self._host.clock.now() + self._book.settings.phone_wait_seconds
        party = "extension-" + self._host.rng(8).hex()
        invitation = invite_keygen(vault_name=name, relay_url=devices.relay.base_url, rng=self._host.rng)
        shown: dict[str, Json] = {
            "kind": "keygen",
            "stage": "waiting",
            "link": invitation.link,
            "qr": qr(invitation.link),
            "peers": [],
            "needed": size - 1,
            "round": 0,
            "rounds": ROUNDS,
            "expires": int(deadline),
            "error": None,
        }
        self.shown = shown
        self._changed()

        def report(at: Progress) -> None:
            shown.update(stage=at.stage, peers=list(at.peers), round=at.round, rounds=at.rounds)
            self._changed()

        async def save(made: Keygenned) -> None:
            created = int(self._host.clock.now())
            vault = Vault(name, made.party, made.signers, made.share, made.eddsa, created)
            await self._keys.save(vault, password)

        try:
            await host_keygen(
                devices,
                invitation,
                party=party,
                size=size,
                threshold=2,
                report=report,
                save=save,
                deadline=deadline,
            )
        except TandemError as error:
            shown.update(stage="failed", error={"reason": error.reason, "message": SENTENCES[error.reason]})
            self._changed()
            return
        shown["stage"] = "done"
        await self._done()
        self._changed()
