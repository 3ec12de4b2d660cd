"""What the phone shows and asks: for a person in words, for a program as one JSON object a line (`--json`)."""

import asyncio
import getpass
import json
import sys
from pathlib import Path

from tandem.ceremony import Progress

Lines = tuple[tuple[str, str], ...]


class Screen:
    """`answer` None asks the person; True or False answers every question (`--yes`, `--decline`)."""

    def __init__(self, *, as_json: bool, answer: bool | None, password_file: Path | None) -> None:
        self._json = as_json
        self._answer = answer
        self._file = password_file
        self._password: bytes | None = None
        self._shown = Progress("waiting")

    def event(self, name: str, **fields: object) -> None:
        """Something has happened; nothing secret is ever among the fields."""
        if self._json:
            print(json.dumps({"event": name, **fields}, ensure_ascii=False), flush=True)
        elif name == "failed":
            print(f"Failed ({fields['reason']}): {_plain(str(fields['detail']))}", file=sys.stderr, flush=True)
        elif name == "link":
            print(f"\nFollow this link with the other devices:\n{fields['link']}\n", flush=True)
        elif name == "done":
            print("Done.", flush=True)
        elif name == "ready":
            print("Waiting for links, one a line.", flush=True)

    def show(self, title: str, lines: Lines) -> None:
        """What is about to be agreed to. Control characters and line breaks of others' texts are made visible."""
        if self._json:
            self.event("show", title=title, lines=[list(line) for line in lines])
            return
        print(f"\n{_plain(title)}")
        width = max((len(label) for label, _ in lines), default=0)
        for label, text in lines:
            print(f"  {_plain(label):{width}}  {_plain(text)}")
        sys.stdout.flush()

    async def agree(self, question: str) -> bool:
        """A clear yes; anything else is a no."""
        if self._answer is not None:
            return self._answer
        if self._json:
            self.event("ask", question=question)
        typed = await asyncio.to_thread(_ask, "" if self._json else f"{question} [y/N] ")
        return typed.strip().lower() in ("y", "yes")

    async def password(self, *, new: bool) -> bytes:
        """From the file, or typed; asked for once a run. Empty when there is nobody to ask."""
        if self._password is None:
            if self._file is not None:
                self._password = self._file.read_bytes().rstrip(b"\r\n")
            elif new:
                first = await asyncio.to_thread(getpass.getpass, "New password for this phone's share: ")
                again = await asyncio.to_thread(getpass.getpass, "Once more: ")
                self._password = first.encode("utf-8") if first == again else b""
            else:
                self._password = (await asyncio.to_thread(getpass.getpass, "Password: ")).encode("utf-8")
        return self._password

    def forget_password(self) -> None:
        """It was wrong."""
        self._password = None

    def progress(self, at: Progress) -> None:
        """Rounds, as they are done."""
        if at == self._shown:
            return
        self._shown = at
        if self._json:
            self.event("progress", stage=at.stage, round=at.round, rounds=at.rounds, item=at.item, items=at.items)
        elif at.stage == "running":
            signature = f" (signature {at.item} of {at.items})" if at.items > 1 else ""
            print(f"  round {at.round} of {at.rounds}{signature}", flush=True)
        elif at.stage == "waiting":
            print("  waiting for the other device", flush=True)


def _ask(question: str) -> str:
    try:
        return input(question)
    except EOFError:
        return ""


def _plain(text: str) -> str:
    return "".join(letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in text)
