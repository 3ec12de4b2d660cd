"""The session engine: runs one protocol, a generator, against messages that come in any order (spec §5.4).

It knows no cryptography but `Channel`'s. A protocol yields `Round` (send this, then give me those) or `Pause` (let the
host breathe) and returns its result. Rules (security.md §1): bytes that do not authenticate are dropped and counted,
never an error; early messages wait; duplicates are no-ops; of several candidates for one slot a bad one cannot hide a
good one; after the end everything is swallowed. A generator can be neither pickled nor rolled back.
"""

from collections.abc import Callable, Collection, Generator, Mapping
from dataclasses import dataclass, field
from typing import Generic, NoReturn, TypeVar

from tandem.errors import Bug, Cancelled, MalformedMessage, PeerAborted, TandemError
from tandem.mpc.message import ABORT_TAG, HEADER, SEALED, SIGNED, Channel

T = TypeVar("T", covariant=True)  # a session only gives its result away

MAX_MESSAGE = 1 << 17  # bytes; the longest message of spec §5.1 has 49,572 (keygen R3: 37,370 + 33 a threshold)
MAX_CANDIDATES = 16  # unproved copies held for one private slot until its sender's key is known


@dataclass(frozen=True, slots=True)
class Expected:
    """One message of the protocol's plan: `size` is the exact payload length in bytes.

    A private message is for one party: sealed under the keys that both agreed on, or `signed` and readable by all, or
    `introduces` its sender's exchange key in front of what it seals. `senders` are the party indexes that we wait for;
    None means all others, and nobody at all that we only send it.
    """

    tag: int
    size: int
    private: bool = False
    signed: bool = False
    introduces: bool = False
    senders: Collection[int] | None = None

    @property
    def sealed(self) -> bool:
        """Whether its sender must have been met to open it."""
        return self.private and not self.signed and not self.introduces


@dataclass(frozen=True, slots=True)
class Round:
    """Send, then wait for the messages `tags` of everybody whom the plan has sending them."""

    tags: tuple[int, ...]
    broadcasts: Mapping[int, bytes] = field(default_factory=dict, repr=False)  # tag -> payload
    privates: Mapping[int, Mapping[int, bytes]] = field(default_factory=dict, repr=False)  # tag -> party -> payload


@dataclass(frozen=True, slots=True)
class Pause:
    """More computing follows; the host may do something else first."""


Inbox = dict[int, dict[int, bytes]]  # tag -> party index -> payload
Protocol = Generator[Round | Pause, Inbox, T]


