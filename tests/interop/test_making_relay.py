"""Migration and key import over our relay with the real engine as the other device, in both roles; both keys sign
then."""

import asyncio
import time
from pathlib import Path

import pytest

from ceremony.test_key_import import public_keys, seed_keys
from interop.drivers import ENGINE
from interop.engine_phone import EnginePhone
from interop.test_relay_engine import OURS, PATH, THEIRS, digest, engine, run, sign
from mpc.gg20 import numbers, share_point
from tandem import ceremony
from tandem.ceremony import Devices, Held, Job, Keygenned
from tandem.chains.seeds import curve_of
from tandem.curve import edwards
from tandem.curve.scalar import N
from tandem.mpc.keyshare import Keyshare
from tandem.mpc.schnorr.keyshare import EddsaKeyshare
from tandem.vault.vault import Gg20Vault, Vault, read_vault
from vault.files import eddsa_key, gg20_message, key, private_key

pytestmark = pytest.mark.skipif(not ENGINE.exists(), reason="the real engine is not in build/npm")

CHAINS = ("Ethereum", "Solana")


def quiet(at: ceremony.Progress) -> None:
    pass


async def answered(phone: EnginePhone) -> dict:
    found = await asyncio.to_thread(phone.answer)
    assert found["event"] == "done", found
    return found


