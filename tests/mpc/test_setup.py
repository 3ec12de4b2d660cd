"""Setup messages: what is accepted, what is refused, and the comparison with what was approved."""

import pytest

from adversary.faulty_party import stream
from tandem.curve import ed25519
from tandem.errors import SetupRefused, WireError
from tandem.mpc import container
from tandem.mpc.setup import (
    build_export,
    build_keygen,
    build_reshare,
    build_sign,
    index_of,
    parse_export,
    parse_keygen,
    parse_reshare,
    parse_sign,
    require_export,
    require_keygen,
    require_reshare,
    require_sign,
)

KEY_ID, DIGEST, PATH, NAMES = b"k" * 32, b"d" * 32, "m/44/60/0/0/0", ("ann", "bøb")
SEED = bytes(range(32))
INSTANCE = ed25519.public_key(SEED)


def message(*fields):
    """A correctly signed setup with any fields."""
    return container.write(SEED, list(fields))


KEYGEN = [(0, b"DKG"), (8, INSTANCE), (0x40, b"a"), (3, b"\0"), (2, SEED), (0x40, b"b"), (3, b"\0"), (2, SEED)]
KEYGEN.append((1, b"\2"))
SIGN = [(0, b"DSG"), (4, KEY_ID), (8, INSTANCE), (0x21, b"m/1"), (0x23, DIGEST), (0x22, b"\0")]
SIGN += [(0x40, b"a"), (2, SEED), (0x40, b"b"), (2, SEED)]


def without(fields, tag):
    return [field for field in fields if field[0] != tag]


def test_keygen_round_trip():
    parsed = parse_keygen(build_keygen(2, NAMES, key_id=KEY_ID, rng=stream("a")))
    assert (parsed.threshold, parsed.names, parsed.key_id) == (2, NAMES, KEY_ID)
    assert parse_keygen(build_keygen(2, NAMES)).key_id is None


def test_sign_round_trip():
    parsed = parse_sign(build_sign(KEY_ID, PATH, DIGEST, NAMES))
    assert (parsed.key_id, parsed.path, parsed.digest, parsed.names) == (KEY_ID, PATH, DIGEST, NAMES)


def test_every_setup_has_its_own_instance():
    assert parse_keygen(build_keygen(2, NAMES)).instance_id != parse_keygen(build_keygen(2, NAMES)).instance_id


def test_seeds_are_not_shown():
    parsed = parse_keygen(build_keygen(2, NAMES, rng=stream("a")))
    assert parsed.parties[0].signing_seed.reveal().hex() not in repr(parsed)
    assert "signing_seed" not in repr(parsed)


def test_fields_in_any_order():
    assert parse_keygen(message(KEYGEN[-1], KEYGEN[1], KEYGEN[0], *KEYGEN[2:-1])).threshold == 2
    assert parse_sign(message(*without(SIGN, 0x21))).path == "m"


@pytest.mark.parametrize("tag", [0, 1, 2, 3, 8])
def test_keygen_field_missing(tag):
    with pytest.raises(WireError):
        parse_keygen(message(*without(KEYGEN, tag)))


@pytest.mark.parametrize("tag", [0, 2, 4, 8, 0x22, 0x23])
def test_sign_field_missing(tag):
    """Without a digest it would be a pre-signature, which could be used twice."""
    with pytest.raises(WireError):
        parse_sign(message(*without(SIGN, tag)))


@pytest.mark.parametrize("extra", [(0, b"DKG"), (1, b"\2"), (8, INSTANCE), (0x77, b"?"), (0x21, b"m")])
def test_repeated_and_unknown_fields(extra):
    with pytest.raises(WireError):
        parse_keygen(message(*KEYGEN, extra))


@pytest.mark.parametrize("path", [b"m/", b"m/44'/60", b"x", b"", b"m/01", b"m/2147483648", b"m/1 ", b"\xff"])
def test_path(path):
    if path:
        with pytest.raises(WireError):
            parse_sign(message(*[(0x21, path) if tag == 0x21 else (tag, value) for tag, value in SIGN]))
    with pytest.raises(WireError):
        build_sign(KEY_ID, path.decode("latin1"), DIGEST, NAMES)


@pytest.mark.parametrize("tag", [2, 4, 8, 0x23])
@pytest.mark.parametrize("size", [31, 33])
def test_wrong_length(tag, size):
    """The engine traps on some of these (spec §4)."""
    with pytest.raises(WireError):
        parse_sign(message(*[(tag, bytes(size)) if tag == found else (found, value) for found, value in SIGN]))


