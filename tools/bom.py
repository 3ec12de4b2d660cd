"""The bill of materials (CycloneDX 1.6, JSON) of a package: what it is made of, with versions, licences and hashes.

Beside the zip, by the build; without a time or a serial number, so that the same sources give the same bytes.
"""

from __future__ import annotations

import hashlib
import json

from tools import fetch, place
from tools.place import Refused

# Licences by SPDX, of what is compiled into the package; npm packages say theirs themselves.
PYTHON = {
    "coincurve": "MIT OR Apache-2.0",
    "protobuf": "BSD-3-Clause",
    "pycryptodome": "BSD-2-Clause AND Unlicense",
    "PyNaCl": "Apache-2.0",
    "segno": "BSD-3-Clause",
}
SDISTS = {"PyNaCl": "pynacl", "coincurve": "coincurve", "pycryptodome": "pycryptodome"}
# Name → version, licence, the pinned sdist its source came in.
COMPILED = {
    "libsecp256k1": ("0.8.0", "MIT", "electrum-ecc"),
    "libsodium": ("1.0.20", "ISC", "pynacl"),
}
CPYTHON = ("3.14.2", "Python-2.0", "pyodide")  # as extension/boot.js says
NPM = ("pyodide", "qr")

Component = dict[str, object]


def library(name: str, version: str, licence: str, *, purl: str = "", sha256: str | None = None) -> Component:
    made: Component = {"type": "library", "name": name, "version": version, "licenses": [{"expression": licence}]}
    if purl:
        made["purl"] = purl
    if sha256 is not None:
        made["hashes"] = [{"alg": "SHA-256", "content": sha256}]
    return made


def libraries(installed: dict[str, str]) -> list[Component]:
    """`installed`: the Python packages in the runtime. Refused where one has no licence in the table above."""
    pins = fetch.pins()
    found = []
    for name in NPM:
        said = json.loads((place.NPM / name / "package.json").read_text(encoding="utf-8"))["license"].strip("()")
        pin = pins["npm"][name]
        found.append(
            library(name, f"{pin['version']}", said, purl=f"pkg:npm/{name}@{pin['version']}", sha256=pin["sha256"])
        )
    for name, version in installed.items():
        if name not in PYTHON:
            raise Refused(f"tools/bom.py knows no licence of {name}")
        sha256 = pins["sdist"][SDISTS[name]]["sha256"] if name in SDISTS else None
        purl = f"pkg:pypi/{name.lower()}@{version}"
        found.append(library(name, version, PYTHON[name], purl=purl, sha256=sha256))
    for name, (version, licence, sdist) in COMPILED.items():
        found.append(library(name, version, licence, sha256=pins["sdist"][sdist]["sha256"]))
    version, licence, within = CPYTHON
    found.append(library("CPython", version, licence, sha256=pins["npm"][within]["sha256"]))
    return sorted(found, key=lambda each: f"{each['name']}".lower())


def bill(browser: str, files: dict[str, bytes], installed: dict[str, str]) -> bytes:
    """The bill of the package with these files."""
    version = json.loads(files["manifest.json"])["version"]
    shipped: list[Component] = [
        {"type": "file", "name": name, "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(content).hexdigest()}]}
        for name, content in sorted(files.items())
    ]
    made = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "name": f"tandem-{browser}",
                "version": version,
                "licenses": [{"expression": "Apache-2.0"}],
            }
        },
        "components": [*libraries(installed), *shipped],
    }
    return (json.dumps(made, indent=2) + "\n").encode()
