"""The passwords that a run of `tandem vault` is given."""

import getpass
from argparse import Namespace

import pytest

from tandem.cli.phone_screen import Screen
from tandem.cli.vault_run import Run
from tandem.errors import WrongPassword


@pytest.fixture
def typing(monkeypatch):
    def make(*words):
        typed = iter(words)
        monkeypatch.setattr(getpass, "getpass", lambda _: next(typed))
        return Run(Namespace(), Screen(as_json=True, answer=None, password_file=None))

    return make


def test_a_new_password_is_typed_twice_and_asked_for_once(typing):
    run = typing("päss", "päss")
    assert run.password("New: ", None, new=True) == run.password("New: ", None, new=True) == "päss".encode()


def test_two_that_differ_are_none(typing):
    with pytest.raises(WrongPassword, match="differ"):
        typing("päss", "pass").password("New: ", None, new=True)


def test_no_password(typing):
    with pytest.raises(WrongPassword, match="no password"):
        typing("", "").password("New: ", None, new=True)
