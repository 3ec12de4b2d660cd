"""What a call does, in the terms a person decides by: a tree of steps, each of a kind and with facts about it.

The screens and the phone have words for every kind and for every fact's name (docs/ui.md); what they are checked for
(dangers.py) goes by the names too, so that a recipient deep inside a bundle is looked at as one at the top is.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from tandem.errors import WireError


@dataclass(frozen=True, slots=True)
class Units:
    """`amount` base units of `token` (20 bytes; None is the network's coin), or its item number `amount` (`item`).

    bound: whether it is that much, at least or at most that much, or all there is (`amount` then means nothing).
    """

    token: bytes | None
    amount: int
    bound: Literal["exact", "least", "most", "all"] = "exact"
    item: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """Epoch seconds."""

    epoch: int


@dataclass(frozen=True, slots=True)
class Chain:
    """Another EVM network, by its number."""

    number: int


@dataclass(frozen=True, slots=True)
class Percent:
    """`bips` hundredths of a percent."""

    bips: int


Detail: TypeAlias = Units | Moment | Chain | Percent | bytes | int | str  # bytes: an address of 20, else as they are
Fact: TypeAlias = tuple[str, Detail]


@dataclass(frozen=True, slots=True)
class Step:
    """`contract` is called by `sender` (20 bytes each). `claim`: the contract decides by itself what the call does, so
    that these words are only as good as the contract is known. unlimited: a permission without any real bound."""

    kind: str
    contract: bytes
    sender: bytes
    facts: tuple[Fact, ...] = ()
    steps: tuple["Step", ...] = ()
    unlimited: bool = False
    claim: bool = False
    understood: bool = True

    def get(self, name: str) -> Detail | None:
        return next((detail for label, detail in self.facts if label == name), None)

    def all(self) -> Iterator["Step"]:
        """This step and those inside it, in order."""
        todo = [self]
        while todo:
            step = todo.pop()
            yield step
            todo += reversed(step.steps)

    def leaves(self) -> tuple["Step", ...]:
        """What is done in the end: the steps that are no bundle of others."""
        return tuple(step for step in self.all() if not step.steps)


@dataclass
class Budget:
    """Steps, and rows of lists, that may still be told: what nobody could read, nobody should sign."""

    left: int = 100

    def spend(self, count: int = 1) -> None:
        """Raises WireError; the bundle or call that they are in is not understood then."""
        self.left -= count
        if self.left < 0:
            raise WireError("too many steps")


@dataclass(frozen=True, slots=True)
class Call:
    """`sender` sends `value` wei and `data` to the contract `to`.

    depth: how many bundles it is inside of; shared: the coins are those that were sent to the bundle, not more.
    """

    chain_id: int
    sender: bytes
    to: bytes
    value: int
    data: bytes
    depth: int = 0
    shared: bool = False
    budget: Budget = field(default_factory=Budget)

    def made(self, to: bytes, value: int, data: bytes) -> "Call":
        """A call that the called contract makes."""
        return Call(self.chain_id, self.to, to, value, data, self.depth + 1, budget=self.budget)

    def part(self, data: bytes) -> "Call":
        """One of several that the same sender makes of the same contract, with the same coins for all."""
        return Call(self.chain_id, self.sender, self.to, self.value, data, self.depth + 1, True, self.budget)

    def step(self, kind: str, *facts: Fact, steps: tuple[Step, ...] = (), **flags: bool) -> Step:
        return Step(kind, self.to, self.sender, facts, steps, **flags)


def endless(amount: int, bits: int = 256) -> bool:
    """Whether an allowance in an integer of `bits` bits is for as much as anybody could have."""
    return amount >= (1 << bits - 1) - 1
