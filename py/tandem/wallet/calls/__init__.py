"""What the extension's own pages may call, one file a topic; each has a table from a call's name to what it does."""

from collections.abc import Awaitable, Callable, Mapping

from tandem.wallet.calls.params import Params
from tandem.wire import Json

Calls = Mapping[str, Callable[[Params], Awaitable[Json]]]
