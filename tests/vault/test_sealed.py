import os
from collections.abc import Coroutine

import pytest
from nacl.pwhash import argon2id

from tandem.errors import KdfFault, VaultDamaged, WrongPassword
from tandem.ports import PasswordKdf
from tandem.vault import sealed
from tandem.vault.sealed import MEMORY_KIB, OPS

PLAIN = b"a share" * 20


class Sodium:
    """libsodium's own, here and now: this file runs in Pyodide too, where nobody can wait for a thread."""

    async def derive(self, password: bytes, salt: bytes, *, passes: int, memory_kib: int) -> bytes:
        return argon2id.kdf(32, password, salt, opslimit=passes, memlimit=memory_kib * 1024)


def done(work: Coroutine[object, None, bytes]) -> bytes:
    """The result of a coroutine that never waits."""
    try:
        work.send(None)
    except StopIteration as end:
        return bytes(end.value)
    raise AssertionError("it waits")


def open_vault(password: bytes, blob: bytes, kdf: PasswordKdf | None = None) -> bytes:
    return done(sealed.open_vault(password, blob, kdf=kdf or Sodium()))


@pytest.fixture(scope="module")
def blob() -> bytes:
    return done(sealed.seal_vault(b"correct horse", PLAIN, rng=os.urandom, kdf=Sodium()))


class Asked:
    """A key derivation that cannot run; it notes what it was asked."""

    def __init__(self) -> None:
        self.parameters: list[tuple[int, int]] = []

    async def derive(self, password: bytes, salt: bytes, *, passes: int, memory_kib: int) -> bytes:
        self.parameters.append((passes, memory_kib))
        raise KdfFault


def test_opens_again(blob: bytes) -> None:
    assert open_vault(b"correct horse", blob) == PLAIN
    assert PLAIN[:7] not in blob


def test_wrong_password(blob: bytes) -> None:
    with pytest.raises(WrongPassword):
        open_vault(b"correct horsf", blob)


@pytest.mark.parametrize("place", [13, 28, 29, 52, 53, -1])
def test_t46_a_flipped_bit_looks_like_a_wrong_password(blob: bytes, place: int) -> None:
    broken = bytearray(blob)
    broken[place] ^= 1
    with pytest.raises(WrongPassword):
        open_vault(b"correct horse", bytes(broken))


class SameKey:
    """Whatever is asked, one key: what is refused then is refused by the authentication, not by another key."""

    async def derive(self, password: bytes, salt: bytes, *, passes: int, memory_kib: int) -> bytes:
        return bytes(range(32))


def test_t46_every_flipped_bit_is_refused() -> None:
    """Also of salt, nonce and parameters, which are associated data."""
    blob = done(sealed.seal_vault(b"correct horse", PLAIN, rng=os.urandom, kdf=SameKey()))
    assert open_vault(b"correct horse", blob, SameKey()) == PLAIN
    for bit in range(8 * len(blob)):
        broken = bytearray(blob)
        broken[bit // 8] ^= 1 << bit % 8
        with pytest.raises((WrongPassword, VaultDamaged)):
            open_vault(b"correct horse", bytes(broken), SameKey())


def test_t46_one_byte_more_is_refused() -> None:
    blob = done(sealed.seal_vault(b"correct horse", PLAIN, rng=os.urandom, kdf=SameKey()))
    with pytest.raises(WrongPassword):
        open_vault(b"correct horse", blob + b"\0", SameKey())


@pytest.mark.parametrize("size", [0, 3, 12, 52, 60])
def test_t46_truncated(blob: bytes, size: int) -> None:
    with pytest.raises(VaultDamaged):
        open_vault(b"correct horse", blob[:size])


@pytest.mark.parametrize(
    ("ops", "memory"), [(OPS - 1, MEMORY_KIB), (OPS, MEMORY_KIB - 1), (1 << 20, MEMORY_KIB), (OPS, 1 << 31), (0, 0)]
)
def test_t46_weaker_or_absurd_parameters_are_refused_before_any_password(blob: bytes, ops: int, memory: int) -> None:
    weaker = blob[:5] + ops.to_bytes(4, "big") + memory.to_bytes(4, "big") + blob[13:]
    asked = Asked()
    with pytest.raises(VaultDamaged):
        open_vault(b"correct horse", weaker, asked)
    assert asked.parameters == []


def test_what_cannot_be_derived_is_no_wrong_password(blob: bytes) -> None:
    asked = Asked()
    with pytest.raises(KdfFault):
        open_vault(b"correct horse", blob, asked)
    assert asked.parameters == [(3, 64 * 1024)]


def test_t46_other_versions_are_refused(blob: bytes) -> None:
    for broken in (b"TNDX" + blob[4:], blob[:4] + b"\2" + blob[5:]):
        with pytest.raises(VaultDamaged):
            open_vault(b"correct horse", broken)
