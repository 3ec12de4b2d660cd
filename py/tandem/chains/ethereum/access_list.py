"""What a transaction says beforehand that it will touch (EIP-2930): that is cheaper then, and binds nobody. Entries may
come more than once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tandem.chains.ethereum.address import checksum
from tandem.chains.ethereum.rlp import Item, Read, blob, items
from tandem.errors import WireError
from tandem.wire import Json, exact

MAX_ENTRIES: Final = 256
MAX_SLOTS: Final = 1024  # of all entries; about 34 kB, where a node takes 128 kB in all


@dataclass(frozen=True, slots=True)
class Access:
    """An address (20 bytes) and slots of its storage (32 bytes each)."""

    address: bytes
    slots: tuple[bytes, ...]

    def __post_init__(self) -> None:
        exact(self.address, 20, "address")
        for slot in self.slots:
            exact(slot, 32, "storage slot")


AccessList = tuple[Access, ...]


def require_bounded(listed: AccessList) -> None:
    """Raises WireError."""
    if len(listed) > MAX_ENTRIES or slots_of(listed) > MAX_SLOTS:
        raise WireError(f"over {MAX_ENTRIES} entries or {MAX_SLOTS} storage slots")


def slots_of(listed: AccessList) -> int:
    return sum(len(each.slots) for each in listed)


def to_items(listed: AccessList) -> Sequence[Item]:
    return [[each.address, [*each.slots]] for each in listed]


def read(item: Read) -> AccessList:
    """Raises WireError."""
    found = []
    for entry in items(item):
        address, slots = _pair(entry)
        found.append(Access(blob(address), tuple(blob(slot) for slot in items(slots))))
    return tuple(found)


def _pair(entry: Read) -> tuple[Read, Read]:
    match items(entry):
        case [address, slots]:
            return address, slots
    raise WireError("an entry of an access list has an address and slots")


def to_json(listed: AccessList) -> Json:
    """As nodes and pages write it."""
    return [
        {"address": checksum(each.address), "storageKeys": ["0x" + slot.hex() for slot in each.slots]}
        for each in listed
    ]
