"""A GG20 vault's devices make DKLS shares of its keys: what stays, who must come, and what a device refuses."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from adversary.faulty_relay import DirectHttp, Faults, IncumbentQuirks
from ceremony.test_ceremonies import PACE, Device, run, soon
from ceremony.test_reshare import signs
from tandem import ceremony
from tandem.ceremony import Keygenned, MigrateInvitation
from tandem.errors import CosignerFault, CosignerTimeout, SetupRefused, TandemError, WireError
from tandem.mpc.setup import build_keygen
from tandem.relay.envelope import seal
from tandem.vault.vault import Gg20Vault, Vault, read_vault
from vault.files import gg20_message

NAMES = ("extension-1", "iPhone-5C9", "Pixel-123")


def old_vault(party: int, size: int = 3, **fields: object) -> Gg20Vault:
    message = gg20_message(party, NAMES[:size])
    for name, value in fields.items():
        setattr(message, name, value)
    vault = read_vault(message.SerializeToString())
    assert isinstance(vault, Gg20Vault)
    return vault


def invitation(vault: Gg20Vault) -> tuple[MigrateInvitation, MigrateInvitation]:
    sent = ceremony.invite_migrate(
        vault_name=vault.name,
        public_key=vault.public_key,
        chain_code=vault.chain_code,
        signers=vault.signers,
        relay_url="http://relay",
    )
    read = ceremony.parse_link(sent.link)
    assert isinstance(read, MigrateInvitation)
    assert (read.message, "tssType=Migrate" in sent.link) == (sent.message, True)
    return sent, read


async def migrate(devices: Sequence[Device], vaults: Sequence[Gg20Vault], seconds: float = 20) -> list[Keygenned]:
    """The first device hosts."""
    sent, read = invitation(vaults[0])
    work = []
    for device, vault in zip(devices, vaults, strict=True):
        hosts = device is devices[0]
        take_part = ceremony.host_migrate if hosts else ceremony.join_migrate
        work.append(
            take_part(
                device.devices,
                sent if hosts else read,
                vault=vault,
                report=device.progress.append,
                save=device.save,
                deadline=soon(seconds),
            )
        )
    found = await asyncio.gather(*work, return_exceptions=True)
    for one in devices:
        await one.tasks.settle(10)
    errors = [item for item in found if isinstance(item, BaseException)]
    if errors:  # whoever saw the fault says more than who was told of it
        raise next((error for error in errors if type(error).__name__ != "PeerAborted"), errors[0])
    return [item for item in found if not isinstance(item, BaseException)]


def devices(size: int, *layers: object) -> list[Device]:
    http = DirectHttp(layers) if layers else DirectHttp()  # type: ignore[arg-type]
    return [Device(name, http, replace(PACE, silence=6)) for name in NAMES[:size]]


@pytest.mark.parametrize(
    ("size", "layers"), [(2, ()), (3, ()), (2, (IncumbentQuirks(),)), (2, (Faults(drop=0.1, duplicate=0.2, seed=3),))]
)
def test_the_keys_stay_and_sign(size: int, layers: tuple[object, ...]) -> None:
    async def story() -> None:
        all_of, old = devices(size, *layers), [old_vault(party, size) for party in range(size)]
        made = await migrate(all_of, old)
        for device, before, one in zip(all_of, old, made, strict=True):
            new = before.migrated(one.share, one.eddsa, one.signers)
            assert isinstance(read_vault(new.to_bytes()), Vault)
            assert (new.public_key, new.eddsa.public_key) == (before.public_key, before.eddsa_public_key)
            assert new.share.chain_code == before.chain_code
            assert (new.threshold, new.party, new.name) == (before.threshold, before.party, before.name)
            assert (new.created, new.lib, set(new.signers)) == (before.created, "DKLS", set(before.signers))
            assert one.confirmed and device.saved and device.progress[-1].stage == "done"
            assert device.progress[-1].round == device.progress[-1].rounds == 8
        if not layers:
            await signs(all_of[: made[0].share.threshold], made[: made[0].share.threshold])

    run(story())


def test_what_the_old_vault_held_beside_its_shares_is_kept() -> None:
    async def story() -> None:
        message = gg20_message(0, NAMES[:2])
        message.key_shares.add(public_key="ff" * 32, keyshare="of a key we know nothing of")
        message.public_key_mldsa44 = "aa"
        content = message.SerializeToString() + bytes.fromhex("fa0603616263")  # a field of a version to come
        old = read_vault(content)
        assert isinstance(old, Gg20Vault)
        made = await migrate(devices(2), [old, old_vault(1, 2)])
        new = old.migrated(made[0].share, made[0].eddsa, made[0].signers)
        written = new.to_bytes()
        kept = type(message).FromString(written)
        assert kept.public_key_mldsa44 == "aa" and b"abc" in written
        keys = sorted([new.public_key.hex(), new.eddsa.public_key.hex(), "ff" * 32])
        assert sorted(held.public_key for held in kept.key_shares) == keys
        assert b"local_data" in content and b"local_data" not in written
        with pytest.raises(WireError):
            old_vault(0, 2, hex_chain_code="00" * 32).migrated(made[0].share, made[0].eddsa, made[0].signers)
        with pytest.raises(WireError):
            old.migrated(made[0].share, made[0].eddsa, ("extension-1", "stranger"))

    run(story())


def test_all_devices_have_to_come() -> None:
    async def story() -> None:
        with pytest.raises(CosignerTimeout):
            await migrate(devices(2), [old_vault(0), old_vault(1)], seconds=0.5)

    run(story())


def test_only_the_vaults_devices_count() -> None:
    """A stranger who follows the link is not taken for one of them."""

    async def story() -> None:
        host, *_ = devices(2)
        sent, _ = invitation(old_vault(0, 2))
        await host.devices.relay.register(sent.session_id, "stranger")
        with pytest.raises(CosignerTimeout):
            await ceremony.host_migrate(
                host.devices,
                sent,
                vault=old_vault(0, 2),
                report=host.progress.append,
                save=host.save,
                deadline=soon(0.5),
            )
        assert not host.saved

    run(story())


@pytest.mark.parametrize("hosts", [True, False])
def test_a_link_for_another_vault(hosts: bool) -> None:
    async def story() -> None:
        device, *_ = devices(2)
        sent, read = invitation(replace(old_vault(0, 2), public_key=bytes.fromhex("02" + "11" * 32)))
        take_part = ceremony.host_migrate if hosts else ceremony.join_migrate
        with pytest.raises(SetupRefused):
            await take_part(
                device.devices,
                sent if hosts else read,
                vault=old_vault(0, 2),
                report=device.progress.append,
                save=device.save,
                deadline=soon(2),
            )
        assert not device.http.requests

    run(story())


@pytest.mark.parametrize("lie", ["threshold", "a stranger", "one is missing", "another device", "key id"])
def test_a_setup_that_is_not_of_all_the_vaults_devices_is_refused(lie: str) -> None:
    async def story() -> None:
        host, joiner, _ = devices(3)
        old = old_vault(1)
        sent, read = invitation(old)
        threshold, names, key_id = 2, list(NAMES), None
        if lie == "threshold":
            threshold = 3
        elif lie == "a stranger":
            names.append("stranger")
        elif lie == "one is missing":
            names.remove(NAMES[2])
        elif lie == "another device":
            names[2] = "stranger"
        else:
            key_id = bytes(32)
        text = build_keygen(threshold, names, key_id=key_id)
        await host.devices.relay.upload_setup(sent.session_id, seal(sent.key, text), None)
        with pytest.raises(SetupRefused):
            await ceremony.join_migrate(
                joiner.devices,
                read,
                vault=old,
                report=joiner.progress.append,
                save=joiner.save,
                deadline=soon(),
            )
        assert not joiner.saved and not joiner.journal.ids

    run(story())


def test_a_setup_is_run_once() -> None:
    async def story() -> None:
        host, joiner = devices(2)
        old = old_vault(1, 2)
        sent, read = invitation(old)
        text = build_keygen(2, NAMES[:2])
        await host.devices.relay.upload_setup(sent.session_id, seal(sent.key, text), None)
        joiner.pace = replace(PACE, silence=0.3)
        for wanted in (CosignerTimeout, SetupRefused):
            with pytest.raises(wanted):
                await ceremony.join_migrate(
                    joiner.devices,
                    read,
                    vault=old,
                    report=joiner.progress.append,
                    save=joiner.save,
                    deadline=soon(),
                )

    run(story())


def test_summands_that_do_not_add_up() -> None:
    """The phone's share is sane and of the same key, but of another sharing, as after a reshare it missed."""
    message = gg20_message(1, NAMES[:2])
    other = gg20_message(1, NAMES[:2], seed=8)
    del message.key_shares[:]
    message.key_shares.extend(other.key_shares)
    stale = read_vault(message.SerializeToString())
    assert isinstance(stale, Gg20Vault)

    async def story() -> None:
        two = devices(2)
        with pytest.raises(CosignerFault) as caught:
            await migrate(two, [old_vault(0, 2), stale])
        assert not caught.value.must_ban
        assert not any(device.saved for device in two)

    run(story())


def test_different_chain_codes() -> None:
    async def story() -> None:
        two = devices(2)
        with pytest.raises(CosignerFault):
            await migrate(two, [old_vault(0, 2), old_vault(1, 2, hex_chain_code="ab" * 32)])
        assert not any(device.saved for device in two)

    run(story())


def test_a_share_that_is_none_of_the_key_is_found_before_anybody_is_asked() -> None:
    async def story() -> None:
        two = devices(2)
        message = gg20_message(0, NAMES[:2])
        message.key_shares[0].keyshare = message.key_shares[0].keyshare.replace('"Xi": ', '"Xi": 1', 1)
        broken = read_vault(message.SerializeToString())
        assert isinstance(broken, Gg20Vault)
        with pytest.raises(TandemError) as caught:
            await migrate(two[:1], [broken])
        assert isinstance(caught.value, WireError) and not two[0].http.requests

    run(story())
