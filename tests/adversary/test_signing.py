"""Security.md §10, signing and the session layer: bans and their order, what a closed or killed session leaves."""

import asyncio
import inspect
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from adversary.faulty_party import flip, stream
from adversary.faulty_relay import DirectHttp, Faults
from adversary.stage import HOST, PHONE, SlowStore, digest, lying, pair, shares, sign
from adversary.virtual_time import VirtualClock, run
from ceremony.test_ceremonies import invite
from ceremony.test_reshare import reshare
from mpc.committee import NAMES, key, keygen_setup, reshare_sessions, reshare_setup, sign_setup
from mpc.schnorr import committee as eddsa
from tandem import ceremony
from tandem.curve import secp256k1
from tandem.errors import Banned, Cancelled, CheatedOT, PeerAborted, SetupRefused, TandemError
from tandem.hosts.cpython import FolderStore
from tandem.mpc.dkls import keygen as dkls_keygen
from tandem.mpc.dkls import sign as dkls_sign
from tandem.mpc.schnorr import keygen as schnorr_keygen
from tandem.mpc.setup import build_sign
from tandem.relay.envelope import message_id, seal
from tandem.vault.journal import Journal

U = 32 + 64 * 80  # of round 2: where the OT extension's u ends and its check begins
CHEAT = flip(dkls_sign.R2, U)
ROOT = Path(__file__).parents[2]
LONG = 240  # virtual seconds
LONG_FORM = "TANDEM_LONG" in os.environ  # build.py test --long


def http(**faults: float) -> DirectHttp:
    return DirectHttp((Faults(**faults),) if faults else (), clock=VirtualClock())


def test_t16_the_outer_sender_counts_for_nothing() -> None:
    """Every message is said to be of somebody else; the inner ids say who it is of."""

    async def go() -> None:
        devices = pair(http(frame=1.0))
        host, phone = await sign(devices, shares())
        assert host == phone and not any(device.journal.bans for device in devices)

    run(go(), LONG)


