"""Under which names of the window a site gets us: the person's choice, one for each site.

Beside what is announced everywhere (EIP-6963, Wallet Standard) sites look for names that are not ours alone. The person
may lend us some of them on a site, or keep us out of it altogether: that excludes the names.
"""

from collections.abc import Mapping
from typing import Final

from tandem.errors import WireError
from tandem.wire import Json

NAMES: Final = ("solana", "ethereum", "vultisig")
NONE: Final = "none"
MAX_LISTED: Final = 200
# What the four lists of before could hold, each another 200 sites: all of it is taken over and read back. None of these
# choices is older or matters less than another, and a dropped one would give a site what the person had taken from it.
MAX_SITES: Final = MAX_LISTED * len((*NAMES, NONE))

Faces = dict[str, tuple[str, ...]]


def face(value: Json) -> tuple[str, ...]:
    """One site's names, in the order of NAMES, or NONE alone; () for what every site gets. Raises WireError."""
    if isinstance(value, list):
        found = tuple(name for name in (*NAMES, NONE) if name in value)
        if len(found) == len(value) and (NONE not in found or len(found) == 1):
            return found
    raise WireError("no names of the window")


def faces_from_json(value: Json) -> Faces:
    """By origin. Raises WireError."""
    if not isinstance(value, dict) or len(value) > MAX_SITES:
        raise WireError("no sites with names of the window")
    return {origin: names for origin, each in value.items() if (names := face(each))}


def faces_from_lists(value: Mapping[str, Json]) -> Faces:
    """As they were stored before: a list of origins for each name, where one could be in several. None of us at all was
    the person's last resort, so it counts for more. Raises WireError."""
    faces: Faces = {}
    for name in (*NAMES, NONE):
        origins = value.get(f"window_{name}", [])
        if not isinstance(origins, list) or len(origins) > MAX_LISTED:
            raise WireError("no list of origins")
        for origin in origins:
            if not isinstance(origin, str):
                raise WireError("no origin")
            faces[origin] = (NONE,) if name == NONE else face([*faces.get(origin, ()), name])
    return faces
