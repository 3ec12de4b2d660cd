"""Seed phrases (BIP-39, English, without passphrase: relay-and-sessions §5.3). Neither words nor seed are ever in an
error's text."""

import hashlib
from typing import Final

from tandem.curve.secret import Secret
from tandem.errors import WireError
from tandem.vault.words import ENGLISH

LENGTHS: Final = (12, 15, 18, 21, 24)
_ROUNDS: Final = 2048
_PLACES: Final = {word: place for place, word in enumerate(ENGLISH.split())}


def unknown_words(phrase: str) -> tuple[int, ...]:
    """The places, from 1, of the words that are not in the list."""
    return tuple(place for place, word in enumerate(phrase.lower().split(), 1) if word not in _PLACES)


def seed_of(phrase: str) -> Secret:
    """The 64-byte seed of a phrase; white space and case do not matter. Raises WireError, which names the place of a
    word that is not in the list."""
    words = phrase.lower().split()
    if len(words) not in LENGTHS:
        raise WireError(f"a seed phrase of {len(words)} words")
    number = 0
    for count, word in enumerate(words, 1):
        place = _PLACES.get(word)
        if place is None:
            raise WireError(f"word {count} of the seed phrase is not in the list")
        number = number << 11 | place
    bits = len(words) // 3  # of the checksum, a 32nd of the entropy's
    entropy = (number >> bits).to_bytes(4 * bits, "big")
    if hashlib.sha256(entropy).digest()[0] >> (8 - bits) != number & ((1 << bits) - 1):
        raise WireError("the seed phrase's checksum: a word is wrong, or two are in each other's place")
    # hashlib's is missing in Pyodide, as for vault files
    from Crypto.Hash import SHA512
    from Crypto.Protocol.KDF import PBKDF2

    return Secret(PBKDF2(" ".join(words).encode("ascii"), b"mnemonic", 64, count=_ROUNDS, hmac_hash_module=SHA512))
