"""What is stored and is not what was written, and addresses that are none."""

from collections.abc import Callable

import pytest

from tandem.errors import BadRequest, WireError
from tandem.wallet import activity, book
from tandem.wallet.book import Settings, require_url, settings_from_json
from tandem.wire import Json

READERS = (activity._rows, book._records, book._assets, book._recipients, book._public)


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("value", [None, 5, "x"])
def test_a_list_that_is_none(read: Callable[[Json], object], value: Json) -> None:
    with pytest.raises(WireError):
        read(value)


def test_networks_that_are_no_list() -> None:
    stored = Settings().to_json()
    assert settings_from_json(stored) == Settings()
    for networks in ({}, "eip155:1", 5, None):
        with pytest.raises(WireError, match="no networks"):
            settings_from_json(stored | {"networks": networks})


def test_addresses() -> None:
    assert require_url("https://a.example/") == "https://a.example"
    assert require_url("http://127.0.0.1:8545") == "http://127.0.0.1:8545"
    for url in ("", "a.example", "ws://a.example", "javascript:0", "https://" + "a" * 300, "https://ä.example"):
        with pytest.raises(BadRequest):
            require_url(url)
    for letter in " \"'<>\\\n\0":
        with pytest.raises(BadRequest):
            require_url(f"https://a.example/{letter}b")
