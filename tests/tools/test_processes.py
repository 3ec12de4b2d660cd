"""Children are gone afterwards, and with them their own children, whatever happened."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tools.place import Refused
from tools.processes import Processes, answers

from tools import place

# A program that starts another, prints its id, and ignores SIGTERM.
STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print("child", child.pid, flush=True)
time.sleep(60)
"""
# What is started in the background of a shell begins with Ctrl-C ignored.
HOLDER = f"""
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.path.insert(0, {str(place.ROOT)!r})
from tools.processes import Processes
with Processes() as running:
    child = running.start("held", [sys.executable, "-c", "import time; time.sleep(60)"])
    print(child.process.pid, flush=True)
    child.process.wait()
"""


def gone(pid: int) -> bool:
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if Path(f"/proc/{pid}/stat").exists() and Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] == "Z":
            return True
        time.sleep(0.05)
    return False


def test_the_whole_group_ends_with_the_block() -> None:
    with Processes() as running:
        child = running.start("stubborn", [sys.executable, "-c", STUBBORN])
        grandchild = int(child.wait_for(r"child (\d+)")[1])
    assert gone(child.process.pid)
    assert gone(grandchild)


def test_it_ends_after_an_exception() -> None:
    with pytest.raises(ZeroDivisionError), Processes() as running:
        child = running.start("sleeper", [sys.executable, "-c", "import time; time.sleep(60)"])
        raise ZeroDivisionError
    assert gone(child.process.pid)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_when_the_program_is_told_to(number: signal.Signals) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert holder.stdout
    held = int(holder.stdout.readline())
    holder.send_signal(number)
    assert holder.wait(20) != 0
    assert gone(held)


def test_a_child_that_dies_is_an_error_with_its_last_words() -> None:
    with Processes() as running:
        child = running.start("short", [sys.executable, "-c", "print('no such luck')"])
        with pytest.raises(Refused, match="no such luck"):
            child.wait_for("ready", 10)


def test_a_child_that_was_seen_to_end_is_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its number may be another's by now: a long test run uses up all of them."""
    with Processes() as running:
        child = running.start("short", [sys.executable, "-c", ""])
        assert child.wait(10) == 0
        monkeypatch.setattr(os, "killpg", lambda *_: pytest.fail("a signal was sent"))
        child.stop()


def test_input_and_folder() -> None:
    with Processes() as running:
        folder = running.folder()
        child = running.start("echo", [sys.executable, "-c", "print(input())"], stdin=b"said\n")
        assert child.wait_for("said", 10)
        assert child.wait(10) == 0
    assert not folder.exists()


def test_serves_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    with Processes() as running:
        url = running.serve(tmp_path)
        assert answers(f"{url}/a.txt")
    assert not answers(f"{url}/a.txt")