def test_t18_nonces_never_come_again() -> None:
    """Signings of one digest by the same two shares with each key, ten at a time; 1,000 of them in the long form."""
    held, seen, count = shares(), set(), 1000 if LONG_FORM else 100

    async def go() -> None:
        for _ in range(count // 20):
            for curve in ("ecdsa", "eddsa"):
                found = await asyncio.gather(*(sign(pair(http()), held, curve=curve) for _ in range(10)))
                for (host,), phone in found:
                    assert (host,) == phone
                    seen.add(host[:32] if isinstance(host, bytes) else host.r)

    run(go(), 100 * LONG)
    assert len(seen) == count


def test_t21_a_cheat_is_banned_before_anybody_hears_of_it() -> None:
    """The disk takes a second for the ban; neither the error nor our abort is out before it is written."""

    async def go() -> None:
        relay, log = http(), []
        devices = pair(relay, Journal(store := SlowStore(log)))
        posted = []
        relay.requests = _Tap(lambda target: posted.append((target, list(log))))
        with lying(CHEAT):
            host, phone = await sign(devices, held := shares())
        assert (type(host), host.detail, host.party, host.must_ban) == (CheatedOT, "OT extension", 1, True)
        assert await Journal(store).banned(held[0].share.final_session_id) == {PHONE}
        assert type(phone) is PeerAborted and phone.party == 0
        ours = [before for target, before in posted if target.startswith("/message/")]
        assert ours == [["used"]] * 5 + [["used", "ban"]]  # two of ours, three of the phone's; our abort after the ban
        assert devices[1].journal.bans == {}

    run(go(), LONG)


class _Tap(list):
    """A list that tells of POSTs as they are noted."""

    def __init__(self, tell) -> None:
        super().__init__()
        self._tell = tell

    def append(self, request) -> None:
        super().append(request)
        if request[0] == "POST":
            self._tell(request[1])


def test_t23_concurrent_sessions_with_a_cheat_are_closed() -> None:
    """Two signings at once, the relay of the second is slow; it ends because of what happened in the first."""

    async def go() -> None:
        journal, held = Journal(SlowStore()), shares()
        quick, slow = pair(http(), journal), pair(http(delay=4.0), journal)
        with lying(CHEAT, digests=(digest("cheat"),)):
            (first, _), (second, peer) = await asyncio.gather(sign(quick, held, "cheat"), sign(slow, held, "honest"))
        assert type(first) is CheatedOT and type(second) is Banned
        assert isinstance(peer, TandemError)

    run(go(), LONG)


def test_t23_new_shares_lift_a_ban() -> None:
    async def go() -> None:
        journal, held, relay = Journal(SlowStore()), shares(), http()
        devices = pair(relay, journal)
        with lying(CHEAT):
            await sign(devices, held)
        before = len(relay.requests)
        refused, _ = await sign(devices, held)
        posts = [target for method, target in relay.requests[before:] if method == "POST"]
        assert type(refused) is Banned
        assert not any(target.startswith(("/message/", "/setup-message/")) for target in posts)  # nothing of the host's
        made = await reshare(devices, held)
        host, phone = await sign(devices, made)
        assert host == phone
        assert await journal.banned(held[0].share.final_session_id) == {PHONE}  # the old shares stay banned

    run(go(), 3 * LONG)


DIES = """
import asyncio, os, signal, sys
from pathlib import Path
from adversary.stage import *
from adversary.test_signing import CHEAT, LONG, http
from adversary.virtual_time import run
from tandem.hosts.cpython import FolderStore
from tandem.vault.journal import Journal

class Dies:
    def __init__(self, store): self.get, self.delete, self._put = store.get, store.delete, store.put
    async def put(self, key, value):
        FolderStore(Path(sys.argv[1]))._write(key, value)
        if PHONE.encode() in value:
            print(shares()[0].share.final_session_id.hex(), flush=True)
            os.kill(os.getpid(), signal.SIGKILL)

async def go():
    class Read(FolderStore):
        async def get(self, key): return self._read(key)
    with lying(CHEAT):
        await sign(pair(http(), Journal(Dies(Read(Path(sys.argv[1]))))), shares())

run(go(), LONG)
print("the error surfaced")
"""


def test_t24_killed_between_the_check_and_the_report(tmp_path: Path) -> None:
    """kill -9 the moment the ban is on disk: another process finds it there."""
    paths = os.pathsep.join(str(ROOT / name) for name in ("py", "tests", "."))
    child = subprocess.run(
        [sys.executable, "-c", DIES, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": paths},
    )
    assert child.returncode == -signal.SIGKILL, child.stderr
    vault = bytes.fromhex(child.stdout.strip())

    async def go() -> frozenset[str]:
        return await Journal(FolderStore(tmp_path)).banned(vault)

    assert asyncio.run(go()) == {PHONE}


SESSIONS = {
    "dkls keygen": lambda: [dkls_keygen.keygen(keygen_setup(2, 2), name, rng=stream(name)) for name in NAMES[:2]],
    "dkls sign": lambda: [
        dkls_sign.sign(sign_setup(key(2, 2), NAMES[:2]), name, share, rng=stream(name))
        for name, share in zip(NAMES[:2], key(2, 2), strict=True)
    ],
    "dkls reshare": lambda: reshare_sessions(reshare_setup(key(2, 2), 2, 2, (0, 1), (0, 1)), key(2, 2)),
    "eddsa keygen": lambda: [schnorr_keygen.keygen(keygen_setup(2, 2), name, rng=stream(name)) for name in NAMES[:2]],
    "eddsa sign": lambda: [
        eddsa.sign(eddsa.sign_setup(eddsa.key(2, 2)[0].key_id, NAMES[:2]), name, share, rng=stream(name))
        for name, share in zip(NAMES[:2], eddsa.key(2, 2), strict=True)
    ],
    "eddsa reshare": lambda: eddsa.resharing(dict(zip(NAMES, eddsa.key(2, 2), strict=False)), 2, NAMES[:2]),
}


def step(sessions: list, log: list) -> bool:
    """Everything that is ready moves; what it sends goes to `log`."""
    for place, session in enumerate(sessions):
        while session.advance():
            pass
        log += [(place, message.body) for message in session.outgoing()]
    return bool(log)


@pytest.mark.parametrize("protocol", SESSIONS)
def test_t28_cancelled_at_every_message(protocol: str) -> None:
    """Cancelled after 0, 1, 2 … messages: it is wiped and of no use, and the other one hears of it. No party that was
    left without the last message of the other one has a result."""
    boundaries = 0
    while True:
        sessions, flying = SESSIONS[protocol](), []
        generator, channel = sessions[0]._protocol, sessions[0]._channel
        for session in sessions:
            session.start()
        delivered = 0
        while step(sessions, flying) and delivered < boundaries:
            sender, body = flying.pop(0)
            sessions[1 - sender].receive(body)
            delivered += 1
        over = sessions[0].finished
        if over and delivered < boundaries:
            break
        sessions[0].close()
        assert inspect.getgeneratorstate(generator) == inspect.GEN_CLOSED
        assert channel._exchange.reveal() == bytes(32) and not sessions[0]._slots and not sessions[0]._inbox
        if not over:
            with pytest.raises(Cancelled):
                sessions[0].result()
        step(sessions, flying)
        for sender, body in flying:
            sessions[1 - sender].receive(body)
        while sessions[1].advance():
            pass
        if not over and not sessions[1].finished:
            raise AssertionError("the other one waits for what will never come")
        if not over:
            try:
                sessions[1].result()  # it had everything already
            except PeerAborted as told:
                assert told.party == 0
        boundaries += 1
    assert boundaries >= 6


class Repeating:
    """A journal of a device whose state was put back to before the signing: it remembers nothing."""

    bans: dict = {}  # noqa: RUF012

    async def used(self, _: bytes) -> bool:
        return False

    async def record_used(self, _: bytes) -> None: ...

    async def ban(self, vault_key: bytes, party: str) -> None: ...

    async def banned(self, _: bytes) -> frozenset[str]:
        return frozenset()


def test_t26_a_device_put_back_to_an_earlier_state_signs_with_a_new_nonce() -> None:
    """What is stored holds nothing of a signing: put back, it begins anew, with the same shares and another R."""

    async def go() -> None:
        held = shares()
        whole = held[0].share.to_bytes()
        first, _ = await sign(pair(http(), Repeating()), held)
        assert held[0].share.to_bytes() == whole
        again, _ = await sign(pair(http(), Repeating()), held)
        assert first[0].r != again[0].r
        for (signature,) in (first, again):
            assert secp256k1.verify(held[0].share.derive("m/44/60/0/0/0"), digest("x"), signature.r, signature.s)

    run(go(), LONG)


def test_t31_a_signature_is_verified_before_it_is_returned(monkeypatch) -> None:
    """Both compute something that is no signature: neither returns it, nobody is banned."""

    async def go() -> None:
        monkeypatch.setattr(dkls_sign.secp256k1, "verify", lambda *_: False)
        devices = pair(http())
        found = await sign(devices, shares())
        assert all(isinstance(one, TandemError) for one in found)
        assert not any(device.journal.bans for device in devices)

    run(go(), LONG)


def test_t14_an_instance_id_is_refused_after_a_restart(tmp_path: Path) -> None:
    """The phone's disk remembers; the same setup message is not run twice, whatever the vault."""

    async def go() -> None:
        held, relay = shares(), http()
        text = build_sign(held[0].share.key_id, "m/44/60/0/0/0", digest("x"), (HOST, PHONE))
        made, read = await invite(pair(relay)[0], held[0])
        for _ in range(2):
            phone = pair(relay)[1]
            phone.journal = Journal(_Read(tmp_path))  # a new process each time
            await phone.devices.relay.upload_setup(made.session_id, seal(made.key, text), message_id(digest("x")))
            phone.pace = replace(phone.pace, silence=5)
            with pytest.raises(TandemError) as told:
                await ceremony.join_keysign(
                    phone.devices,
                    read,
                    party=PHONE,
                    share=held[1].share,
                    jobs=[ceremony.Job(digest("x"), "m/44/60/0/0/0")],
                    report=lambda _: None,
                    deadline=phone.soon(30),
                )
        assert type(told.value) is SetupRefused and "replay" in told.value.detail

    run(go(), LONG)


class _Read(FolderStore):
    """Without threads, for which virtual time does not wait."""

    async def get(self, key: str) -> bytes | None:
        return self._read(key)

    async def put(self, key: str, value: bytes) -> None:
        self._write(key, value)
