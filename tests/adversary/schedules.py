"""Ceremonies over a relay that does everything it can, by seed: agreement or a typed error, in bounded time, no ban.

    python3 build.py test --long                            10,000 seeds of each ceremony
    PYTHONPATH=py:tests python -m adversary.schedules KIND FIRST COUNT

Time is virtual (`virtual_time`), the pace is the real one. A seed that went wrong is printed and can be played alone.
"""

import asyncio
import collections
import random
import sys
from collections.abc import Callable, Coroutine, Sequence
from functools import cache

from adversary.faulty_relay import DirectHttp, Faults
from adversary.virtual_time import VirtualClock, run
from ceremony.test_ceremonies import Device, check, digest, invite
from ceremony.test_reshare import held, invitation
from mpc.committee import key as mpc_key
from mpc.schnorr.committee import key as eddsa_key
from tandem import ceremony
from tandem.ceremony import Job, Keygenned
from tandem.errors import CosignerTimeout, PeerAborted, RelayFault, SetupRefused, TandemError
from tandem.relay.line import Pace

PEOPLE = 30.0  # seconds for which the other device is awaited
EXCHANGE = Pace().exchange
LEFT_ALONE = 120.0  # seconds after which nothing of a ceremony may be running
# Nothing that blames anybody for what the relay did. SetupRefused: it named a stranger to who makes or changes a vault.
MAY_END_IN = (RelayFault, CosignerTimeout, PeerAborted, SetupRefused)
NAMES = ("extension-1", "iPhone-5C9", "Pixel-123")
Outcome = list[object]


def faults(seed: int) -> Faults:
    """A third of the seeds has a relay that only loses, a third one that meddles, a third one that does it all."""
    dice = random.Random(seed)
    kind = seed % 3
    some: Callable[[float], float] = lambda most: dice.random() * most  # noqa: E731
    mean: Callable[[float], float] = lambda most: 0 if kind == 0 else some(most)  # noqa: E731
    worst: Callable[[float], float] = lambda most: some(most) if kind == 2 else 0  # noqa: E731
    return Faults(
        seed,
        drop=some(0.3),
        duplicate=some(0.5),
        reorder=some(1),
        delay=some(2),
        corrupt=mean(0.2),
        reflect=mean(0.5),
        swap=mean(0.3),
        frame=mean(0.5),
        replay=mean(0.5),
        flood=worst(0.1),
        delete=worst(0.3),
        forge=worst(0.5),
        answers=("html", "500", "429", "cut", "redirect"),
        answers_rate=worst(0.3),
    )


async def ended(work: Sequence[Coroutine[object, object, object]]) -> Outcome:
    """What each device ended with: a value or a TandemError. Anything else is raised."""
    found = await asyncio.gather(*work, return_exceptions=True)
    for one in found:
        if isinstance(one, BaseException) and not isinstance(one, TandemError):
            raise one
    return list(found)


@cache
def shares() -> list[Keygenned]:
    """Both devices' shares of one vault, always the same."""
    both = zip(mpc_key(2, 2), eddsa_key(2, 2), NAMES, strict=False)
    return [Keygenned(share, eddsa, NAMES[:2], name) for share, eddsa, name in both]


async def play_keygen(devices: list[Device]) -> Outcome:
    made = ceremony.invite_keygen(vault_name="v", relay_url="http://relay")
    read = ceremony.parse_link(made.link)
    host, phone = devices
    common = {"deadline": host.soon(PEOPLE)}
    return await ended(
        [
            ceremony.host_keygen(
                host.devices, made, party=host.name, size=2, threshold=2, report=_quiet, save=host.save, **common
            ),
            ceremony.join_keygen(phone.devices, read, party=phone.name, report=_quiet, save=phone.save, **common),
        ]
    )


