import pytest

from tandem.chains.amount import human


@pytest.mark.parametrize(
    ("units", "decimals", "text"),
    [
        (0, 18, "0"),
        (1, 18, "0.000000000000000001"),
        (1500000000000000000, 18, "1.5"),
        (10**30, 18, "1000000000000"),
        (1234567, 6, "1.234567"),
        (5, 0, "5"),
    ],
)
def test_exact_decimal_text(units: int, decimals: int, text: str) -> None:
    assert human(units, decimals) == text
