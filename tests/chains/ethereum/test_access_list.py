import dataclasses

import pytest

from chains.ethereum.listed import ENTRIES
from tandem.chains.ethereum.access_list import (
    MAX_ENTRIES,
    MAX_SLOTS,
    Access,
    read,
    require_bounded,
    slots_of,
    to_items,
    to_json,
)
from tandem.chains.ethereum.rlp import decode, encode
from tandem.errors import WireError

ADDRESS, SLOT = b"\xaa" * 20, b"\1" * 32


def test_what_was_written_is_read_and_entries_may_repeat() -> None:
    for what in ((), ENTRIES, (*ENTRIES, *ENTRIES), (Access(ADDRESS, (SLOT, SLOT)),)):
        assert read(decode(encode(to_items(what)))) == what
    assert slots_of((*ENTRIES, *ENTRIES)) == 4
    assert to_json(ENTRIES[:1]) == [
        {"address": "0xaAaAaAaaAaAaAaaAaAAAAAAAAaaaAaAaAaaAaaAa", "storageKeys": ["0x" + "01" * 32, "0x" + "02" * 32]}
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        [b""],
        [[]],
        [[ADDRESS]],
        [[ADDRESS, [], []]],
        [[ADDRESS, b""]],
        [[ADDRESS[1:], []]],
        [[b"", []]],
        [[[ADDRESS], []]],
        [[ADDRESS, [SLOT[1:]]]],
        [[ADDRESS, [SLOT + b"\0"]]],
        [[ADDRESS, [[SLOT]]]],
    ],
)
def test_lists_of_another_shape_are_refused(wrong: object) -> None:
    with pytest.raises(WireError):
        read(decode(encode(wrong)))  # type: ignore[arg-type]


def test_a_list_is_bounded() -> None:
    entry = Access(ADDRESS, ())
    require_bounded((entry,) * MAX_ENTRIES)
    require_bounded((dataclasses.replace(entry, slots=(SLOT,) * MAX_SLOTS),))
    for wrong in (
        (entry,) * (MAX_ENTRIES + 1),
        (dataclasses.replace(entry, slots=(SLOT,) * (MAX_SLOTS // 2 + 1)),) * 2,
    ):
        with pytest.raises(WireError, match="over"):
            require_bounded(wrong)
