"""EIP-712: the standard's own example, and what is refused."""

import contextlib
import copy
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tandem.chains.ethereum.address import checksum
from tandem.chains.ethereum.permit import Grant, grants
from tandem.chains.ethereum.typed_data import MAX_TEXT, MAX_VALUES, TypedData, digest, encode_type, parse
from tandem.errors import WireError

COW, BOB = "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826", "0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"
MAIL: dict = {
    "types": {
        "EIP712Domain": [
            {"name": "name", "type": "string"},
            {"name": "version", "type": "string"},
            {"name": "chainId", "type": "uint256"},
            {"name": "verifyingContract", "type": "address"},
        ],
        "Person": [{"name": "name", "type": "string"}, {"name": "wallet", "type": "address"}],
        "Mail": [
            {"name": "from", "type": "Person"},
            {"name": "to", "type": "Person"},
            {"name": "contents", "type": "string"},
        ],
    },
    "primaryType": "Mail",
    "domain": {
        "name": "Ether Mail",
        "version": "1",
        "chainId": 1,
        "verifyingContract": "0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC",
    },
    "message": {
        "from": {"name": "Cow", "wallet": COW},
        "to": {"name": "Bob", "wallet": BOB},
        "contents": "Hello, Bob!",
    },
}


def read(value: dict) -> TypedData:
    return parse(json.dumps(value))


def with_member(kind: str, value: object) -> dict:
    return {
        "types": {"T": [{"name": "x", "type": kind}], "S": [{"name": "y", "type": "bool"}]},
        "primaryType": "T",
        "domain": {},
        "message": {"x": value},
    }


def test_the_example_of_the_standard() -> None:
    mail = read(MAIL)
    assert encode_type(mail.types, "Mail") == (
        "Mail(Person from,Person to,string contents)Person(string name,address wallet)"
    )
    assert digest(mail).hex() == "be609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2"
    assert mail.chain_id == 1


def test_what_travels_is_in_a_form_that_every_device_takes() -> None:
    careless = copy.deepcopy(MAIL)
    careless["types"]["Unused"] = [{"name": "mail", "type": "Mail[]"}, {"name": "no", "type": "uint"}]
    careless["message"]["to"]["wallet"] = "0x" + "bB" * 20  # a checksum that is wrong
    read_back, mail = read(careless), read(MAIL)
    assert digest(read_back) == digest(mail) and read_back.text() == mail.text()
    assert "Unused" not in read_back.types
    assert json.loads(mail.text())["message"]["to"]["wallet"] == checksum(b"\xbb" * 20)
    assert set(mail.types) == {"EIP712Domain", "Mail", "Person"}


def test_a_page_may_leave_the_type_of_the_domain_out() -> None:
    bare = copy.deepcopy(MAIL)
    del bare["types"]["EIP712Domain"]
    assert digest(read(bare)) == digest(read(MAIL))


def test_what_travels_says_the_same() -> None:
    mail = read(MAIL)
    assert digest(parse(mail.text())) == digest(mail)
    large = read(with_member("uint256", 1 << 60))
    assert json.loads(large.text())["message"]["x"] == str(1 << 60)
    assert digest(parse(large.text())) == digest(large)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("uint8", 255),
        ("int8", -128),
        ("uint256", str((1 << 256) - 1)),
        ("uint256", hex((1 << 256) - 1)),
        ("int256", "-1"),
        ("bytes1", "0xff"),
        ("bytes", "0x"),
        ("string", "Grüße"),
        ("bool", False),
        ("address", BOB),
        ("S", {"y": True}),
        ("S[]", []),
        ("S[2]", [{"y": True}, {"y": False}]),
        ("uint8[2][]", [[1, 2], [3, 4]]),
    ],
)
def test_values_that_fit(kind: str, value: object) -> None:
    assert len(digest(read(with_member(kind, value)))) == 32


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("uint8", 256),
        ("uint8", -1),
        ("int8", 128),
        ("uint8", 1.0),
        ("uint8", True),
        ("uint8", "1e3"),
        ("uint8", "0x"),
        ("uint8", " 1"),
        ("uint8", None),
        ("uint7", 1),
        ("uint264", 1),
        ("uint", 1),
        ("int[]", [1]),
        ("uint[]", []),
        ("uint7[]", []),
        ("uint008", 1),
        ("Nowhere[]", []),
        ("bytes33[2][0]", []),
        ("bytes1", "0xffff"),
        ("bytes33", "0x" + "00" * 33),
        ("bytes0", "0x"),
        ("bytes", "ff"),
        ("bytes", "0xf"),
        ("string", 5),
        ("bool", "true"),
        ("bool", 1),
        ("address", BOB[:-2]),
        ("address", 5),
        ("S", None),
        ("S", {}),
        ("S", []),
        ("S[]", {}),
        ("S[2]", [{"y": True}]),
        ("Nowhere", {}),
        ("function", "0x"),
        ("string[", []),
    ],
)
def test_values_that_do_not(kind: str, value: object) -> None:
    with pytest.raises(WireError):
        read(with_member(kind, value))


