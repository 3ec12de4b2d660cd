"""Two devices of ours in virtual time, one of which may lie: host and phone on a relay in memory, real journals."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from adversary.faulty_party import FaultyParty
from adversary.schedules import NAMES, PEOPLE, _quiet, shares
from adversary.virtual_time import VirtualClock
from ceremony.test_ceremonies import Device, digest, invite
from tandem import ceremony
from tandem.ceremony import Job, keysign
from tandem.relay.line import Pace
from tandem.vault.journal import Journal

HOST, PHONE = NAMES[:2]
PATH = "m/44/60/0/0/0"


class SlowStore:
    """A disk that takes a second to write; `log` gets a line when a write is done."""

    def __init__(self, log: list[str] | None = None) -> None:
        self.values: dict[str, bytes] = {}
        self.log = log if log is not None else []

    async def get(self, key: str) -> bytes | None:
        return self.values.get(key)

    async def put(self, key: str, value: bytes) -> None:
        await asyncio.sleep(1)
        self.values[key] = value
        self.log.append("ban" if b'"bans":{}' not in value else "used")

    async def delete(self, key: str) -> None:
        self.values.pop(key, None)


def pair(http, journal: Journal | None = None) -> list[Device]:
    """`http` may be one for both, or one each."""
    https = http if isinstance(http, list) else [http, http]
    devices = [Device(name, one, Pace()) for name, one in zip(NAMES[:2], https, strict=True)]
    for device in devices:
        device.clock = VirtualClock()
    if journal is not None:
        devices[0].journal = journal
    return devices


async def sign(devices: list[Device], held, text: str = "x", curve: str = "ecdsa") -> list[object]:
    """What the host and the phone end with when they sign; errors are returned, not raised."""
    host, phone = devices
    made, read = await invite(host, held[0])
    job = Job(digest(text), PATH) if curve == "ecdsa" else Job(text.encode(), curve="eddsa")
    ways = ((ceremony.host_keysign, host, made, held[0]), (ceremony.join_keysign, phone, read, held[1]))
    work = [
        act(
            device.devices,
            link,
            party=device.name,
            share=mine.share,
            eddsa=mine.eddsa,
            signers=mine.signers,
            jobs=[job],
            report=_quiet,
            deadline=device.soon(PEOPLE),
        )
        for act, device, link, mine in ways
    ]
    return list(await asyncio.gather(*work, return_exceptions=True))


@contextmanager
def lying(lie: Callable[..., bytes], who: str = PHONE, digests: tuple[bytes, ...] = ()) -> Iterator[None]:
    """Party `who` lies in its ECDSA signings (of `digests` only, where given)."""
    real = keysign.ecdsa_sign.sign

    def sign_(setup, name, share, *, rng):
        session = real(setup, name, share, rng=rng)
        if name == who and (not digests or setup.digest in digests):
            return FaultyParty(session, lie)
        return session

    keysign.ecdsa_sign.sign = sign_
    try:
        yield
    finally:
        keysign.ecdsa_sign.sign = real


__all__ = ["HOST", "PATH", "PHONE", "SlowStore", "digest", "lying", "pair", "shares", "sign"]
