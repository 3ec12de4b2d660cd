import pytest

from tandem.chains.seeds import PHANTOM, SUPPORTED, curve_of, path_of
from tandem.errors import WireError


def test_chains_that_a_phrase_is_brought_in_for() -> None:
    assert [(curve_of(chain), path_of(chain)) for chain in SUPPORTED] == [
        ("ecdsa", "m/44'/60'/0'/0/0"),
        ("eddsa", "m/44'/501'/0'"),
    ]
    assert path_of("Solana", phantom=True) == PHANTOM


def test_chains_that_are_not_known() -> None:
    for chain in ("QBTC", ""):
        with pytest.raises(WireError):
            curve_of(chain)
    for chain in ("QBTC", "Sui", ""):  # Sui's curve is known, where its key of a phrase lies is not
        with pytest.raises(WireError):
            path_of(chain)