def changed(**change: object) -> dict:
    return {**copy.deepcopy(MAIL), **change}


@pytest.mark.parametrize(
    "value",
    [
        {},
        changed(primaryType="Nobody"),
        changed(primaryType="EIP712Domain"),
        changed(message=[]),
        changed(domain={**MAIL["domain"], "extra": 1}),
        changed(domain={**MAIL["domain"], "chainId": "one"}),
        changed(domain={"name": "Ether Mail"}),  # not the fields that the given type of the domain has
        changed(types={**MAIL["types"], "EIP712Domain": MAIL["types"]["EIP712Domain"][::-1]}),
        changed(types={**MAIL["types"], "Mail": [{"name": "a", "type": "bool"}] * 2}, message={"a": True}),
        changed(types={**MAIL["types"], "Mail": [{"name": "a b", "type": "bool"}]}),
        changed(types={**MAIL["types"], "Ma(il": []}),
        changed(types={**MAIL["types"], "uint8": []}),
        changed(types={**MAIL["types"], "Mail": [{"name": "a", "type": "é[]"}]}, message={"a": []}),
        changed(types={**MAIL["types"], "Mail": "no list"}),
        changed(types={**MAIL["types"], **{f"T{n}": [] for n in range(98)}}),
    ],
)
def test_what_is_no_typed_data(value: dict) -> None:
    with pytest.raises(WireError):
        read(value)


def test_bounds() -> None:
    with pytest.raises(WireError):
        parse(" " * (MAX_TEXT + 1))
    with pytest.raises(WireError):
        read(with_member("uint8[]", [1] * (MAX_VALUES + 1)))
    nested: object = []
    for _ in range(30):
        nested = [nested]
    with pytest.raises(WireError):
        read(with_member("uint8[]", nested))


@given(
    st.text(max_size=300)
    | st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(["types", "primaryType", "domain", "message", "x"]), inner)
        ),
    )
)
@settings(max_examples=300, derandomize=True, deadline=None)
def test_a_value_or_a_typed_error(value: object) -> None:
    text = value if isinstance(value, str) else json.dumps(value)
    with contextlib.suppress(WireError):
        assert isinstance(parse(text), TypedData)


# What signatures hand out (permit.py)

TOKEN, SPENDER = bytes([0x11]) * 20, bytes([0x22]) * 20
A_TOKEN, A_SPENDER, OWNER = ("0x" + each.hex() for each in (TOKEN, SPENDER, bytes([0x33]) * 20))


def members(*pairs: str) -> list[dict]:
    return [{"type": kind, "name": name} for kind, name in (pair.split() for pair in pairs)]


def signed(primary: str, types: dict, message: dict, **domain: object) -> tuple[Grant, ...]:
    return grants(read({"types": types, "primaryType": primary, "domain": domain, "message": message}))


