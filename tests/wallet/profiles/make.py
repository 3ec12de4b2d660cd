"""The profiles beside this file: what the wallet of an older commit left in its store, made by that commit's own code.

    python tests/wallet/profiles/make.py COMMIT NAME

checks the commit out beside the repository, makes a vault there with its own phone over its own relay, connects a site,
signs a message, leaves a request open, and writes NAME.json.gz: the store, key by key, in base64. Needs anvil and the
built runtime of this tree. A profile is never made anew: it stands for what is on people's disks.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]

# Runs in the older tree, as one of its own wallet tests.
STORY = """
import base64, gzip, json
from pathlib import Path

def addresses(stage):
    accounts = stage.state.get("accounts")
    return [stage.state["vault"]["address"]] if accounts is None else [each["address"] for each in accounts]

def test_profile(play):
    async def story(stage):
        await stage.with_vault()
        asked = stage.dapp("eth_requestAccounts")
        await stage.call("decide", request=(await stage.request("awaiting_approval"))["id"], approve=True)
        await asked
        signed = stage.dapp("personal_sign", "0x" + b"hello".hex(), addresses(stage)[0])
        await stage.call("decide", request=(await stage.request("awaiting_approval"))["id"], approve=True)
        link = await stage.until(lambda s: next((r["phone"]["link"] for r in s["requests"] if r["phone"]), None))
        await stage.phone.follow(link)
        await signed
        stage.dapp("personal_sign", "0x" + b"later".hex(), addresses(stage)[0])
        await stage.request("awaiting_approval")
        kept = {key: base64.b64encode(value).decode() for key, value in stage.store.values.items() if key != "vault/1"}
        told = {
            "addresses": addresses(stage),
            "store": kept,
            "phone": {
                "party": stage.phone.party,
                "signers": list(stage.phone.made.signers),
                "share": base64.b64encode(stage.phone.made.share.to_bytes()).decode(),
                "eddsa": base64.b64encode(stage.phone.made.eddsa.to_bytes()).decode(),
            },
        }
        Path(OUT).write_bytes(gzip.compress(json.dumps(told).encode(), mtime=0))
    play(story)
"""


def main(commit: str, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        subprocess.run(["git", "worktree", "add", "--detach", str(tree), commit], cwd=ROOT, check=True)
        try:
            out = HERE / f"{name}.json.gz"
            (tree / "build").symlink_to(ROOT / "build")
            story = tree / "tests" / "wallet" / "test_profile.py"
            story.write_text(STORY.replace("OUT", repr(str(out))))
            command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(story)]
            subprocess.run(command, cwd=tree, check=True)
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", str(tree)], cwd=ROOT, check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
