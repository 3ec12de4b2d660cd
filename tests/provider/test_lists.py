import pytest

from tandem.errors import BadRequest
from tandem.provider.lists import MAX_ENTRIES, AuthorizationWish, access_list_param, authorizations_param

WHO, KEY = "0x" + "ab" * 20, "0x" + "01" * 32
GIVEN = {"chainId": "0x1", "address": WHO, "nonce": "0x3", "yParity": "0x1", "r": "0x" + "11" * 32, "s": "0x22"}


def test_an_access_list_as_pages_write_it() -> None:
    address, slot = bytes.fromhex("ab" * 20), b"\1" * 32
    assert access_list_param(None) == access_list_param([]) == ()
    assert access_list_param([{"address": WHO, "storageKeys": [KEY, KEY]}]) == ((address, (slot, slot)),)
    assert access_list_param([{"address": WHO, "storageKeys": []}] * 2) == ((address, ()),) * 2


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        "0x",
        [[WHO, [KEY]]],
        [None],
        [{}],
        [{"address": WHO[:-2], "storageKeys": []}],
        [{"address": WHO}],
        [{"address": WHO + "00", "storageKeys": []}],
        [{"address": WHO, "storageKeys": {}}],
        [{"address": WHO, "storageKeys": [KEY[:-2]]}],
        [{"address": WHO, "storageKeys": [KEY + "00"]}],
        [{"address": WHO, "storageKeys": ["0x1"]}],
        [{"address": WHO, "storageKeys": [1]}],
        [{"address": WHO, "storageKeys": []}] * (MAX_ENTRIES + 1),
    ],
    ids=lambda wrong: str(wrong)[:40],
)
def test_other_access_lists_are_refused(wrong: object) -> None:
    with pytest.raises(BadRequest):
        access_list_param(wrong)  # type: ignore[arg-type]


def test_an_authorization_as_libraries_write_it() -> None:
    made = AuthorizationWish(1, bytes.fromhex("ab" * 20), 3, 1, int("11" * 32, 16), 0x22)
    assert authorizations_param(None) == authorizations_param([]) == ()
    without = {name: value for name, value in GIVEN.items() if name != "yParity"}
    for wish in (GIVEN, {**GIVEN, "v": "0x1c"}, {**without, "v": "0x1c"}, {**without, "v": "0x1"}):
        assert authorizations_param([wish]) == (made,)


@pytest.mark.parametrize("name", [*GIVEN])
def test_an_authorization_has_all_of_its_fields(name: str) -> None:
    with pytest.raises(BadRequest):
        authorizations_param([{key: value for key, value in GIVEN.items() if key != name}])
    for wrong in (None, 1, "", "0x", "1", [], "0x" + "11" * 33):
        with pytest.raises(BadRequest):
            authorizations_param([{**GIVEN, name: wrong}])


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        [[]],
        ["0x"],
        [{}],
        [{**GIVEN, "nonce": "0x1" + "0" * 16}],
        [{**GIVEN, "yParity": "0x100"}],
        [{**GIVEN, "v": "0x1b"}],  # the other parity
        [{**GIVEN, "v": "0x0"}],
        [GIVEN] * (MAX_ENTRIES + 1),
    ],
    ids=lambda wrong: str(wrong)[:60],
)
def test_other_authorizations_are_refused(wrong: object) -> None:
    with pytest.raises(BadRequest):
        authorizations_param(wrong)  # type: ignore[arg-type]
