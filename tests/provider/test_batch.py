import pytest

from tandem.errors import BadRequest, BatchTooLarge, NotAtomic, UnsupportedCapability
from tandem.provider.batch import (
    MAX_CALLS,
    MAX_ID,
    BatchCall,
    BatchWish,
    batch_params,
    capabilities_params,
    id_params,
)
from tandem.wire import Json

WHO, ADDRESS = "0x" + "ab" * 20, bytes.fromhex("ab" * 20)
CALL: dict[str, Json] = {"to": WHO, "value": "0x5", "data": "0x01"}


def wish(**fields: Json) -> dict[str, Json]:
    return {"version": "2.0.0", "chainId": "0x1", "atomicRequired": False, "calls": [CALL]} | fields


def test_what_is_asked() -> None:
    call = BatchCall(ADDRESS, 5, b"\1")
    assert batch_params((wish(),)) == BatchWish(None, 1, (call,), None)
    full = wish(**{"from": WHO, "id": "x", "calls": [CALL] * MAX_CALLS, "capabilities": {"p": {"optional": True}}})
    assert batch_params((full,)) == BatchWish(ADDRESS, 1, (call,) * MAX_CALLS, "x")
    assert batch_params((wish(calls=[{"data": "0x01"}]),)).calls == (BatchCall(None, 0, b"\1"),)


@pytest.mark.parametrize(
    ("params", "what"),
    [
        ((), "version 2.0.0"),
        ((wish(), wish()), "version 2.0.0"),
        (([],), "version 2.0.0"),
        ((wish(version="1.0"),), "version 2.0.0"),
        ((wish(calls={}),), "calls and atomicRequired"),
        ((wish(calls=[]),), "calls and atomicRequired"),
        ((wish(atomicRequired=None),), "calls and atomicRequired"),
        ((wish(calls=["x"]),), "call"),
        ((wish(calls=[{}]),), "neither recipient nor code"),
        ((wish(calls=[{"value": "0x1"}]),), "neither recipient nor code"),
        ((wish(capabilities=[]),), "capabilities"),
        ((wish(calls=[CALL | {"capabilities": "x"}]),), "capabilities"),
        ((wish(id=""),), "batch id"),
        ((wish(id=5),), "batch id"),
        ((wish(id="x" * (MAX_ID + 1)),), "batch id"),
    ],
)
def test_refused(params: tuple[Json, ...], what: str) -> None:
    with pytest.raises(BadRequest, match=what):
        batch_params(params)


def test_what_we_do_not_have() -> None:
    with pytest.raises(NotAtomic):
        batch_params((wish(atomicRequired=True),))
    with pytest.raises(BatchTooLarge):
        batch_params((wish(calls=[CALL] * (MAX_CALLS + 1)),))
    for needed in ({"p": {}}, {"p": {"optional": False}}, {"p": True}, {"p": {"optional": True}, "q": {}}):
        for one in (wish(capabilities=needed), wish(calls=[CALL | {"capabilities": needed}])):
            with pytest.raises(UnsupportedCapability):
                batch_params((one,))


def test_ids() -> None:
    assert id_params(("x" * MAX_ID,)) == "x" * MAX_ID
    for params in ((), ("x", "y")):
        with pytest.raises(BadRequest, match="one batch id"):
            id_params(params)


def test_capabilities() -> None:
    assert capabilities_params((WHO,)) == (ADDRESS, None)
    assert capabilities_params((WHO, ["0x1", "0xa"])) == (ADDRESS, (1, 10))
    for params, what in (
        ((), "address and chain ids"),
        ((WHO, [], []), "address and chain ids"),
        ((WHO, "0x1"), "chain ids"),
        ((WHO, ["0x1"] * 101), "chain ids"),
    ):
        with pytest.raises(BadRequest, match=what):
            capabilities_params(params)
