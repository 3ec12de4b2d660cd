"""Does the time of a secret operation depend on the secret? Welch's t, full-width against short secrets. A report.

    PYTHONPATH=py python tests/timing/report.py [samples]

The short secrets have 32 leading zero bits, the case that lattice attacks on nonces live on. Rounds of both kinds are
interleaved at random and the slowest tenth is cut. |t| above 4.5 is suspicious; the first line is a positive control
that has to leak, or the harness sees nothing (spec/security.md §6).
"""

import random
import statistics
import sys
import time
from math import sqrt

from tandem.curve.point import G, base
from tandem.curve.scalar import N, Scalar

REPEAT = 20  # operations a sample


def welch(first, second):
    spread = statistics.variance(first) / len(first) + statistics.variance(second) / len(second)
    return (statistics.mean(first) - statistics.mean(second)) / sqrt(spread)


def measure(make, act, samples, rng):
    times = {True: [], False: []}
    for _ in range(2 * samples):
        short = rng.random() < 0.5
        secret = make(rng.randrange(1, N >> 32 if short else N))
        start = time.perf_counter_ns()
        for _ in range(REPEAT):
            act(secret)
        times[short].append(time.perf_counter_ns() - start)
    return [sorted(found)[: len(found) * 9 // 10] for found in (times[False], times[True])]


def main():
    samples = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    rng = random.Random(1)
    other, whole, point = Scalar.public(rng.randrange(N)), rng.randrange(N), G * rng.randrange(N)
    cases = {
        "control: int * int % N": (lambda value: value, lambda value: value * whole % N),
        "Scalar + Scalar": (Scalar.public, lambda secret: secret + other),
        "Scalar * Scalar": (Scalar.public, lambda secret: secret * other),
        "-Scalar": (Scalar.public, lambda secret: -secret),
        "base(Scalar)": (Scalar.public, base),
        "point.multiplied(Scalar)": (Scalar.public, point.multiplied),
    }
    for name, (make, act) in cases.items():
        first, second = measure(make, act, samples if "oint" not in name else samples // 4, rng)
        t, mean = welch(first, second), statistics.mean(first)
        effect = (mean - statistics.mean(second)) / mean
        print(f"{name:26} t = {t:7.1f}   effect {100 * effect:6.2f} %   {mean / REPEAT / 1000:8.2f} us")


if __name__ == "__main__":
    main()
