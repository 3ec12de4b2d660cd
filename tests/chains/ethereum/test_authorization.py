import contextlib
import dataclasses

import pytest

from chains.ethereum.listed import AUTHORITY, DELEGATE, REVOKED, authorize
from tandem.chains.ethereum.authorization import MAX_AUTHORIZATIONS, read, require_valid, to_items, to_json
from tandem.chains.ethereum.rlp import decode, encode
from tandem.curve.scalar import N
from tandem.curve.secp256k1 import recover
from tandem.errors import WireError

GOOD = authorize()


def test_what_was_written_is_read_and_its_account_is_known() -> None:
    for what in ((GOOD,), (GOOD, GOOD, REVOKED), (authorize(chain_id=0, nonce=0),)):
        assert read(decode(encode(to_items(what)))) == what
    assert GOOD.authority == AUTHORITY and not GOOD.takes_back and REVOKED.takes_back
    (told,) = to_json((GOOD,))  # type: ignore[misc]
    assert told["chainId"] == "0x1" and told["nonce"] == "0x3" and int(told["s"], 16) <= N // 2  # type: ignore[index, call-overload]


def test_every_field_is_signed_for() -> None:
    for change in ({"chain_id": 0}, {"delegate": b"\1" * 20}, {"nonce": 4}):
        assert dataclasses.replace(GOOD, **change).authority != AUTHORITY  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        {"chain_id": -1},
        {"chain_id": 1 << 256},
        {"nonce": -1},
        {"nonce": (1 << 64) - 1},
        {"delegate": bytes(19)},
        {"delegate": bytes(32)},
        {"y_parity": 2},
        {"y_parity": 27},
        {"y_parity": -1},
        {"r": bytes(32)},
        {"r": N.to_bytes(32, "big")},
        {"r": (5).to_bytes(32, "big")},  # no point of the curve has this x
        {"r": bytes(31)},
        {"s": bytes(32)},
        {"s": bytes(33)},
        {"s": (N // 2 + 1).to_bytes(32, "big")},
    ],
    ids=str,
)
def test_what_a_network_would_skip_is_refused(change: dict) -> None:
    with pytest.raises(WireError):
        dataclasses.replace(GOOD, **change)


def test_a_parity_that_recovery_would_take_is_refused() -> None:
    """An x over the group order (SEC 1) has recovery ids 2 and 3; the chain knows 0 and 1."""
    small, recovered = range(1, 30), []
    for x in small:
        with contextlib.suppress(WireError):
            recovered.append((x, recover(GOOD.digest(), x.to_bytes(32, "big"), GOOD.s, 2)))
    assert recovered
    with pytest.raises(WireError, match="parity"):
        dataclasses.replace(GOOD, y_parity=2, r=recovered[0][0].to_bytes(32, "big"))


def test_the_other_s_of_a_good_signature_is_refused() -> None:
    with pytest.raises(WireError, match="upper half"):
        authorize(high=True)


FIELDS = [1, DELEGATE, 3, GOOD.y_parity, int.from_bytes(GOOD.r, "big"), int.from_bytes(GOOD.s, "big")]


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        [b""],
        [[]],
        [FIELDS[:5]],
        [[*FIELDS, b""]],
        [[[1], *FIELDS[1:]]],
        [[1, DELEGATE, 1 << 64, *FIELDS[3:]]],
        [[*FIELDS[:3], 256, *FIELDS[4:]]],
        [[*FIELDS[:4], GOOD.r + b"\0", FIELDS[5]]],
        [[*FIELDS[:4], b"\0" + GOOD.r[1:], FIELDS[5]]],  # a number with a leading zero
        [[1, [DELEGATE], *FIELDS[2:]]],
    ],
    ids=lambda wrong: str(wrong)[:40],
)
def test_authorizations_of_another_shape_are_refused(wrong: object) -> None:
    assert read(decode(encode([FIELDS]))) == (GOOD,)
    with pytest.raises(WireError):
        read(decode(encode(wrong)))  # type: ignore[arg-type]


def test_a_list_is_for_its_chain_bounded_and_not_empty() -> None:
    require_valid((GOOD,) * MAX_AUTHORIZATIONS, 1)
    require_valid((authorize(chain_id=0),), 1)
    for wrong, why in (((), "one to"), ((GOOD,) * (MAX_AUTHORIZATIONS + 1), "one to"), ((GOOD,), "another chain")):
        with pytest.raises(WireError, match=why):
            require_valid(wrong, 1 if why == "one to" else 5)
