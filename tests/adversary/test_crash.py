"""A device dies at every request that it makes, in every ceremony: nothing is lost, nothing can be used again.

Death is sudden: from then on neither the network nor the disk answers it, whatever its code still tries. What it
had on its disk then is all it has when it comes back. T24 does the same with a process and kill -9.
"""

import asyncio
from collections.abc import Callable

import pytest

from adversary.faulty_relay import DirectHttp
from adversary.schedules import NAMES, PLAYS, shares
from adversary.stage import pair, sign
from adversary.virtual_time import VirtualClock, run
from ceremony.test_ceremonies import Device
from tandem.ceremony import Keygenned
from tandem.errors import CosignerTimeout, PeerAborted, RelayFault, SetupRefused, TandemError
from tandem.relay.line import Pace


class Killed(BaseException):
    """What kill -9 would not even raise."""


class Mortal:
    """The relay and the journal of one device, until its `life`th request."""

    def __init__(self, http: DirectHttp, device: Device, life: int) -> None:
        self.clock, self.requests = http.clock, http.requests
        self._http, self._journal, self.left = http, device.journal, life
        self.ids, self.bans = self._journal.ids, self._journal.bans

    def _live(self, cost: int = 0) -> None:
        self.left -= cost
        if self.left <= 0:
            raise Killed

    async def send(self, request):
        self._live(1)
        answer = await self._http.send(request)
        self._live()
        return answer

    async def used(self, instance_id: bytes) -> bool:
        self._live()
        return await self._journal.used(instance_id)

    async def record_used(self, instance_id: bytes) -> None:
        self._live()
        await self._journal.record_used(instance_id)

    async def ban(self, vault_key: bytes, party: str) -> None:
        self._live()
        await self._journal.ban(vault_key, party)

    async def banned(self, vault_key: bytes) -> frozenset[str]:
        self._live()
        return await self._journal.banned(vault_key)


async def played(kind: str, who: int, life: int) -> tuple[list[Device], list[object], int]:
    """The devices, what each ended with, and how many requests were left to the mortal one."""
    http = DirectHttp(clock=VirtualClock())
    devices = [Device(name, http, Pace()) for name in NAMES[:2]]
    mortal = Mortal(http, devices[who], life)
    devices[who].http = devices[who].journal = mortal  # type: ignore[assignment]

    async def save(made: Keygenned) -> None:
        mortal._live()
        devices[who].saved.append(made)

    devices[who].save = save  # type: ignore[method-assign]
    act: Callable = PLAYS[kind][0]
    ends: list[object] = []

    async def ended(work) -> list[object]:
        return list(await asyncio.gather(*work, return_exceptions=True))

    import adversary.schedules as schedules

    real, schedules.ended = schedules.ended, ended  # type: ignore[assignment]
    try:
        ends = await act(devices)
    except Killed:
        ends = []  # before it had invited anybody
    finally:
        schedules.ended = real
    await asyncio.sleep(200)
    return devices, ends, mortal.left


@pytest.mark.slow
@pytest.mark.parametrize("who", [0, 1], ids=["host", "phone"])
@pytest.mark.parametrize("kind", PLAYS)
def test_t28_a_device_dies_at_every_request(kind: str, who: int) -> None:
    life, deaths, ids = 1, 0, set()
    while True:
        devices, ends, left = run(played(kind, who, life), 1000)
        if left > 0:
            break
        deaths += 1
        dead, other = devices[who], devices[1 - who]
        if ends:
            end = ends[1 - who]
            assert not isinstance(end, TandemError) or isinstance(
                end, CosignerTimeout | RelayFault | PeerAborted | SetupRefused
            ), repr(end)
            if isinstance(end, Keygenned) and end.confirmed:
                assert dead.saved, "the other one believes what is not on the disk"
        assert not dead.journal.bans and not other.journal.bans
        # no session id is used by two lives, and what was begun is remembered
        assert not ids & dead.journal.ids
        ids |= dead.journal.ids
        life += 1 if life < 40 or kind in ("ecdsa", "eddsa") else 3
    assert deaths > 5

    async def after() -> None:
        host, phone = await sign(pair(DirectHttp(clock=VirtualClock())), shares())
        assert host == phone  # the shares from before sign as ever

    if kind != "keygen":
        run(after(), 240)
