"""The base OTs of one pair of parties, each being sender and receiver, and their zero-sharing seed (spec/dkls23-wire.md
§7 steps 2, 4 and 5): made with every key share, extended by every signature."""

from collections.abc import Mapping
from typing import final

from tandem.curve.secret import Secret
from tandem.entropy import Rng
from tandem.errors import Bug, FailedCheck, MalformedMessage, WireError
from tandem.mpc.dkls import endemic, pprf
from tandem.mpc.dkls.commitments import pair_session_id
from tandem.mpc.keyshare import PairSeeds
from tandem.mpc.session import Pause, Protocol

CHOICE = endemic.MESSAGE  # bytes of what `choose` gives
ANSWER = endemic.MESSAGE + pprf.MESSAGE  # and of what `answer` does
_BASE_OT = b"base_ot_session_id"
_ALL_BUT_ONE = b"all_but_one_session_id"


@final
class Pair:
    """Our side, as party `mine`, of the OTs with party `theirs`; both are party ids of the share to be.

    `party` is the other's index in the setup message, for blame.
    """

    def __init__(self, session_id: bytes, mine: int, theirs: int, party: int) -> None:
        self._session_id = session_id
        self._mine = mine
        self._theirs = theirs
        self._party = party
        self._chooser: endemic.Chooser | None = None
        self._sent: Secret | None = None
        self._received: tuple[Secret, Secret] | None = None
        self.zero_seed = Secret(bytes(32))

    def choose(self, rng: Rng) -> bytes:
        """Our message as receiver of the base OTs."""
        self._chooser, message = endemic.choose(
            pair_session_id(self._session_id, self._mine, self._theirs, _BASE_OT), rng
        )
        return message

    def answer(self, message: bytes, rng: Rng) -> Protocol[bytes]:
        """Our messages as sender; the lower party also draws the zero seed. Raises MalformedMessage."""
        try:
            keys, answer = endemic.answer(
                pair_session_id(self._session_id, self._theirs, self._mine, _BASE_OT), message, rng
            )
        except WireError as broken:
            raise MalformedMessage("base OT", party=self._party) from broken
        yield Pause()
        leaves, trees = pprf.build(pair_session_id(self._session_id, self._mine, self._theirs, _ALL_BUT_ONE), keys)
        self._sent = Secret(leaves)
        if self._theirs > self._mine:
            self.zero_seed = Secret(rng(32))
        yield Pause()
        return answer + trees

    def finish(self, answer: bytes, zero_seed: bytes) -> Protocol[None]:
        """The other's answer to our choice, and its zero seed, which counts when it is the lower party. Raises
        MalformedMessage for points that are none, FailedCheck when its trees do not fit."""
        if self._chooser is None:
            raise Bug("a round was skipped")
        chooser, self._chooser = self._chooser, None
        try:
            keys = endemic.finish(chooser, answer[: endemic.MESSAGE])
        except WireError as broken:
            raise MalformedMessage("base OT answer", party=self._party) from broken
        yield Pause()
        session_id = pair_session_id(self._session_id, self._theirs, self._mine, _ALL_BUT_ONE)
        evaluated = pprf.evaluate(session_id, chooser.choices.reveal(), keys, answer[endemic.MESSAGE :])
        if evaluated is None:
            raise FailedCheck("all-but-one OT", party=self._party)
        self._received = Secret(evaluated[0]), Secret(evaluated[1])
        if self._theirs < self._mine:
            self.zero_seed = Secret(zero_seed)
        yield Pause()

    def seeds(self) -> PairSeeds:
        """What the key share keeps of it."""
        if self._sent is None or self._received is None:
            raise Bug("a round was skipped")
        return PairSeeds(self._sent, *self._received)


def zero_seeds(pairs: Mapping[int, Pair]) -> tuple[Secret, ...]:
    """A key share's slots (spec §8), from the pairs by the other's party id; the last slot is never used."""
    return (*(pairs[party].zero_seed for party in sorted(pairs)), Secret(bytes(32)))


def seeds_by_party(pairs: Mapping[int, Pair]) -> tuple[PairSeeds | None, ...]:
    """A key share's base OTs by party id, None at our own."""
    return tuple(pairs[party].seeds() if party in pairs else None for party in range(len(pairs) + 1))
