"""What this wallet invites other devices to: the link and the progress as the screen shows them, and how it ended."""

from collections.abc import Awaitable, Callable

from tandem.ceremony import Devices, Progress, Report
from tandem.errors import TandemError
from tandem.ports import Task
from tandem.provider.codes import SENTENCES
from tandem.relay.pairing import Invitation
from tandem.wallet.book import Book
from tandem.wallet.host import Host
from tandem.wallet.qr import qr
from tandem.wire import Json

Ceremony = Callable[[Devices, Report, float], Awaitable[bool]]


class Hosting:
    """At most one at a time; what it shows stays until the next one or until it is dismissed."""

    def __init__(
        self,
        host: Host,
        book: Book,
        devices: Callable[[], Devices],
        changed: Callable[[], None],
        done: Callable[[], Awaitable[None]],
    ) -> None:
        self._host, self._book = host, book
        self._devices, self._changed, self._done = devices, changed, done
        self.shown: dict[str, Json] | None = None
        self._task: Task | None = None

    @property
    def relay_url(self) -> str:
        """Where the devices are to meet."""
        return self._book.settings.relay_url

    def begin(self, kind: str, invitation: Invitation, size: int, ceremony: Ceremony, *, server: bool = False) -> None:
        """Shows the invitation's link and runs its ceremony with `size - 1` others; it tells whether all of them have
        confirmed. The first thing it reports is how many rounds there are."""
        self.cancel()
        deadline = self._host.clock.now() + self._book.settings.phone_wait_seconds
        shown: dict[str, Json] = {
            "kind": kind,
            "server": server,
            "stage": "waiting",
            "link": invitation.link,
            "qr": qr(invitation.link),
            "peers": [],
            "needed": size - 1,
            "round": 0,
            "rounds": 0,
            "expires": int(deadline),
            "error": None,
        }
        self.shown = shown
        self._task = self._host.tasks.spawn(self._run(shown, ceremony, deadline))
        self._changed()

    def cancel(self) -> None:
        """Ends what is under way, and shows nothing any more."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self.shown = None
        self._changed()

    async def _run(self, shown: dict[str, Json], ceremony: Ceremony, deadline: float) -> None:
        def report(at: Progress) -> None:
            # Done is what we say ourselves, when the vault is open and, with a server, its own copy is known of.
            stage = "finishing" if at.stage == "done" else at.stage
            shown.update(stage=stage, peers=list(at.peers), round=at.round, rounds=at.rounds)
            self._changed()

        try:
            confirmed = await ceremony(self._devices(), report, deadline)
        except TandemError as error:
            shown.update(stage="failed", error={"reason": error.reason, "message": SENTENCES[error.reason]})
            self._changed()
            return
        shown.update(stage="done", confirmed=confirmed)
        await self._done()
        self._changed()
