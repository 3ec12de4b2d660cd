"""What the wallet needs from where it runs, in one value."""

from collections.abc import Callable
from dataclasses import dataclass

from tandem.entropy import Rng
from tandem.ports import Clock, Http, PasswordKdf, Store, Tasks
from tandem.wire import Json

Emit = Callable[[dict[str, Json]], None]


@dataclass(frozen=True, slots=True)
class Host:
    """`emit` hands one message to the other side: an answer or an event."""

    store: Store
    http: Http
    clock: Clock
    tasks: Tasks
    rng: Rng
    kdf: PasswordKdf
    emit: Emit
