"""Shares of GG20, the protocol before, as Vultisig's apps keep them (relay-and-sessions §5.2): read only to leave it.

A share is a JSON text around tss-lib's save data, one object for each curve, with decimal numbers:

    Xi   our Shamir share        ShareID  our point: the bytes of the party's name as a number
    Ks   everybody's points      BigXj    everybody's Xi * G, in affine coordinates

A migration needs its *summand*: what the share weighs in the key when all take part. The apps fill up a summand with
zeros on the right, which is right for EdDSA's little-endian ones and wrong for ECDSA's big-endian ones: one app in 256
cannot migrate. Ours is written out in full.

JSON makes a Python int of the share, which nothing can wipe. It is a share that the migration replaces.
"""

from dataclasses import dataclass, field

from tandem.curve import edwards
from tandem.curve.point import Point, base
from tandem.curve.scalar import N, Scalar
from tandem.curve.secret import Secret
from tandem.errors import WireError
from tandem.mpc.shamir import interpolate, lagrange
from tandem.wire import Json, parse_json

Coordinates = tuple[int, int]


def ecdsa_summand(text: str, public_key: bytes, parties: int) -> Secret:
    """32 bytes big-endian, of the 33-byte key that `parties` devices share. Raises WireError for numbers that are no
    share of it."""
    data = _read(text, "ecdsa_local_data", parties, N)
    share, points = Scalar.parse(data.share.to_bytes(32, "big")), [_secp256k1(at) for at in data.points]
    if base(share) != points[data.place]:
        raise WireError("the GG20 share and its point")
    if interpolate(dict(enumerate(points)), data.xs) != Point.parse(public_key):
        raise WireError("the GG20 share is not of the vault's key")
    return Secret((Scalar.public(lagrange(data.xs, data.place)) * share).reveal())


def eddsa_summand(text: str, public_key: bytes, parties: int) -> Secret:
    """32 bytes little-endian, of the 32-byte key that `parties` devices share. Raises WireError like ecdsa_summand."""
    data = _read(text, "eddsa_local_data", parties, edwards.L)
    share = edwards.Scalar.parse(data.share.to_bytes(32, "little"))
    points = [_edwards25519(at) for at in data.points]
    if edwards.base(share) != points[data.place]:
        raise WireError("the GG20 share and its point")
    weights = [lagrange(data.xs, place, edwards.L) for place in data.xs]
    whole = edwards.combine([point * weight for point, weight in zip(points, weights, strict=True)])
    if bytes(whole) != public_key:
        raise WireError("the GG20 share is not of the vault's key")
    return Secret((edwards.Scalar.public(weights[data.place]) * share).reveal())


@dataclass(frozen=True, slots=True)
class _Data:
    """Save data whose numbers are in range; `place` is ours among the parties."""

    share: int = field(repr=False)
    place: int
    xs: dict[int, int]
    points: list[Coordinates]


def _read(text: str, curve: str, parties: int, order: int) -> _Data:
    whole = parse_json(text)
    data = whole.get(curve) if isinstance(whole, dict) else None
    if not isinstance(data, dict):
        raise WireError("a GG20 share without its numbers")
    share, mine = _number(data.get("Xi"), order), _number(data.get("ShareID"))
    names, points = _list(data.get("Ks")), _list(data.get("BigXj"))
    if not len(names) == len(points) == parties:
        raise WireError("the GG20 share is of another number of devices")
    xs = [_number(name) for name in names]
    if mine not in xs:
        raise WireError("the GG20 share is none of its parties'")
    # what is zero or the same modulo the order, long names, has no weight
    if share == 0 or 0 in (reduced := [x % order for x in xs]) or len(set(reduced)) != parties:
        raise WireError("the GG20 share's points")
    return _Data(share, xs.index(mine), dict(enumerate(reduced)), [_coordinates(at) for at in points])


def _coordinates(at: Json) -> Coordinates:
    found = _list(at.get("Coords") if isinstance(at, dict) else None)
    if len(found) != 2:
        raise WireError("a GG20 share's point")
    return _number(found[0], 1 << 256), _number(found[1], 1 << 256)


def _list(found: Json) -> list[Json]:
    if not isinstance(found, list):
        raise WireError("a GG20 share without its numbers")
    return found


def _number(found: Json, below: int | None = None) -> int:
    if isinstance(found, bool) or not isinstance(found, int):
        raise WireError("a GG20 share without its numbers")
    if found < 0 or (below is not None and found >= below):
        raise WireError("a number of the GG20 share is out of range")
    return found


def _secp256k1(at: Coordinates) -> Point:
    x, y = at
    point = Point.parse(bytes((2 + (y & 1),)) + x.to_bytes(32, "big"))
    if point.uncompressed()[33:] != y.to_bytes(32, "big"):
        raise WireError("a GG20 share's point")
    return point


def _edwards25519(at: Coordinates) -> edwards.Point:
    x, y = at
    return edwards.Point.parse((y % (1 << 255) | (x & 1) << 255).to_bytes(32, "little"))
