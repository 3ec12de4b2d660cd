"""Drives engine_phone.mjs: a party that is the real engine with the incumbent's timing, following our links."""

import json
import subprocess
import urllib.request
from pathlib import Path

from interop.drivers import ENGINE
from tandem.ceremony import (
    Job,
    KeygenInvitation,
    KeyImportInvitation,
    KeysignInvitation,
    MigrateInvitation,
    ReshareInvitation,
    parse_link,
)
from tandem.chains.reading import read_keysign


class EnginePhone:
    """One process that stays alive; its share is a file. `public_key` is known once a key was made."""

    def __init__(self, share: Path, name: str = "iPhone-5C9") -> None:
        self.share, self.name = share, name
        self.process = subprocess.Popen(
            ["node", str(Path(__file__).with_name("engine_phone.mjs")), str(ENGINE.parent)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.answer()["event"] == "ready"

    def answer(self) -> dict:
        """The next line it says."""
        return json.loads(self.process.stdout.readline())

    def tell(self, **order: object) -> None:
        """Send an order; it answers when it is done with it."""
        whole = {"name": self.name, "share": str(self.share), "host": False, **order}
        self.process.stdin.write(json.dumps(whole) + "\n")
        self.process.stdin.flush()

    def follow(self, link: str, relay: str) -> None:
        """Join what a link invites to, signing what the payload in the link says (our reading of it)."""
        invitation = parse_link(link)
        if isinstance(invitation, KeygenInvitation):
            self.keygen(invitation, relay)
        else:
            if invitation.payload is None:
                with urllib.request.urlopen(f"{relay}/payload/{invitation.payload_id}", timeout=10) as found:
                    invitation = invitation.with_payload(found.read().decode())
            reading = read_keysign(invitation.payload)
            jobs = [Job(digest, reading.path, reading.curve) for digest in reading.digests]
            self.keysign(invitation, relay, jobs)

    def keygen(self, invitation: KeygenInvitation, relay: str, **more: object) -> None:
        session, key = invitation.session_id, invitation.key.hex()
        self.tell(do="keygen", relay=relay, session=session, key=key, **more)

    def keysign(self, invitation: KeysignInvitation, relay: str, jobs: list[Job], **more: object) -> None:
        session, key = invitation.session_id, invitation.key.hex()
        wanted = [{"digest": job.digest.hex(), "path": job.path, "curve": job.curve} for job in jobs]
        self.tell(do="keysign", relay=relay, session=session, key=key, jobs=wanted, **more)

    def reshare(self, invitation: ReshareInvitation, relay: str, *, member: bool, **more: object) -> None:
        """Take part in a reshare; a `member` of the vault until now brings its share, whose file is kept."""
        session, key, old = invitation.session_id, invitation.key.hex(), self.share
        self.share = old.with_name(f"{old.name}+")
        more = {"old": str(old) if member else None, "signers": list(invitation.message.old_parties), **more}
        self.tell(do="reshare", relay=relay, session=session, key=key, **more)

    def making(self, do: str, invitation: MigrateInvitation | KeyImportInvitation, relay: str, **more: object) -> None:
        """Take part in a migration or a key import."""
        chain_code = invitation.message.hex_chain_code
        session, key = invitation.session_id, invitation.key.hex()
        self.tell(do=do, relay=relay, session=session, key=key, chain_code=chain_code, **more)

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()
