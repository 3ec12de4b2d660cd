"""Reshare between devices of ours: who comes, who goes, what stays; and what a device refuses."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from adversary.faulty_relay import DirectHttp, Faults
from ceremony.test_ceremonies import PATH, Device, keygen, run, sign, soon
from tandem import ceremony
from tandem.ceremony import Held, Job, Keygenned, ReshareInvitation
from tandem.curve import ed25519, secp256k1
from tandem.errors import SetupRefused, TandemError
from tandem.mpc.setup import build_reshare
from tandem.relay.envelope import seal

DIGEST = bytes(range(32))


def held(made: Keygenned | None) -> Held | None:
    return None if made is None else Held.of(made.vault("v", 0))


def invitation(made: Keygenned) -> tuple[ReshareInvitation, ReshareInvitation]:
    sent = ceremony.invite_reshare(
        vault_name="v",
        public_key=made.share.public_key,
        chain_code=made.share.chain_code,
        signers=made.signers,
        chains=[chain for chain, _ in made.vault("v", 0).distinct_keys()],
        relay_url="http://relay",
    )
    read = ceremony.parse_link(sent.link)
    assert isinstance(read, ReshareInvitation)
    assert ("tssType=ReshareImported" in sent.link) == bool(made.chain_keys)
    return sent, read


async def reshare(devices: Sequence[Device], shares: Sequence[Keygenned | None]) -> list[Keygenned]:
    """The first device hosts, and brings a share."""
    first = shares[0]
    assert first is not None
    sent, read = invitation(first)
    host = devices[0]
    brought = held(first)
    assert brought is not None
    work = [
        ceremony.host_reshare(
            host.devices,
            sent,
            party=host.name,
            held=brought,
            size=len(devices),
            report=host.progress.append,
            save=host.save,
            deadline=host.soon(),
        )
    ]
    work += [
        ceremony.join_reshare(
            one.devices,
            read,
            party=one.name,
            held=held(share),
            report=one.progress.append,
            save=one.save,
            deadline=host.soon(),
        )
        for one, share in zip(devices[1:], shares[1:], strict=True)
    ]
    return list(await asyncio.gather(*work))


async def signs(devices: Sequence[Device], shares: Sequence[Keygenned]) -> None:
    """Both keys, by these devices."""
    job, other = Job(DIGEST, PATH), Job(b"hello", "m", "eddsa")
    for signatures in await sign(devices, shares, [job, other]):
        one, two = signatures
        assert secp256k1.verify(shares[0].share.derive(PATH), DIGEST, one.r, one.s)
        assert ed25519.verify(shares[0].eddsa.public_key, b"hello", two)


def devices(count: int, faults: Faults | None = None) -> list[Device]:
    http = DirectHttp((faults,)) if faults else DirectHttp()
    return [Device(f"device-{n}", http) for n in range(count)]


@pytest.mark.parametrize(
    ("before", "stay", "join"),
    [(2, 2, 1), (3, 3, 1), (3, 2, 1), (3, 2, 0), (2, 2, 0)],
    ids=["add one", "add a fourth", "replace one that is lost", "remove one", "new shares only"],
)
def test_the_keys_stay_and_the_new_devices_sign(before: int, stay: int, join: int) -> None:
    async def story() -> None:
        all_of = devices(before + join)
        old = await keygen(all_of[:before])
        now = all_of[:stay] + all_of[before:]
        made = await reshare(now, [*old[:stay], *[None] * join])
        for device, one in zip(now, made, strict=True):
            assert one.share.public_key == old[0].share.public_key
            assert one.share.chain_code == old[0].share.chain_code
            assert one.eddsa.public_key == old[0].eddsa.public_key
            assert one.signers == tuple(device.name for device in now)
            assert one.share.threshold == ceremony.family_threshold(len(now)) == one.eddsa.threshold
            assert device.saved[-1].signers == one.signers and one.confirmed
            assert device.progress[-1].stage == "done"
        enough = made[0].share.threshold
        await signs(now[-enough:], made[-enough:])

    run(story())


def test_old_and_new_shares_do_not_mix() -> None:
    async def story() -> None:
        two = devices(2)
        old = await keygen(two)
        made = await reshare(two, old)
        with pytest.raises(TandemError):
            await signs(two, [replace(made[0]), old[1]])

    run(story())


def test_over_a_relay_that_loses_and_repeats() -> None:
    async def story() -> None:
        three = devices(3, Faults(drop=0.1, duplicate=0.2, seed=5))
        old = await keygen(three[:2])
        made = await reshare(three, [*old, None])
        assert [one.share.public_key for one in made] == [old[0].share.public_key] * 3

    run(story())


def test_too_few_old_devices() -> None:
    async def story() -> None:
        four = devices(4)
        old = await keygen(four[:3])
        with pytest.raises(SetupRefused, match="too few"):
            await reshare([four[0], four[3]], [old[0], None])

    run(story())


@pytest.mark.parametrize(
    ("lie", "refused"),
    [
        ("public key", "public key"),
        ("threshold", "threshold"),
        ("old names", "old names"),
        ("another committee", "other devices were chosen"),
    ],
)
def test_a_setup_that_is_not_what_the_link_says_is_refused(lie: str, refused: str) -> None:
    async def story() -> None:
        host, joiner = devices(2)
        old = await keygen([host, joiner])
        mine = old[0].share
        sent, read = invitation(old[0])
        names, olds, news, threshold, key = [host.name, joiner.name], [0, 1], [0, 1], 2, mine.public_key
        if lie == "public key":
            key = (await keygen([host, joiner]))[0].share.public_key
        elif lie == "threshold":
            names, news, threshold = [*names, "third"], [0, 1, 2], 3
        elif lie == "old names":
            names, olds = [host.name, joiner.name, "stranger"], [0, 1, 2]
            news = [0, 1, 2]
        else:
            names, olds, news = [host.name, joiner.name, "third"], [0, 1], [0, 2]
        text = build_reshare(mine.key_id, key, threshold, names, olds, news)
        await host.devices.relay.upload_setup(sent.session_id, seal(sent.key, text), None)
        with pytest.raises(SetupRefused, match=refused):
            await ceremony.join_reshare(
                joiner.devices,
                read,
                party=joiner.name,
                held=held(old[1]),
                report=lambda _: None,
                save=joiner.save,
                deadline=soon(),
            )
        assert joiner.saved[-1] is old[1] or joiner.saved[-1].signers == old[1].signers

    run(story())
