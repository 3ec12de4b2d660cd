"""The extension in a language that nobody speaks: every sentence accented, in brackets and 40 % longer.

What is not in brackets on a screen did not come out of the locale, and what is cut off would be cut off in German.
"""

import json
import re
import shutil
from pathlib import Path

from tools import extension

LONGER = 1.4
ACCENTED = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "àƀçđéƒğĥîĵķļɱñõþɋŕšţûṽŵẋýžÀƁÇĐÉƑĞĤÎĴĶĻṀÑÕÞɊŔŠŢÛṼŴẊÝŽ",
)
# What the browser itself reads, not a person.
KEPT = {"name", "description"}
PLACE = re.compile(r"(\$\w+\$|\$\d)")


def pseudo(message: str) -> str:
    """Vowels are doubled from the front, as longer words are, until the sentence is long enough."""
    parts = PLACE.split(message)
    words = "".join(part for part in parts if not PLACE.fullmatch(part))
    missing = int(len(words) * (LONGER - 1)) + 1
    made = []
    for part in parts:
        if PLACE.fullmatch(part):
            made.append(part)
            continue
        for letter in part:
            twice = missing > 0 and letter in "aeiouAEIOU"
            missing -= twice
            made.append(letter.translate(ACCENTED) * (1 + twice))
    return f"[{''.join(made)}{'ẋ' * max(0, min(missing, 8))}]"


def build(folder: Path) -> Path:
    """A copy of dist/chromium with the locale replaced."""
    made = shutil.copytree(extension.CHROMIUM, folder / "pseudo")
    path = made / "_locales" / "en" / "messages.json"
    messages = json.loads(path.read_text(encoding="utf-8"))
    for name, entry in messages.items():
        if name not in KEPT:
            entry["message"] = pseudo(entry["message"])
    path.write_text(json.dumps(messages, ensure_ascii=False), encoding="utf-8")
    return made
