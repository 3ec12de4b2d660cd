"""Secrets do not show, compare, hash, pickle or copy."""

import copy
import pickle

import pytest

from tandem.curve.scalar import Scalar
from tandem.curve.secret import Secret


@pytest.mark.parametrize("secret", [Secret(b"hidden" * 5 + b"xx"), Scalar.parse(b"hidden" * 5 + b"xx")])
def test_nothing_leaves(secret):
    assert "hidden" not in repr(secret) and b"hidden".hex() not in repr(secret) and "hidden" not in str(secret)
    for act in (hash, bool, pickle.dumps, copy.copy, copy.deepcopy, lambda it: it == it):
        with pytest.raises(TypeError):
            act(secret)


def test_wipe():
    secret = Secret(b"hidden")
    view = secret.view()
    secret.wipe()
    assert secret.reveal() == bytes(6) == bytes(view) and len(secret) == 6


def test_dropped_secrets_are_wiped():
    secret = Secret(b"hidden")
    view = secret.view()
    del secret
    assert bytes(view) == bytes(6)
