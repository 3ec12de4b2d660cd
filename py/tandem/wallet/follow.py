"""Follows sent transactions until the network has them for good, or another took their place."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from tandem.errors import ChainNodeError, UnknownChain
from tandem.ports import Clock
from tandem.wallet.activity import Activity, Row
from tandem.wallet.family import Family, Outcome

TICK: Final = 2.0
_SELDOM: Final = 600.0  # seconds between looks at the oldest
_DROPPED_AFTER: Final = 300.0  # seconds for which no node knew it


class Follower:
    """`moved` is told when a row has changed."""

    def __init__(
        self, activity: Activity, families: Mapping[str, Family], clock: Clock, moved: Callable[[], None]
    ) -> None:
        self._activity, self._families, self._clock, self._moved = activity, families, clock, moved
        self._due: dict[tuple[str, int], float] = {}
        self._missing: dict[tuple[str, int], float] = {}

    async def run(self) -> None:
        await self._activity.load()
        self._moved()
        while True:
            await self._clock.sleep(TICK)
            await self.look()

    async def look(self) -> None:
        """Asks for each row whose time has come: the older a transaction, the more seldom."""
        now = self._clock.now()
        for row in self._activity.followed():
            if self._due.get(row.key, 0.0) > now:
                continue
            self._due[row.key] = now + min(_SELDOM, max(TICK, (now - row.at) / 20))
            try:
                outcome = await self._families[row.chain.partition(":")[0]].outcome(
                    row.chain, row.account, row.name, row.nonce
                )
            except (ChainNodeError, UnknownChain, KeyError):
                continue  # it stays as it was seen last
            await self._learn(row, outcome, now)

    async def _learn(self, before: Row, outcome: Outcome, now: float) -> None:
        row = self._activity.find(*before.key)
        if row is None or not row.followed:
            return
        status = outcome.status
        if status != "unknown":
            self._missing.pop(row.key, None)
        elif now - self._missing.setdefault(row.key, now) >= _DROPPED_AFTER:
            status = "dropped"
        else:
            status = "pending"
        seen = replace(
            row, status=status, block=outcome.block, confirmations=outcome.confirmations, final=outcome.final
        )
        changed = [seen] if seen != row else []
        if status in ("mined", "reverted"):
            changed += [
                replace(rival, status="replaced", replaced_by=row.name)
                for rival in self._activity.rivals(row)
                if rival.status == "pending" or (rival.status == "replaced" and not rival.replaced_by)
            ]
        elif status == "replaced":
            winner = next(
                (rival for rival in self._activity.rivals(row) if rival.status in ("mined", "reverted")), None
            )
            changed = [replace(seen, replaced_by=winner.name if winner is not None else "")]
        if changed:
            await self._activity.put([replace(each, changed=int(now)) for each in changed])
            self._moved()
