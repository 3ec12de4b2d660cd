"""The real SDK as the other device, with its own relay client, over our relay (docs/interop.md)."""

import asyncio
import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from interop.sdk_wallet import NEEDED, Refused, SdkWallet
from interop.test_relay_engine import PATH, digest, engine, run, sign
from tandem import ceremony
from tandem.ceremony import Devices, Job, KeygenInvitation, Keygenned, KeysignInvitation
from tandem.chains.reading import read_keysign
from tandem.errors import WireError
from tandem.vault.backup import read_backups
from vault.files import plain_file, vault

pytestmark = pytest.mark.skipif(
    not all(path.exists() for path in NEEDED), reason="the SDK and what it needs are not unpacked (build.py setup)"
)
OURS = "extension-0011223344556677"


@contextlib.contextmanager
def sdk(folder: Path) -> Iterator[SdkWallet]:
    file = folder / "plain.vult"
    file.write_bytes(plain_file(vault().to_bytes()))
    process = SdkWallet(file)
    try:
        yield process
    finally:
        process.close()


def quiet(at: ceremony.Progress) -> None:
    pass


async def create(devices: Devices, url: str, wallet: SdkWallet) -> tuple[Keygenned, dict]:
    """The SDK hosts the making of a secure vault, and we join it by its link."""

    async def save(made: Keygenned) -> None:
        pass

    wallet.tell("create", relay=url, devices=2, name="of both")
    link = await asyncio.to_thread(wallet.answer, "link")
    invitation = ceremony.parse_link(link)
    assert isinstance(invitation, KeygenInvitation) and invitation.message.vault_name == "of both"
    made = await ceremony.join_keygen(
        devices, invitation, party=OURS, report=quiet, save=save, deadline=time.time() + 30
    )
    return made, await asyncio.to_thread(wallet.answer)


def test_it_makes_a_vault_with_us(tmp_path: Path) -> None:
    async def work(devices: Devices, url: str) -> None:
        with sdk(tmp_path) as wallet:
            made, theirs = await create(devices, url, wallet)
        assert made.confirmed
        assert theirs["publicKeys"] == {
            "ecdsa": made.share.public_key.hex(),
            "eddsa": made.eddsa.public_key.hex(),
        }
        assert theirs["hexChainCode"] == made.share.chain_code.hex()
        assert tuple(theirs["signers"]) == made.signers and made.signers[1] == OURS
        (file,) = read_backups("theirs.vult", theirs["file"].encode())
        other = file.open(None)
        assert other.party == made.signers[0]

        share = tmp_path / "share"  # its share, in the real engine as the phones run it
        share.write_bytes(other.share.to_bytes())
        share.with_name("share.eddsa").write_bytes(other.eddsa.to_bytes())
        with engine(share, other.party) as phone:
            await sign(devices, url, phone, made, [Job(digest("a"), PATH), Job(b"b", curve="eddsa")], "ours")

    run(tmp_path, work)


def test_its_own_signing_is_refused_by_our_wallet(tmp_path: Path) -> None:
    """Its link says nothing of what is to be signed, and it comes under a name that is not the vault's."""

    async def work(devices: Devices, url: str) -> None:
        with sdk(tmp_path) as wallet:
            _, theirs = await create(devices, url, wallet)
            wallet.tell("sign", relay=url, vault=theirs["file"], data="ab" * 32, chain="Ethereum")
            invitation = ceremony.parse_link(await asyncio.to_thread(wallet.answer, "link"))
            assert isinstance(invitation, KeysignInvitation) and invitation.payload is not None
            assert invitation.initiator not in theirs["signers"]
            with pytest.raises(WireError):
                read_keysign(invitation.payload)

    run(tmp_path, work)


@pytest.mark.parametrize("chain", ["Ethereum", "Solana"])
def test_its_own_signing_ends_in_its_own_engine(tmp_path: Path, chain: str) -> None:
    """It gives its engine an empty chain path, which that refuses: this version signs with nobody over a relay."""

    async def work(devices: Devices, url: str) -> None:
        with sdk(tmp_path) as wallet:
            _, theirs = await create(devices, url, wallet)
            wallet.tell("sign", relay=url, vault=theirs["file"], data="ab" * 32, chain=chain)
            invitation = ceremony.parse_link(await asyncio.to_thread(wallet.answer, "link"))
            await devices.relay.register(
                invitation.session_id, OURS
            )  # that somebody is there is enough for it to start
            with pytest.raises(Refused, match="chain-path"):
                await asyncio.to_thread(wallet.answer)

    run(tmp_path, work)
