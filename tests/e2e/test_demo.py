import re
import subprocess
import sys

from tools import place


def test_the_demo_without_a_person() -> None:
    done = subprocess.run(
        [sys.executable, "build.py", "demo", "--headless"],
        cwd=place.ROOT,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    print(done.stdout)
    assert re.search(r"transaction 0x[0-9a-f]{64} mined", done.stdout)
    assert re.search(r"transaction [1-9A-HJ-NP-Za-km-z]{64,88} executed", done.stdout)
    assert len(list((place.BUILD / "demo").glob("*.png"))) >= 18