def library_secrets() -> list[str]:
    """What the apps' GG20 library says of THEIRS: without leading zeros big-endian, and that reversed for EdDSA."""
    found, names = [], (OURS, THEIRS)
    for shares, order, eddsa in ((key(2, 2), N, False), (eddsa_key(2, 2), edwards.L, True)):
        data = numbers(private_key(shares, eddsa=eddsa), names, THEIRS, eddsa=eddsa)
        mine, other = share_point(THEIRS), share_point(OURS)
        ui = data["Xi"] * other * pow(other - mine, -1, order) % order
        raw = ui.to_bytes((ui.bit_length() + 7) // 8, "big")
        found.append((raw[::-1] if eddsa else raw).hex())
    assert len(found[0]) == 64  # or the apps would have lost a zero
    return found


@pytest.mark.parametrize("host", ["ours", "theirs"])
def test_migration(tmp_path: Path, host: str) -> None:
    old = read_vault(gg20_message(0, (OURS, THEIRS)).SerializeToString())
    assert isinstance(old, Gg20Vault)
    saved: list[Keygenned] = []

    async def save(made: Keygenned) -> None:
        saved.append(made)

    async def work(devices: Devices, url: str) -> None:
        with engine(tmp_path / "share", THEIRS) as phone:
            invitation = ceremony.invite_migrate(
                vault_name=old.name,
                public_key=old.public_key,
                chain_code=old.chain_code,
                signers=old.signers,
                relay_url=url,
            )
            keys = [old.public_key.hex(), old.eddsa_public_key.hex()]
            more = {"secrets": library_secrets(), "public_keys": keys, "threshold": 2, "size": 2}
            phone.making("migrate", invitation, url, host=host == "theirs", **more)
            take_part = ceremony.host_migrate if host == "ours" else ceremony.join_migrate
            made = await take_part(devices, invitation, vault=old, report=quiet, save=save, deadline=time.time() + 30)
            answer = await answered(phone)
            assert [answer["public_key"], answer["public_key_eddsa"]] == keys and made.confirmed
            assert old.migrated(made.share, made.eddsa, made.signers).share.chain_code == old.chain_code
            jobs = [Job(digest("a"), PATH), Job(b"solana", curve="eddsa")]
            for signer in ("ours", "theirs"):
                await sign(devices, url, phone, made, jobs, signer)

    run(tmp_path, work)
    assert len(saved) == 1


@pytest.mark.parametrize("host", ["ours", "theirs"])
def test_key_import(tmp_path: Path, host: str) -> None:
    saved: list[Keygenned] = []

    async def save(made: Keygenned) -> None:
        saved.append(made)

    async def work(devices: Devices, url: str) -> None:
        with engine(tmp_path / "share", THEIRS) as phone:
            invitation = ceremony.invite_key_import(vault_name="v", chains=CHAINS, relay_url=url)
            keys, wanted = seed_keys(), [key.hex() for key in public_keys(seed_keys())]
            theirs = [key.reveal().hex() for key in (keys.ecdsa, keys.eddsa, *(key for _, key in keys.chains))]
            more = {"chains": [[chain, curve_of(chain)] for chain in CHAINS], "threshold": 2, "size": 2}
            common = {"party": OURS, "report": quiet, "save": save, "deadline": time.time() + 30}
            if host == "ours":
                phone.making("keyimport", invitation, url, keys=None, **more)
                made = await ceremony.host_key_import(devices, invitation, size=2, keys=keys, **common)  # type: ignore[arg-type]
            else:
                phone.making("keyimport", invitation, url, host=True, keys=theirs, **more)
                made = await ceremony.join_key_import(devices, invitation, **common)  # type: ignore[arg-type]
            answer = await answered(phone)
            assert [answer["public_key"], answer["public_key_eddsa"], *answer["chains"]] == wanted
            assert made.confirmed
            vault = made.vault("v", 0)
            assert isinstance(Vault.from_bytes(vault.to_bytes()), Vault)
            of_chains = {found.chain: found.share for found in vault.chain_keys}
            ethereum, solana = of_chains["Ethereum"], of_chains["Solana"]
            assert isinstance(ethereum, Keyshare) and isinstance(solana, EddsaKeyshare)
            # the phone's driver keeps each key's share in a file: sign with the chains' ones
            for suffix, place in (("Ethereum", phone.share), ("Solana", Path(f"{phone.share}.eddsa"))):
                place.write_bytes(Path(f"{tmp_path / 'share'}.{suffix}").read_bytes())
            signing = Keygenned(ethereum, solana, made.signers, OURS)
            jobs = [Job(digest("evm"), "m"), Job(b"solana", curve="eddsa")]
            for signer in ("ours", "theirs"):
                await sign(devices, url, phone, signing, jobs, signer)

    run(tmp_path, work)
    assert len(saved) == 1


def test_reshare_of_imported_keys(tmp_path: Path) -> None:
    """Each chain's key after the roots. The apps do not do this yet; their engine does."""

    async def save(made: Keygenned) -> None:
        pass

    async def work(devices: Devices, url: str) -> None:
        with engine(tmp_path / "share", THEIRS) as phone:
            link = ceremony.invite_key_import(vault_name="v", chains=CHAINS, relay_url=url)
            chains = [[chain, curve_of(chain)] for chain in CHAINS]
            phone.making("keyimport", link, url, keys=None, chains=chains, threshold=2, size=2)
            common = {"party": OURS, "report": quiet, "save": save, "deadline": time.time() + 30}
            made = await ceremony.host_key_import(devices, link, size=2, keys=seed_keys(), **common)  # type: ignore[arg-type]
            await answered(phone)
            vault = made.vault("v", 0)

            invitation = ceremony.invite_reshare(
                vault_name="v",
                public_key=vault.public_key,
                chain_code=vault.chain_code,
                signers=vault.signers,
                chains=CHAINS,
                relay_url=url,
            )
            phone.reshare(invitation, url, member=True, size=2, chains=chains)
            common["held"] = Held.of(vault)
            new = await ceremony.host_reshare(devices, invitation, size=2, **common)  # type: ignore[arg-type]
            await answered(phone)
            assert new.confirmed
            after = vault.reshared(new.share, new.eddsa, new.signers, new.chain_keys)
            of_chains = {found.chain: found.share for found in after.chain_keys}
            before = {found.chain: found.share for found in vault.chain_keys}
            assert of_chains["Ethereum"].public_key == before["Ethereum"].public_key
            assert of_chains["Ethereum"].to_bytes() != before["Ethereum"].to_bytes()
            for suffix, place in (("Ethereum", phone.share), ("Solana", Path(f"{phone.share}.eddsa"))):
                place.write_bytes(Path(f"{phone.share}.{suffix}").read_bytes())
            signing = Keygenned(of_chains["Ethereum"], of_chains["Solana"], new.signers, OURS)  # type: ignore[arg-type]
            jobs = [Job(digest("evm"), "m"), Job(b"solana", curve="eddsa")]
            await sign(devices, url, phone, signing, jobs, "theirs")

    run(tmp_path, work)
