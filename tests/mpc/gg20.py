"""GG20 shares as tss-lib saves them and Vultisig's apps keep them, made from a key whose scalar is known."""

import json

from tandem.curve import edwards
from tandem.curve.point import base
from tandem.curve.scalar import N, Scalar

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P


def share_point(name):
    """tss-lib's ShareID: the party's name, as a number."""
    return int.from_bytes(name.encode(), "big")


def shared(secret, names, order, seed):
    """Everybody's f(x) for a polynomial of the family's degree with f(0) = secret."""
    threshold = -(-2 * len(names) // 3)
    coefficients = [secret, *(pow(seed, place, order) for place in range(3, 2 + threshold))]
    return {
        name: sum(c * pow(share_point(name), power, order) for power, c in enumerate(coefficients)) % order
        for name in names
    }


def secp256k1_coordinates(scalar):
    raw = base(Scalar.public(scalar)).uncompressed()
    return [int.from_bytes(raw[1:33], "big"), int.from_bytes(raw[33:], "big")]


def edwards25519_coordinates(scalar):
    encoded = int.from_bytes(bytes(edwards.base(edwards.Scalar.public(scalar))), "little")
    y, odd = encoded % 2**255, encoded >> 255
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    assert x * x % P == square
    return [P - x if x & 1 != odd else x, y]


def numbers(secret, names, name, *, eddsa=False, seed=7):
    """The save data of party `name`."""
    shares = shared(secret, names, edwards.L if eddsa else N, seed)
    coordinates = edwards25519_coordinates if eddsa else secp256k1_coordinates
    curve = "ed25519" if eddsa else "secp256k1"
    order = sorted(names, key=share_point)
    return {
        "Xi": shares[name],
        "ShareID": share_point(name),
        "Ks": [share_point(one) for one in order],
        "BigXj": [{"Curve": curve, "Coords": coordinates(shares[one])} for one in order],
    }


def share_text(public_key, data, name, *, eddsa=False):
    """The `keyshare` string of a vault: save data of both curves, empty for the other one."""
    empty = dict.fromkeys(data)
    local = {"ecdsa_local_data": empty if eddsa else data, "eddsa_local_data": data if eddsa else empty}
    return json.dumps({"pub_key": public_key.hex(), **local, "local_party_key": name}, indent=2)
