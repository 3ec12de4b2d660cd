"""Seed phrases: BIP-39's published vectors have a passphrase, which ours never have, so the seeds are compared with the
standard library's, and the accounts with some that everybody knows."""

import hashlib
import random

import pytest

from tandem.ceremony import keys_of_seed
from tandem.chains.reading import own_account
from tandem.chains.seeds import PHANTOM
from tandem.curve import edwards
from tandem.curve.point import base
from tandem.curve.scalar import Scalar
from tandem.errors import WireError
from tandem.vault.phrase import LENGTHS, seed_of, unknown_words
from tandem.vault.words import ENGLISH

ABOUT = "abandon " * 11 + "about"
TEST_JUNK = "test test test test test test test test test test test junk"
WORDS = ENGLISH.split()


def phrase(size, seed=1):
    """A phrase with a right checksum."""
    bits = size // 3
    entropy = random.Random(seed).randbytes(4 * bits)
    number = int.from_bytes(entropy, "big") << bits | hashlib.sha256(entropy).digest()[0] >> 8 - bits
    return [WORDS[number >> 11 * place & 2047] for place in reversed(range(size))]


def test_the_list_is_bip_39s():
    assert len(WORDS) == len(set(WORDS)) == 2048
    text = "\n".join(WORDS) + "\n"
    assert (
        hashlib.sha256(text.encode()).hexdigest() == "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda"
    )


@pytest.mark.skipif(not hasattr(hashlib, "pbkdf2_hmac"), reason="this Python has no OpenSSL (Pyodide)")
@pytest.mark.parametrize("size", LENGTHS)
def test_the_seed(size):
    words = phrase(size)
    expected = hashlib.pbkdf2_hmac("sha512", " ".join(words).encode(), b"mnemonic", 2048)
    assert seed_of(" ".join(words)).reveal() == expected
    assert seed_of("\n  " + " \t".join(words).upper() + "\r\n").reveal() == expected


def test_known_seeds_and_accounts():
    known = "5eb00bbddcf069084889a8ab9155568165f5c453ccb85e70811aaed6f6da5fc1"
    known += "9a5ac40b389cd370d086206dec8aa6c43daea6690f20ad3d8d48b2d2ce9e38e4"
    assert seed_of(ABOUT).reveal().hex() == known
    for words, account in (
        (ABOUT, "0x9858EfFD232B4033E47d90003D41EC34EcaEda94"),
        (TEST_JUNK, "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"),  # the first account of every development chain
    ):
        keys = keys_of_seed(seed_of(words), ("Ethereum",))
        assert own_account("eip155", bytes(base(Scalar.parse(keys.chains[0][1].reveal())))) == account


def test_solana_where_phantom_looks_and_where_the_apps_look():
    assert PHANTOM == "m/44'/501'/0'/0'"
    accounts = []
    for phantom in (True, False):
        ((_, key),) = keys_of_seed(seed_of(ABOUT), ("Solana",), phantom=phantom).chains
        accounts.append(own_account("solana", bytes(edwards.base(edwards.Scalar.parse(key.reveal())))))
    assert accounts[0] == "HAgk14JpMQLgt6rVgv7cBQFJWFto5Dqxi472uT3DKpqk"
    assert accounts[1] not in (accounts[0], "")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "0 words"),
        ("abandon " * 13, "13 words"),
        ("abandon " * 12, "checksum"),
        (" ".join(reversed(phrase(15))), "checksum"),
        ("abandon " * 11 + "abou", "word 12 of"),
        ("ábandon " + "abandon " * 10 + "about", "word 1 of"),
        ("abandon," * 12, "1 words"),
    ],
)
def test_phrases_that_are_none(text, why):
    with pytest.raises(WireError, match=why) as caught:
        seed_of(text)
    assert "aband" not in str(caught.value) and "abou" not in str(caught.value)


def test_most_wrong_words_are_found():
    words, rng, missed = phrase(24), random.Random(3), 0
    for _ in range(300):
        changed = list(words)
        changed[rng.randrange(24)] = rng.choice(WORDS)
        try:
            seed_of(" ".join(changed))
            missed += changed != words
        except WireError:
            pass
    assert missed < 10


@pytest.mark.parametrize("chain", ["Sui", "Cardano", "QBTC", "ethereum", ""])
def test_chains_that_no_phrase_is_brought_in_for(chain):
    with pytest.raises(WireError):
        keys_of_seed(seed_of(ABOUT), (chain,))


def test_which_words_are_not_in_the_list():
    assert unknown_words(ABOUT) == ()
    assert unknown_words("  Abandon abuot\tzoo  zzz ") == (2, 4)
