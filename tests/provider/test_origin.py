import pytest

from tandem.errors import NotPermitted
from tandem.provider.origin import require_origin


@pytest.mark.parametrize(
    "origin",
    [
        "https://app.uniswap.org",
        "https://a.b:8443",
        "http://localhost:3000",
        "http://127.0.0.1:9011",
        "http://[::1]:80",
    ],
)
def test_allowed(origin: str) -> None:
    assert require_origin(origin) == origin


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "",
        "http://app.uniswap.org",
        "https://a.b/",
        "https://user@a.b",
        "file://",
        "chrome-extension://abc",
        "data:text/html,x",
        "https://a.b\n",
        "https://Ä.b",
        "http://localhost.evil.com",
        "https://" + "a" * 400,
    ],
)
def test_t39_refused(origin: str) -> None:
    with pytest.raises(NotPermitted):
        require_origin(origin)
