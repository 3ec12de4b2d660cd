"""A party that follows the protocol but for one scripted lie, and a relay-free stage to play on.

    party = FaultyParty(keygen(setup, "eve"), lie)

`lie(party, tag, to, payload)` sees every payload before it is signed or sealed and returns what is sent instead: bytes,
or for a broadcast a dict of receiver -> bytes to tell each something else. `party.locals` are the variables of the
protocol it runs, `party.channel` its keys, so a lie can be as consistent as the liar pleases.
"""

from hashlib import sha256

from tandem.curve.scalar import N
from tandem.errors import TandemError
from tandem.mpc.message import SIGNED
from tandem.mpc.session import Outgoing, Round


def stream(seed):
    """A deterministic Rng for tests: SHA-256 in counter mode."""
    state = {"at": 0, "pool": b""}

    def draw(count):
        while len(state["pool"]) < count:
            state["pool"] += sha256(f"{seed}/{state['at']}".encode()).digest()
            state["at"] += 1
        drawn, state["pool"] = state["pool"][:count], state["pool"][count:]
        return drawn

    return draw


def negated(rng, at, count):
    """The same draws, but draw number `at` holds `count` scalars with the opposite sign."""
    state = {"draw": 0}

    def draw(size):
        state["draw"] += 1
        drawn = rng(size)
        if state["draw"] != at:
            return drawn
        scalars = [int.from_bytes(drawn[place : place + 32], "big") for place in range(0, 32 * count, 32)]
        return b"".join((N - scalar).to_bytes(32, "big") for scalar in scalars)

    return draw


def with_other(rng, at, other):
    """Draw number `at` from another source."""
    state = {"draw": 0}

    def draw(size):
        state["draw"] += 1
        drawn = rng(size)
        return other(size) if state["draw"] == at else drawn

    return draw


class FaultyParty:
    """Wraps a Session that has not started; behaves like one."""

    def __init__(self, session, lie):
        self.session, self.channel, self._lie = session, session._channel, lie
        self._inner = session._protocol
        session._protocol = self._tampered()
        session._require_size = lambda tag, payload: None

    @property
    def locals(self):
        return self._inner.gi_frame.f_locals

    def __getattr__(self, name):
        return getattr(self.session, name)

    def outgoing(self):
        """A liar does not announce that it gave up."""
        return [message for message in self.session.outgoing() if len(message.body) != SIGNED]

    def _tampered(self):
        inbox = None
        while True:
            try:
                step = self._inner.send(inbox)
            except StopIteration as stop:
                return stop.value
            inbox = yield self._falsify(step) if isinstance(step, Round) else step

    def _falsify(self, step):
        broadcasts, privates = {}, {}
        for tag, payload in step.broadcasts.items():
            told = self._lie(self, tag, None, payload)
            if isinstance(told, dict):
                for receiver, version in told.items():
                    self.session._outgoing.append(Outgoing(receiver, self.channel.sign(tag, version)))
            else:
                broadcasts[tag] = told
        for tag, payloads in step.privates.items():
            privates[tag] = {to: self._lie(self, tag, to, payload) for to, payload in payloads.items()}
        return Round(step.tags, broadcasts, privates)


def honest(_party, _tag, _to, payload):
    return payload


def flip(tag, at, bit=0):
    """The lie of one flipped bit at byte `at` of every payload under `tag`."""

    def lie(_party, sent, _to, payload):
        return payload if sent != tag else payload[:at] + bytes([payload[at] ^ 1 << bit]) + payload[at + 1 :]

    return lie


def replace(tag, at, what):
    """The lie of other bytes at `at` of every payload under `tag`; `what` may be made from the party."""

    def lie(party, sent, _to, payload):
        if sent != tag:
            return payload
        other = what(party) if callable(what) else what
        return payload[:at] + other + payload[at + len(other) :]

    return lie


def deliver(sessions, hook=None):
    """Run the sessions (index = party index) until nothing moves. `hook(sender, receiver, body)` may replace a body, or
    return None to lose it."""
    for session in sessions:
        session.start()
    moved = True
    while moved:
        moved = False
        for sender, session in enumerate(sessions):
            while session.advance():
                pass
            for message in session.outgoing():
                moved = True
                for receiver, other in enumerate(sessions):
                    if receiver != sender and message.to in (None, receiver):
                        body = message.body if hook is None else hook(sender, receiver, message.body)
                        if body is not None:
                            other.receive(body)


def results(sessions, hook=None):
    """Play; then each party's result or TandemError, or None when it still waits."""
    deliver(sessions, hook)
    found = []
    for session in sessions:
        try:
            found.append(session.result() if session.finished else None)
        except TandemError as error:
            found.append(error)
    return found
