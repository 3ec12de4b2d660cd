"""Does the time of a secret operation depend on the secret? Welch's t, full-width against short secrets. A report.

    python3 build.py test --timing [samples]

The short secrets have 32 leading zero bits, the case that lattice attacks on nonces live on. Rounds of both kinds are
interleaved at random and the slowest quarter is cut; the clock is the processor time of the thread. An operation fails
when |t| is above 4.5 *and* the means differ by more than 0.1 %; the controls have to leak, or the harness sees nothing.
What the docs say of the rest: docs/security.md.
"""

import random
import statistics
import sys
import time
from math import sqrt

from tandem.curve import edwards, sealing
from tandem.curve.point import G, base
from tandem.curve.scalar import N, Scalar

REPEAT = 20  # operations a sample


def welch(first, second):
    spread = statistics.variance(first) / len(first) + statistics.variance(second) / len(second)
    return (statistics.mean(first) - statistics.mean(second)) / sqrt(spread)


LIMIT, EFFECT = 4.5, 0.001


def measure(make, act, samples, rng, order):
    times = {True: [], False: []}
    for _ in range(2 * samples):
        short = rng.random() < 0.5
        secret = make(rng.randrange(1, order >> 32 if short else order))
        start = time.thread_time_ns()
        for _ in range(REPEAT):
            act(secret)
        times[short].append(time.thread_time_ns() - start)
    return [sorted(found)[: len(found) * 3 // 4] for found in (times[False], times[True])]


def ed(value):
    return edwards.Scalar.parse(value.to_bytes(32, "little"))


def cases(rng):
    """name -> how a secret is made of a number below the order, the operation, the order."""
    other, whole, point = Scalar.public(rng.randrange(N)), rng.randrange(N), G * rng.randrange(N)
    ed_other, ed_point = ed(rng.randrange(edwards.L)), edwards.base(ed(rng.randrange(1, edwards.L)))
    peer = sealing.public_key(bytes(range(32)))
    raw = lambda value: value.to_bytes(32, "big")  # noqa: E731
    return {
        "control: int * int % N": (lambda value: value, lambda value: value * whole % N, N),
        "control: pow(int, -1, N)": (lambda value: value, lambda value: pow(value, -1, N), N),
        "secp256k1 scalar + scalar": (Scalar.public, lambda secret: secret + other, N),
        "secp256k1 scalar * scalar": (Scalar.public, lambda secret: secret * other, N),
        "secp256k1 -scalar": (Scalar.public, lambda secret: -secret, N),
        "secp256k1 scalar * G": (Scalar.public, base, N),
        "secp256k1 scalar * point": (Scalar.public, point.multiplied, N),
        "ed25519 scalar + scalar": (ed, lambda secret: secret + ed_other, edwards.L),
        "ed25519 scalar * scalar": (ed, lambda secret: secret * ed_other, edwards.L),
        "ed25519 scalar * B": (ed, edwards.base, edwards.L),
        "ed25519 scalar * point": (ed, lambda secret: ed_point * secret, edwards.L),
        "X25519 with a peer's key": (raw, lambda secret: sealing.agree(secret, peer), N),
        "seal under a key": (raw, lambda key: sealing.seal(key, bytes(12), bytes(256), b""), N),
    }


def main():
    samples = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    rng, wrong = random.Random(1), []
    for name, (make, act, order) in cases(rng).items():
        slow = any(word in name for word in ("point", "* G", "* B", "peer"))
        first, second = measure(make, act, samples // 4 if slow else samples, rng, order)
        t, mean = welch(first, second), statistics.mean(first)
        effect = (mean - statistics.mean(second)) / mean
        leaks = abs(t) > LIMIT and abs(effect) > EFFECT
        if leaks != name.startswith("control"):
            wrong.append(name)
        print(f"{name:28} t = {t:7.1f}   effect {100 * effect:6.2f} %   {mean / REPEAT / 1000:8.2f} us")
    print("as it should be" if not wrong else "not as it should be: " + ", ".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
