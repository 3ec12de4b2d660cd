"""Data the tests share."""

import json
from pathlib import Path


def load(name: str) -> dict:
    """The vectors of `name`.json."""
    return json.loads((Path(__file__).parent / f"{name}.json").read_text())