def only(others: Collection[int]) -> int | None:
    """The culprit of a check that only the sum of all can fail: proved when there is one other party."""
    return next(iter(others)) if len(others) == 1 else None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to send. `to` is a party index; None means all others."""

    to: int | None
    body: bytes


@dataclass(slots=True)
class _Slot:
    """What may arrive from one sender under one tag."""

    sender: int
    expected: Expected
    payload: bytes | None = None
    candidates: list[bytes] = field(default_factory=list)


class Session(Generic[T]):
    """One party's run of one protocol. Feed `receive`, drain `outgoing`, call `advance` while it says so."""

    def __init__(
        self, channel: Channel, plan: tuple[Expected, ...], protocol: Callable[[Channel], Protocol[T]]
    ) -> None:
        self._channel = channel
        self._protocol: Protocol[T] | None = protocol(channel)
        self._plan = {expected.tag: expected for expected in plan}
        others = [party for party in range(channel.size) if party != channel.me]
        self._senders = {
            expected.tag: [party for party in others if expected.senders is None or party in expected.senders]
            for expected in plan
        }
        self._slots: dict[bytes, _Slot] = {}
        self._inbox: Inbox = {}
        for expected in plan:
            self._inbox[expected.tag] = {}
            for sender in self._senders[expected.tag]:
                self._slots[self._id(expected, sender)] = _Slot(sender, expected)
        self._abort_ids = {channel.broadcast_id(ABORT_TAG, sender): sender for sender in others}
        self._outgoing: list[Outgoing] = []
        self._waiting: tuple[int, ...] | None = None  # tags of the round we are in; None between rounds
        self._started = False
        self._result: T | None = None
        self._error: TandemError | None = None
        self.rounds = sum(1 for senders in self._senders.values() if senders)
        self.round = 0
        self.party = channel.me
        self.parties = channel.size
        self.dropped = 0
        self.finished = False

    def start(self) -> None:
        """Run to the first yield. Doing it again does nothing."""
        if not self._started:
            self._started = True
            self.advance()

    def receive(self, message: bytes) -> None:
        """Take in a message from anywhere. Never raises for what a peer sent, and not for failure either."""
        if self.finished:
            return
        identifier = bytes(message[: HEADER - 4])
        if identifier in self._abort_ids:
            self._receive_abort(self._abort_ids[identifier], bytes(message))
        elif identifier in self._slots and len(message) <= MAX_MESSAGE:
            self._receive_expected(self._slots[identifier], bytes(message))
        else:
            self.dropped += 1
        if self._ready():
            self.advance()

    def outgoing(self) -> list[Outgoing]:
        """What has to be sent now, including our own abort after a failure. Each is given out once."""
        drained, self._outgoing = self._outgoing, []
        return drained

    def advance(self) -> bool:
        """Compute up to the next pause or round. True when there is more to compute without any message."""
        self._started = True
        if not self.finished and (self._waiting is None or self._ready()):
            self._step()
        return not self.finished and (self._waiting is None or self._ready())

    def result(self) -> T:
        """What the protocol returned. Raises its error when it failed, Bug when it is not over."""
        if self._error is not None:
            raise self._error
        if not self.finished:
            raise Bug("the session is not over")
        return self._result  # type: ignore[return-value]  # T may itself be None

    def close(self) -> None:
        """Cancel: tell the others, forget everything. Harmless when it is over."""
        if not self.finished:
            self._fail(Cancelled("session closed"))
        self._result = None

    def __reduce__(self) -> NoReturn:
        raise TypeError("a session cannot be copied or saved: its nonces must not come back")

    def _id(self, expected: Expected, sender: int) -> bytes:
        if expected.private:
            return self._channel.private_id(expected.tag, sender, self._channel.me)
        return self._channel.broadcast_id(expected.tag, sender)

    def _receive_abort(self, sender: int, message: bytes) -> None:
        if len(message) == SIGNED and self._channel.verified(sender, message) is not None:
            self._fail(PeerAborted(f"party {sender} gave up", party=sender), tell=False)
        else:
            self.dropped += 1

    def _receive_expected(self, slot: _Slot, message: bytes) -> None:
        """Authenticate now, or hold the message until its sender's key is known."""
        if slot.payload is not None or message in slot.candidates:
            return  # a duplicate, or a second version of what we have: the first authentic one stands
        if slot.expected.sealed and not self._channel.has_met(slot.sender):
            # the key is still to come: keep copies of the right length side by side, the good one will show
            if len(message) == SEALED + slot.expected.size and len(slot.candidates) < MAX_CANDIDATES:
                slot.candidates.append(message)
            else:
                self.dropped += 1
            return
        payload = self._opened(slot, message)
        if payload is None:
            self.dropped += 1
        elif len(payload) != slot.expected.size:
            self._fail(MalformedMessage(f"{len(payload)} bytes under tag {slot.expected.tag}", party=slot.sender))
        else:
            slot.payload = payload
            self._inbox[slot.expected.tag][slot.sender] = payload

    def _opened(self, slot: _Slot, message: bytes) -> bytes | None:
        if slot.expected.sealed:
            return self._channel.unsealed(slot.sender, message)
        if slot.expected.introduces:
            return self._channel.introduced(slot.sender, message)
        return self._channel.verified(slot.sender, message)

    def _ready(self) -> bool:
        if self.finished or self._waiting is None:
            return False
        return all(len(self._inbox[tag]) == len(self._senders[tag]) for tag in self._waiting)

    def _step(self) -> None:
        """Let the generator run once."""
        protocol, inbox = self._protocol, None
        if protocol is None:
            raise Bug("no protocol")
        if self._waiting is not None:
            inbox = {tag: dict(sorted(self._inbox.pop(tag).items())) for tag in self._waiting}
            self.round += sum(1 for tag in self._waiting if self._senders[tag])
            self._waiting = None
        try:
            step = next(protocol) if inbox is None else protocol.send(inbox)
            if isinstance(step, Round):
                self._enter(step)
        except StopIteration as stop:
            self._result = stop.value
            self._end()
        except TandemError as error:
            self._fail(error)

    def _enter(self, step: Round) -> None:
        for tag, payload in step.broadcasts.items():
            self._require_size(tag, payload)
            self._outgoing.append(Outgoing(None, self._channel.sign(tag, payload)))
        for tag, payloads in step.privates.items():
            for party, payload in payloads.items():
                self._require_size(tag, payload)
                self._outgoing.append(Outgoing(party, self._framed(tag, party, payload)))
        self._waiting = step.tags
        for slot in self._slots.values():
            if slot.candidates and self._channel.has_met(slot.sender):
                candidates, slot.candidates = slot.candidates, []
                for message in candidates:
                    if not self.finished:
                        self._receive_expected(slot, message)

    def _framed(self, tag: int, party: int, payload: bytes) -> bytes:
        """A private message in the form that the plan says."""
        expected = self._plan[tag]
        if expected.signed:
            return self._channel.sign(tag, payload, receiver=party)
        if expected.introduces:
            return self._channel.introduce(tag, party, payload)
        return self._channel.seal(tag, party, payload)

    def _require_size(self, tag: int, payload: bytes) -> None:
        if len(payload) != self._plan[tag].size:
            raise Bug(f"we would send {len(payload)} bytes under tag {tag}")

    def _fail(self, error: TandemError, *, tell: bool = True) -> None:
        self._error = error
        if tell:
            self._outgoing.append(Outgoing(None, self._channel.abort()))
        self._end()

    def _end(self) -> None:
        """Close the generator, whose `finally` wipes, and forget what was received."""
        self.finished = True
        self._waiting = None
        protocol, self._protocol = self._protocol, None
        self._slots.clear()
        self._inbox.clear()
        if protocol is not None:
            protocol.close()
        self._channel.wipe()
