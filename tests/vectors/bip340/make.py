"""Copies BIP-340's vectors out of libsecp256k1's own test (MIT), in build/sdist.

    python3 tests/vectors/bip340/make.py

The list is bip-0340/test-vectors.csv of github.com/bitcoin/bips (BSD-2-Clause); the C text that carries it is pinned
with the library that the extension ships. Every byte is theirs; names are the CSV's.
"""

import json
import re
from pathlib import Path

HERE = Path(__file__).parent
SOURCE = HERE.parents[2] / "build/sdist/electrum-ecc/libsecp256k1/src/modules/schnorrsig/tests_impl.h"
NAMES = {"sk": "secret_key", "pk": "public_key", "aux_rand": "aux_rand", "msg": "message", "sig": "signature"}


def vector(text: str) -> dict[str, str | bool]:
    """One block of the C text. A key that is no point has no signature there, as its parsing already fails."""
    arrays = re.findall(r"unsigned char (\w+)\[\d*\] = \{([^}]*)\};", text)
    found: dict[str, str | bool] = {
        NAMES[name]: bytes(int(byte, 16) for byte in re.findall(r"0x(..)", body)).hex() for name, body in arrays
    }
    if repeated := re.search(r"msg\[(\d+)\];\s+memset\(msg, 0x(..)", text):
        found["message"] = repeated[2] * int(repeated[1])
    verdict = re.search(r"check_verify\(.*, (\d)\);", text)
    return found | {"valid": verdict is not None and verdict[1] == "1"}


def main() -> None:
    text = SOURCE.read_text().partition("void test_schnorrsig_bip_vectors(void)")[2].partition("\n}\n")[0]
    blocks = re.split(r"/\* Test vector \d+ \*/", text)[1:]
    (HERE.parent / "bip340.json").write_text(json.dumps([vector(block) for block in blocks], indent=1) + "\n")


if __name__ == "__main__":
    main()