def test_wrong_kind():
    with pytest.raises(WireError):
        parse_sign(message(*KEYGEN))
    with pytest.raises(WireError):
        parse_keygen(message(*SIGN))


def test_kind_alone():
    """Every other field is right."""
    for parse, fields in ((parse_keygen, KEYGEN), (parse_sign, SIGN), (parse_reshare, RESHARE), (parse_export, EXPORT)):
        parse(message(*fields))
        with pytest.raises(WireError, match="setup kind"):
            parse(message((0, b"FSG"), *without(fields, 0)))


def test_instance_is_not_the_signing_key():
    other = ed25519.public_key(bytes(32))
    with pytest.raises(WireError):
        parse_keygen(message(KEYGEN[0], (8, other), *KEYGEN[2:]))


@pytest.mark.parametrize("at", [0, 31, 40, -1])
def test_altered(at):
    data = bytearray(message(*KEYGEN))
    data[at] ^= 1
    with pytest.raises(WireError):
        parse_keygen(bytes(data))


def test_every_truncation_is_refused():
    data = message(*KEYGEN)
    for size in range(len(data)):
        with pytest.raises(WireError):
            parse_keygen(data[:size])


def test_id_of_another_instance():
    body = bytearray(message(*KEYGEN)[:-64])
    body[0] ^= 1
    key = ed25519.SigningKey(SEED)
    with pytest.raises(WireError, match="setup id"):
        parse_keygen(bytes(body) + key.sign(bytes(body)))


def test_size():
    with pytest.raises(WireError, match="setup message size"):
        parse_keygen(bytes(99))
    with pytest.raises(WireError, match="setup message size"):
        parse_keygen(message(*KEYGEN, (0x40, bytes(9000))))


@pytest.mark.parametrize(
    ("threshold", "names"),
    [
        (1, ("a", "b")),
        (3, ("a", "b")),
        (2, ("a",)),
        (2, ("a", "a")),
        (2, ("a", "")),
        (2, ("a", "b" * 129)),
        (2, tuple("abcdefghijk")),
    ],
)
def test_t07_committee(threshold, names):
    """T07."""
    with pytest.raises(SetupRefused):
        build_keygen(threshold, names)


def test_committee_in_a_received_setup():
    with pytest.raises(SetupRefused):
        parse_keygen(message(*KEYGEN[:-1], (1, b"\3")))
    with pytest.raises(SetupRefused):
        parse_keygen(message(*KEYGEN[:5], *KEYGEN[2:5], KEYGEN[-1]))


def test_ten_parties():
    assert len(parse_keygen(build_keygen(7, tuple("abcdefghij"))).names) == 10


def test_index_of():
    assert index_of(NAMES, "bøb") == 1
    with pytest.raises(SetupRefused):
        index_of(NAMES, "eve")


def test_require_keygen():
    parsed = parse_keygen(build_keygen(2, NAMES))
    require_keygen(parsed, threshold=2, names=NAMES[::-1])
    with pytest.raises(SetupRefused, match="threshold"):
        require_keygen(parsed, threshold=3, names=NAMES)
    with pytest.raises(SetupRefused, match="names"):
        require_keygen(parsed, threshold=2, names=(*NAMES, "eve"))


@pytest.mark.parametrize(
    ("other", "what"),
    [
        ({"key_id": b"x" * 32}, "key id"),
        ({"path": "m/44/60/0/0/1"}, "path"),
        ({"digest": b"x" * 32}, "digest"),
        ({"names": ("ann", "eve")}, "names"),
    ],
)
def test_t32_require_sign(other, what):
    """T32: nothing but what was approved."""
    parsed = parse_sign(build_sign(KEY_ID, PATH, DIGEST, NAMES))
    approved = {"key_id": KEY_ID, "path": PATH, "digest": DIGEST, "names": NAMES}
    require_sign(parsed, **approved)
    with pytest.raises(SetupRefused, match=what):
        require_sign(parsed, **{**approved, **other})


@pytest.mark.parametrize("size", [1, 31, 33, 65536])
def test_eddsa_takes_a_message_of_any_length(size):
    parsed = parse_sign(build_sign(KEY_ID, "m", bytes(size), NAMES, curve="eddsa"), "eddsa")
    assert (parsed.digest, parsed.curve) == (bytes(size), "eddsa")


@pytest.mark.parametrize("size", [0, 65537])
def test_eddsa_message_that_cannot_be_written(size):
    with pytest.raises(WireError):
        build_sign(KEY_ID, "m", bytes(size), NAMES, curve="eddsa")


