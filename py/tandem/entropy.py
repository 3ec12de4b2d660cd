"""The only source of randomness: the operating system, read at the time of use (docs/threat-model.md).

Nothing here may be seeded, buffered or saved: a restored snapshot that repeated a nonce would give the key away.
Protocols take an `Rng` argument so that tests can replay recorded runs; production passes `random_bytes`.
"""

import os
from collections.abc import Callable

from tandem.errors import EntropyFault

Rng = Callable[[int], bytes]


def random_bytes(count: int) -> bytes:
    """`count` fresh bytes from the operating system."""
    return os.urandom(count)


def self_test(source: Rng = random_bytes) -> None:
    """Refuse to start on a source that is missing, short, constant or repeating. Raises EntropyFault."""
    try:
        first, second = source(32), source(32)
    except (OSError, NotImplementedError) as missing:
        raise EntropyFault("no random source") from missing
    if len(first) != 32 or len(second) != 32:
        raise EntropyFault("short read")
    if first == second or len(set(first)) < 8 or len(set(second)) < 8:
        raise EntropyFault("repeated or constant output")