def test_permits() -> None:
    types = {
        "Permit": members("address owner", "address spender", "uint256 value", "uint256 nonce", "uint256 deadline")
    }
    message = {"owner": OWNER, "spender": A_SPENDER, "value": 5, "nonce": 0, "deadline": "0x10"}
    assert signed("Permit", types, message, verifyingContract=A_TOKEN) == (Grant(TOKEN, SPENDER, 5, False, 16),)
    everything = {**message, "value": str((1 << 256) - 1)}
    assert signed("Permit", types, everything, verifyingContract=A_TOKEN)[0].unlimited
    assert signed("Permit", types, message) == ()  # the token is not named
    dai = {"Permit": members("address holder", "address spender", "uint256 nonce", "uint256 expiry", "bool allowed")}
    message = {"holder": OWNER, "spender": A_SPENDER, "nonce": 0, "expiry": 9, "allowed": True}
    assert signed("Permit", dai, message, verifyingContract=A_TOKEN) == (
        Grant(TOKEN, SPENDER, (1 << 256) - 1, True, 9),
    )
    assert signed("Permit", dai, {**message, "allowed": False}, verifyingContract=A_TOKEN)[0].amount == 0


def test_permit2() -> None:
    details = {"PermitDetails": members("address token", "uint160 amount", "uint48 expiration", "uint48 nonce")}
    one = {"token": A_TOKEN, "amount": str((1 << 160) - 1), "expiration": 7, "nonce": 0}
    grant = Grant(TOKEN, SPENDER, (1 << 160) - 1, True, 7)
    rest = {"spender": A_SPENDER, "sigDeadline": 1}
    single = {"PermitSingle": members("PermitDetails details", "address spender", "uint256 sigDeadline"), **details}
    assert signed("PermitSingle", single, {"details": one, **rest}) == (grant,)
    batch = {"PermitBatch": members("PermitDetails[] details", "address spender", "uint256 sigDeadline"), **details}
    assert signed("PermitBatch", batch, {"details": [one, one], **rest}) == (grant, grant)
    tokens = {"TokenPermissions": members("address token", "uint256 amount")}
    shape = members("TokenPermissions permitted", "address spender", "uint256 nonce", "uint256 deadline")
    message = {"permitted": {"token": A_TOKEN, "amount": 5}, "spender": A_SPENDER, "nonce": 0, "deadline": 3}
    assert signed("PermitTransferFrom", {"PermitTransferFrom": shape, **tokens}, message) == (
        Grant(TOKEN, SPENDER, 5, False, 3),
    )
    shape = members("TokenPermissions[] permitted", "address spender", "uint256 nonce", "uint256 deadline")
    message = {**message, "permitted": [message["permitted"]]}
    assert signed("PermitBatchTransferFrom", {"PermitBatchTransferFrom": shape, **tokens}, message)[0].amount == 5


def test_anything_else_has_no_meaning() -> None:
    assert grants(read(MAIL)) == ()


def test_details_that_are_no_struct_have_no_meaning() -> None:
    """typed_data lets none of them through; nor does the reader, on its own."""
    details = {"PermitDetails": members("address token", "uint160 amount", "uint48 expiration", "uint48 nonce")}
    batch = {"PermitBatch": members("PermitDetails[] details", "address spender", "uint256 sigDeadline"), **details}
    message = {"details": [], "spender": A_SPENDER, "sigDeadline": 1}
    data = read({"types": batch, "primaryType": "PermitBatch", "domain": {}, "message": message})
    assert grants(replace(data, message={**message, "details": [["token"]]})) == ()


def test_what_no_type_names_is_left_out() -> None:
    plain = parse(json.dumps(MAIL))
    more = {**MAIL, "domain": {**MAIL["domain"], "salt": "0x" + "00" * 32}}
    more["message"] = {**MAIL["message"], "extra": "unsigned", "from": {**MAIL["message"]["from"], "extra": 1}}
    read_back = parse(json.dumps(more))
    assert digest(read_back) == digest(plain) and read_back.text() == plain.text()
    assert "unsigned" not in read_back.text()


@pytest.mark.parametrize("name", [["chainId"], {}, None, 5])
def test_a_name_in_the_type_of_the_domain_that_is_no_text(name: object) -> None:
    types = {"EIP712Domain": [{"name": name, "type": "uint256"}], "S": [{"name": "y", "type": "bool"}]}
    data = {"types": types, "primaryType": "S", "domain": {"chainId": 1}, "message": {"y": True}}
    with pytest.raises(WireError):
        parse(json.dumps(data))
