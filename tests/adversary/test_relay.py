"""Security.md §10, the relay: schedules by seed, and the relays that do one thing only."""

import json
import os

import pytest

from adversary.faulty_relay import DirectHttp, Faults
from adversary.schedules import PLAYS, play
from adversary.stage import pair, shares, sign
from adversary.virtual_time import VirtualClock, run
from tandem.errors import CosignerTimeout, PeerAborted, RelayFault
from tandem.relay.server import Ask, Reply

# 500 seeds in all, in shares that take about the same time; the long form plays 10,000 of each.
QUICK = {"keygen": 75, "ecdsa": 150, "eddsa": 200, "reshare": 75}
SEEDS = dict.fromkeys(PLAYS, 10_000) if "TANDEM_LONG" in os.environ else QUICK


@pytest.mark.slow
@pytest.mark.parametrize("kind", PLAYS)
def test_t33_any_schedule_ends_in_agreement_or_a_typed_error(kind: str) -> None:
    ends: dict[str, int] = {}
    for seed in range(SEEDS[kind]):
        try:
            end = play(kind, seed)
        except AssertionError as wrong:
            raise AssertionError(f"{kind}, seed {seed}") from wrong
        ends[end] = ends.get(end, 0) + 1
    print(kind, ends)
    assert ends["agreed"] > SEEDS[kind] * 0.8  # the relay may prevent it, not usually


def play_on(layer: object) -> list[object]:
    async def go() -> list[object]:
        devices = pair(DirectHttp((layer,), clock=VirtualClock()))  # type: ignore[arg-type]
        found = await sign(devices, shares())
        assert not any(device.journal.bans for device in devices)
        return found

    return run(go(), 180)


@pytest.mark.parametrize("does", ["delete", "drop"])
def test_t34_a_relay_that_keeps_nothing(does: str) -> None:
    found = play_on(Faults(1, **{does: 1.0}))
    assert all(isinstance(one, CosignerTimeout | RelayFault | PeerAborted) for one in found), found


class Names(Faults):
    """Its list of parties is what `make` makes of the real one."""

    def __init__(self, make) -> None:
        super().__init__()
        self.make = make

    async def apply(self, ask: Ask, handle) -> Reply:
        reply = await handle(ask)
        if ask.method == "GET" and ask.target.count("/") == 1 and ask.target != "/ping":
            listed = self.make(json.loads(reply.body or b"[]"))
            return Reply(reply.status, json.dumps(listed).encode(), reply.content_type, reply.cursor, reply.route)
        return reply


@pytest.mark.parametrize(
    ("make", "signs"),
    [
        (lambda names: ["stranger", *names, "another"], True),
        (lambda names: [name + " " for name in names], False),
        (lambda names: [name.upper() for name in names], False),
        (lambda names: names * 40, True),
        (lambda names: ["extension-1"] * 3, False),
        (lambda names: [], False),
    ],
    ids=["strangers", "renamed", "upper case", "repeated", "only ourselves", "nobody"],
)
def test_t35_a_forged_list_of_parties(make, signs: bool) -> None:
    """Only who belongs to the vault is signed with; a list that hides the phone ends in a timeout."""
    host, phone = play_on(Names(make))
    if signs:
        assert host == phone
    else:
        assert isinstance(host, CosignerTimeout) and isinstance(phone, CosignerTimeout)