async def _sign(devices: list[Device], job: Job) -> Outcome:
    pair = shares()
    host, phone = devices
    made, read = await invite(host, pair[0])
    ways = ((ceremony.host_keysign, host, made, pair[0]), (ceremony.join_keysign, phone, read, pair[1]))
    return await ended(
        [
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
    )


async def play_ecdsa(devices: list[Device]) -> Outcome:
    return await _sign(devices, Job(digest("x"), "m/44/60/0/0/0"))


async def play_eddsa(devices: list[Device]) -> Outcome:
    return await _sign(devices, Job(b"x", curve="eddsa"))


async def play_reshare(devices: list[Device]) -> Outcome:
    pair = shares()
    sent, read = invitation(pair[0])
    host, phone = devices
    return await ended(
        [
            ceremony.host_reshare(
                host.devices,
                sent,
                party=host.name,
                held=held(pair[0]),
                size=2,
                report=_quiet,
                save=host.save,
                deadline=host.soon(PEOPLE),
            ),
            ceremony.join_reshare(
                phone.devices,
                read,
                party=phone.name,
                held=held(pair[1]),
                report=_quiet,
                save=phone.save,
                deadline=phone.soon(PEOPLE),
            ),
        ]
    )


def _quiet(_: object) -> None:
    pass


def agree_on_key(found: Outcome) -> None:
    made = [one for one in found if isinstance(one, Keygenned)]
    assert len({(one.share.public_key, one.eddsa.public_key, one.share.chain_code) for one in made}) <= 1


def agree_on_old_key(found: Outcome) -> None:
    old = shares()[0]
    for one in found:
        if isinstance(one, Keygenned):
            assert (one.share.public_key, one.eddsa.public_key) == (old.share.public_key, old.eddsa.public_key)


def agree_on_signature(job: Job) -> Callable[[Outcome], None]:
    def agree(found: Outcome) -> None:
        made = [one for one in found if isinstance(one, tuple)]
        assert len(set(made)) <= 1
        for (signature,) in made:
            check(shares()[0], job, signature)

    return agree


# kind -> the play, what its values have to have in common, sessions one after the other
PLAYS = {
    "keygen": (play_keygen, agree_on_key, 2),
    "ecdsa": (play_ecdsa, agree_on_signature(Job(digest("x"), "m/44/60/0/0/0")), 1),
    "eddsa": (play_eddsa, agree_on_signature(Job(b"x", curve="eddsa")), 1),
    "reshare": (play_reshare, agree_on_old_key, 2),
}


def play(kind: str, seed: int) -> str:
    """One schedule; "agreed", or the names of the errors. AssertionError when it did anything that it must not."""
    way, agree, sessions = PLAYS[kind]
    devices: list[Device] = []

    async def go() -> Outcome:
        http = DirectHttp((faults(seed),), clock=VirtualClock())
        devices.extend(Device(name, http, Pace()) for name in NAMES[:2])
        ends = await way(devices)
        await asyncio.sleep(LEFT_ALONE)
        assert not any(device.tasks._running for device in devices), "something runs on"
        return ends

    found = run(go(), PEOPLE + sessions * EXCHANGE + LEFT_ALONE)
    errors = [one for one in found if isinstance(one, TandemError)]
    for error in errors:
        assert isinstance(error, MAY_END_IN), repr(error)
    agree(found)
    assert not any(device.journal.bans for device in devices)
    return " ".join(sorted({type(error).__name__ for error in errors})) or "agreed"


def main(arguments: list[str]) -> int:
    kind, first, count = arguments[0], int(arguments[1]), int(arguments[2])
    tally: collections.Counter[str] = collections.Counter()
    wrong = 0
    for seed in range(first, first + count):
        try:
            tally[play(kind, seed)] += 1
        except Exception as error:
            wrong += 1
            print(f"{kind} {seed}: {type(error).__name__}: {error}", flush=True)
    print(f"{kind} {first}..{first + count - 1}: {wrong} wrong, {dict(tally.most_common())}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
