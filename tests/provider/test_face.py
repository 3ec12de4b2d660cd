"""One choice for each site: names of the window, or nothing of us; both at once cannot be stored."""

import pytest

from tandem.errors import WireError
from tandem.provider.face import MAX_LISTED, MAX_SITES, NAMES, NONE, face, faces_from_json, faces_from_lists
from tandem.wire import Json

SITE, OTHER = "https://dapp.example", "https://other.example"


def test_names_in_their_order() -> None:
    assert face(["ethereum", "solana"]) == ("solana", "ethereum")
    assert face(["none"]) == ("none",) and face([]) == ()


@pytest.mark.parametrize(
    "value", [["none", "ethereum"], ["none", "none"], ["solana", "solana"], ["bitcoin"], ["none", 1], "none", None, {}]
)
def test_what_is_no_choice(value: Json) -> None:
    with pytest.raises(WireError):
        face(value)


@pytest.mark.parametrize("value", [None, [], {SITE: "none"}, {SITE: ["none", "solana"]}, {SITE: {}}])
def test_what_is_not_stored(value: Json) -> None:
    with pytest.raises(WireError):
        faces_from_json(value)


def test_sites_by_origin() -> None:
    assert faces_from_json({SITE: ["none"], OTHER: []}) == {SITE: ("none",)}
    many: Json = {f"https://s{i}.example": ["none"] for i in range(MAX_SITES + 1)}
    with pytest.raises(WireError):
        faces_from_json(many)


def test_lists_of_before_where_a_site_could_be_in_several() -> None:
    before: dict[str, Json] = {
        "window_solana": [SITE, OTHER],
        "window_ethereum": [SITE],
        "window_vultisig": [OTHER],
        "window_none": [SITE],
    }
    assert faces_from_lists(before) == {SITE: ("none",), OTHER: ("solana", "vultisig")}
    assert faces_from_lists({"window_solana": [SITE]}) == {SITE: ("solana",)}


def test_whatever_the_lists_held_is_read_back_when_it_was_stored_as_one() -> None:
    full = {f"window_{name}": [f"https://{name}{i}.example" for i in range(MAX_LISTED)] for name in (*NAMES, NONE)}
    faces = faces_from_lists({name: list(origins) for name, origins in full.items()})
    assert len(faces) == 4 * MAX_LISTED
    assert faces_from_json({origin: list(names) for origin, names in faces.items()}) == faces


@pytest.mark.parametrize("value", ["x", [1], [SITE] * (MAX_LISTED + 1)])
def test_no_lists(value: Json) -> None:
    with pytest.raises(WireError):
        faces_from_lists({"window_none": value})