@pytest.mark.parametrize("size", [0, 31, 33])
def test_ecdsa_takes_32_bytes_alone(size):
    with pytest.raises(WireError):
        build_sign(KEY_ID, PATH, bytes(size), NAMES)
    if size:
        with pytest.raises(WireError):
            parse_sign(build_sign(KEY_ID, PATH, bytes(size), NAMES, curve="eddsa"))


def test_eddsa_path_is_not_compared():
    parsed = parse_sign(message(*without(SIGN, 0x21)), "eddsa")
    require_sign(parsed, key_id=KEY_ID, path="m/44/501/0/0", digest=DIGEST, names=("a", "b"))
    with pytest.raises(SetupRefused, match="digest"):
        require_sign(parsed, key_id=KEY_ID, path="m", digest=b"other", names=("a", "b"))


PUBLIC_KEY, EXCHANGE_KEY, THREE = b"\2" + b"p" * 32, b"x" * 32, ("ann", "bøb", "cleo")
RESHARE = [(0, b"QC"), (4, KEY_ID), (0x16, PUBLIC_KEY), (8, INSTANCE)]
RESHARE += [field for name in (b"a", b"b", b"c") for field in ((0x40, name), (2, SEED))]
RESHARE += [(0x15, b"\0"), (0x15, b"\1"), (0x14, b"\2"), (3, b"\0"), (0x14, b"\1"), (3, b"\0"), (1, b"\2")]
EXPORT = [(0, b"EXPORT"), (4, KEY_ID), (0x25, EXCHANGE_KEY), (8, INSTANCE)]
EXPORT += [(0x40, b"a"), (2, SEED), (0x40, b"b"), (2, SEED)]


@pytest.mark.parametrize(("curve", "public_key"), [("ecdsa", PUBLIC_KEY), ("eddsa", bytes(32))])
def test_reshare_round_trip(curve, public_key):
    parsed = parse_reshare(build_reshare(KEY_ID, public_key, 2, THREE, (0, 1), (2, 0), curve=curve), curve)
    assert (parsed.key_id, parsed.public_key, parsed.threshold) == (KEY_ID, public_key, 2)
    assert (parsed.olds, parsed.news, parsed.names) == ((0, 1), (2, 0), THREE)
    assert (parsed.old_names, parsed.new_names) == (("ann", "bøb"), ("cleo", "ann"))


def test_reshare_fields_in_the_order_of_the_engine():
    made = build_reshare(KEY_ID, PUBLIC_KEY, 2, ("a", "b", "c"), (0, 1), (2, 1), rng=lambda size: SEED)
    assert made == message(*RESHARE)


def test_export_fields_in_the_order_of_the_engine():
    assert build_export(KEY_ID, EXCHANGE_KEY, ("a", "b"), rng=lambda size: SEED) == message(*EXPORT)


def test_export_round_trip():
    parsed = parse_export(build_export(KEY_ID, EXCHANGE_KEY, NAMES))
    assert (parsed.key_id, parsed.exchange_key, parsed.names) == (KEY_ID, EXCHANGE_KEY, NAMES)


@pytest.mark.parametrize("tag", [0, 1, 2, 3, 4, 8, 0x14, 0x15, 0x16, 0x40])
def test_reshare_field_missing(tag):
    with pytest.raises((WireError, SetupRefused)):
        parse_reshare(message(*without(RESHARE, tag)))


@pytest.mark.parametrize("tag", [0, 2, 4, 8, 0x25, 0x40])
def test_export_field_missing(tag):
    with pytest.raises((WireError, SetupRefused)):
        parse_export(message(*without(EXPORT, tag)))


@pytest.mark.parametrize("extra", [(0x16, PUBLIC_KEY), (3, b"\0"), (0x25, EXCHANGE_KEY), (0x77, b"?")])
def test_reshare_repeated_and_unknown_fields(extra):
    with pytest.raises(WireError):
        parse_reshare(message(*RESHARE, extra))


@pytest.mark.parametrize("tag", [4, 0x16, 0x15, 0x14, 3, 1])
def test_reshare_wrong_length(tag):
    broken = [(found, value + b"\0" if found == tag else value) for found, value in RESHARE]
    with pytest.raises(WireError):
        parse_reshare(message(*broken))


@pytest.mark.parametrize("tag", [4, 0x25])
def test_export_wrong_length(tag):
    broken = [(found, value + b"\0" if found == tag else value) for found, value in EXPORT]
    with pytest.raises(WireError):
        parse_export(message(*broken))


@pytest.mark.parametrize(
    ("threshold", "olds", "news", "what"),
    [
        (1, (0, 1), (0, 2), "threshold out of range"),
        (3, (0, 1), (0, 2), "threshold out of range"),
        (2, (0,), (1, 2), "number of old or new parties"),
        (2, (0, 1, 1), (0, 2), "duplicate parties"),
        (2, (0, 1), (2, 0, 2), "duplicate parties"),
        (2, (0, 1), (0, 1), "neither old nor new"),
        (2, (0, 1), (2, 3), "without party"),
    ],
)
def test_reshare_committees(threshold, olds, news, what):
    with pytest.raises(SetupRefused, match=what):
        build_reshare(KEY_ID, PUBLIC_KEY, threshold, THREE, olds, news)


def test_reshare_committees_are_bounded():
    ten = tuple("abcdefghij")
    parsed = parse_reshare(
        build_reshare(KEY_ID, PUBLIC_KEY, 7, (*ten, *(n * 2 for n in ten)), range(10), range(10, 20))
    )
    assert len(parsed.names) == 20
    with pytest.raises(SetupRefused, match="number of old or new parties"):
        build_reshare(KEY_ID, PUBLIC_KEY, 2, (*ten, "k"), (0, 1), range(11))


def test_reshare_committees_in_a_received_setup():
    nobody = [(tag, b"\0" if (tag, value) == (0x14, b"\2") else value) for tag, value in RESHARE]
    with pytest.raises(SetupRefused, match="neither old nor new"):
        parse_reshare(message(*nobody))


def test_reshare_of_the_other_curve():
    with pytest.raises(WireError, match="public key"):
        parse_reshare(message(*RESHARE), "eddsa")


@pytest.mark.parametrize(
    ("other", "what"),
    [
        ({"public_key": b"\3" + b"p" * 32}, "public key"),
        ({"threshold": 3}, "threshold"),
        ({"old_names": ("ann", "cleo")}, "old names"),
        ({"new_names": ("cleo", "ann", "eve")}, "new names"),
    ],
)
def test_require_reshare(other, what):
    parsed = parse_reshare(build_reshare(KEY_ID, PUBLIC_KEY, 2, THREE, (0, 1), (2, 0)))
    approved = {"public_key": PUBLIC_KEY, "threshold": 2, "old_names": ("bøb", "ann"), "new_names": ("ann", "cleo")}
    require_reshare(parsed, **approved)
    with pytest.raises(SetupRefused, match=what):
        require_reshare(parsed, **{**approved, **other})


@pytest.mark.parametrize(
    ("other", "what"),
    [({"key_id": b"x" * 32}, "key id"), ({"receiver": "bøb"}, "receiver"), ({"names": ("ann", "eve")}, "names")],
)
def test_require_export(other, what):
    parsed = parse_export(build_export(KEY_ID, EXCHANGE_KEY, NAMES))
    approved = {"key_id": KEY_ID, "receiver": "ann", "names": NAMES[::-1]}
    require_export(parsed, **approved)
    with pytest.raises(SetupRefused, match=what):
        require_export(parsed, **{**approved, **other})


PARSERS = (
    (parse_keygen, KEYGEN),
    (parse_sign, SIGN),
    (lambda data: parse_sign(data, "eddsa"), SIGN),
    (parse_reshare, RESHARE),
    (lambda data: parse_reshare(data, "eddsa"), RESHARE),
    (parse_export, EXPORT),
)


@pytest.mark.parametrize(("parse", "fields"), PARSERS)
def test_fuzz(parse, fields):
    """Correctly signed nonsense: a value or a typed error."""
    draw = stream("fuzz")
    accepted = 0
    for _ in range(400):
        mutated = list(fields)
        for _ in range(1 + draw(1)[0] % 3):
            at, kind = draw(1)[0] % len(mutated), draw(1)[0] % 5
            tag, value = mutated[at]
            mutated[at : at + 1] = (
                [],
                [(tag, value), (tag, value)],
                [(draw(1)[0] % 0x41, value)],
                [(tag, draw(1 + draw(1)[0] % 40))],
                [(tag, bytes([value[0] ^ 1 << draw(1)[0] % 8]) + value[1:])],
            )[kind] or [(0x99, b"?")]
        try:
            parse(message(*mutated))
            accepted += 1
        except (WireError, SetupRefused):
            continue
    assert accepted < 400


@pytest.mark.parametrize(("parse", "fields"), PARSERS)
def test_fuzz_of_bytes(parse, fields):
    draw, whole = stream("bytes"), message(*fields)
    for _ in range(200):
        at = int.from_bytes(draw(2), "big") % len(whole)
        with pytest.raises((WireError, SetupRefused)):
            parse(whole[:at] + bytes([whole[at] ^ 1 + draw(1)[0] % 255]) + whole[at + 1 :])
