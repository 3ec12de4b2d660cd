"""Keys of a seed phrase become shared: which, with whom, and what a device refuses."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from adversary.faulty_relay import DirectHttp, Faults, IncumbentQuirks
from ceremony.test_ceremonies import PACE, Device, run, soon
from ceremony.test_reshare import signs
from tandem import ceremony
from tandem.ceremony import Keygenned, KeyImportInvitation, SeedKeys
from tandem.chains.reading import own_account
from tandem.curve import edwards
from tandem.curve.point import base
from tandem.curve.scalar import Scalar
from tandem.curve.secret import Secret
from tandem.errors import Bug, CosignerFault, CosignerTimeout, SetupRefused, TandemError, WireError
from tandem.mpc.setup import build_keygen
from tandem.relay.envelope import seal
from tandem.vault.phrase import seed_of
from tandem.vault.vault import Vault, read_vault

PHRASE = "test test test test test test test test test test test junk"
NAMES = ("extension-1", "iPhone-5C9", "Pixel-123")
CHAINS = ("Ethereum", "Solana")


@dataclass
class Importer(Device):
    brought: list[Keygenned] = field(default_factory=list)

    async def keep(self, made: Keygenned) -> None:
        self.brought.append(made)


def seed_keys(chains: Sequence[str] = CHAINS) -> SeedKeys:
    return ceremony.keys_of_seed(seed_of(PHRASE), chains)


def public_keys(keys: SeedKeys) -> list[bytes]:
    """Of the roots and the chains."""
    found = [("ecdsa", keys.ecdsa), ("eddsa", keys.eddsa)]
    found += [("eddsa" if chain == "Solana" else "ecdsa", key) for chain, key in keys.chains]
    return [
        bytes(base(Scalar.parse(key.reveal())))
        if curve == "ecdsa"
        else bytes(edwards.base(edwards.Scalar.parse(key.reveal())))
        for curve, key in found
    ]


def invitation(
    chains: Sequence[str] = CHAINS, *, batched: bool = False
) -> tuple[KeyImportInvitation, KeyImportInvitation]:
    sent = ceremony.invite_key_import(vault_name="v", chains=chains, relay_url="http://relay")
    read = ceremony.parse_link(sent.link)
    assert isinstance(read, KeyImportInvitation)
    assert (read.message, read.message.lib_type, "tssType=KeyImport" in sent.link) == (sent.message, 2, True)
    for one in (sent, read):
        one.message.is_tss_batch = batched
    return sent, read


async def bring(
    devices: Sequence[Importer],
    links: tuple[KeyImportInvitation, KeyImportInvitation],
    keys: SeedKeys | None = None,
    seconds: float = 20,
) -> list[Keygenned]:
    """The first device hosts."""
    sent, read = links
    host = devices[0]
    work = [
        ceremony.host_key_import(
            host.devices,
            sent,
            party=host.name,
            size=len(devices),
            keys=keys or seed_keys(sent.chains),
            report=host.progress.append,
            save=host.keep,
            deadline=soon(seconds),
        )
    ]
    work += [
        ceremony.join_key_import(
            one.devices, read, party=one.name, report=one.progress.append, save=one.keep, deadline=soon(seconds)
        )
        for one in devices[1:]
    ]
    found = await asyncio.gather(*work, return_exceptions=True)
    for one in devices:
        await one.tasks.settle(10)
    errors = [item for item in found if isinstance(item, BaseException)]
    if errors:  # whoever saw the fault says more than who was told of it
        raise next((error for error in errors if type(error).__name__ != "PeerAborted"), errors[0])
    return [item for item in found if not isinstance(item, BaseException)]


def devices(size: int, *layers: object) -> list[Importer]:
    http = DirectHttp(layers) if layers else DirectHttp()  # type: ignore[arg-type]
    return [Importer(name, http, replace(PACE, silence=8)) for name in NAMES[:size]]


@pytest.mark.parametrize(
    ("size", "layers", "batched"),
    [
        (2, (), False),
        (3, (), False),
        (2, (), True),
        (2, (IncumbentQuirks(),), False),
        (2, (Faults(drop=0.1, duplicate=0.2, seed=5),), False),
    ],
)
def test_the_keys_are_the_phrases(size: int, layers: tuple[object, ...], batched: bool) -> None:
    async def story() -> None:
        wanted, keys = public_keys(seed_keys()), seed_keys()
        made = await bring(devices(size, *layers), invitation(batched=batched), keys)
        assert not any(key.reveal().strip(b"\0") for key in (keys.ecdsa, keys.eddsa, *(k for _, k in keys.chains)))
        for one in made:
            roots = [one.share.public_key, one.eddsa.public_key]
            assert roots + [key.share.public_key for key in one.chain_keys] == wanted
            assert [key.chain for key in one.chain_keys] == list(CHAINS)
            assert one.share.threshold == ceremony.family_threshold(size) and one.confirmed
            assert one.signers == NAMES[:size]
        ethereum, solana = wanted[2:]
        vault = made[1].vault("brought", 7)
        assert (vault.lib, vault.party, vault.created) == ("KeyImport", NAMES[1], 7)
        read = read_vault(vault.to_bytes())
        assert isinstance(read, Vault)
        for chain in ("Ethereum", "BSC", "Base"):
            assert read.public_key_of(chain, "m/44/60/0/0/0", "ecdsa") == ethereum
        assert own_account("eip155", ethereum) == "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
        assert read.public_key_of("Solana", "m", "eddsa") == solana
        assert read.to_bytes() == vault.to_bytes()

    run(story())


def test_the_chains_keys_sign() -> None:
    async def story() -> None:
        two = devices(2)
        made = await bring(two, invitation())
        imported = [one.brought[0] for one in two]
        chains = [
            replace(one, share=all_of.chain_keys[0].share, eddsa=all_of.chain_keys[1].share)  # type: ignore[arg-type]
            for one, all_of in zip(made, imported, strict=True)
        ]
        for one in two:
            one.progress.clear()
        await signs(two, chains)
        await signs(two, made)

    run(story())


def test_a_link_of_a_phone_names_relatives_one_by_one() -> None:
    """As the phones have it: a ceremony for each. All devices sign with the first share of a key."""

    async def story() -> None:
        made = await bring(devices(2), invitation(("BSC", "Ethereum")))
        vaults = [one.vault("v", 0) for one in made]
        for vault in vaults:
            shares = {key.chain: key.share for key in vault.chain_keys}
            assert shares["Ethereum"] is shares["BSC"] is shares["Polygon"]
            assert [key.chain for key in vault.chain_keys][:2] == ["BSC", "Ethereum"]
        ids = {vault.chain_keys[0].share.final_session_id for vault in vaults}  # type: ignore[union-attr]
        assert len(ids) == 1

    run(story())


@pytest.mark.parametrize(
    ("named", "run_for"),
    [
        (("Ethereum", "BSC", "Solana"), ("Ethereum", "Solana")),
        (("Ethereum", "Solana", "BSC", "Base"), ("Ethereum", "Solana")),
        (("BSC", "Ethereum", "Base"), ("BSC",)),
        (("Ethereum", "BSC", "Solana"), ("Ethereum", "BSC", "Solana")),
    ],
)
def test_a_link_of_a_desktop_app_names_chains_that_share_a_ceremony(
    named: tuple[str, ...], run_for: tuple[str, ...]
) -> None:
    """The host runs one for all chains of a path, whatever its link names; the last case is a phone's."""

    async def story() -> None:
        two = devices(2)
        sent, read = invitation(run_for)
        del read.message.chains[:]
        read.message.chains.extend(named)
        made = await bring(two, (sent, read))
        assert [key.chain for key in made[1].chain_keys] == list(named)
        vaults = [one.vault("v", 0) for one in made]
        for chain in set(named) - {"Solana"}:
            shares = [vault.signing_key(chain, "m", "ecdsa").share for vault in vaults]
            assert shares[0].final_session_id == shares[1].final_session_id

    run(story())


def test_links_that_are_none() -> None:
    for chains in (("Ethereum", "Ethereum"), ("",), ("a/b",), ("x" * 300,), [f"c{n}" for n in range(65)]):
        sent = ceremony.invite_key_import(vault_name="v", chains=chains)
        with pytest.raises(WireError):
            ceremony.parse_link(sent.link)


def test_a_chain_that_is_not_known_is_refused_before_we_enter() -> None:
    async def story() -> None:
        (joiner,) = devices(1)
        with pytest.raises(WireError, match="QBTC"):
            await ceremony.join_key_import(
                joiner.devices,
                invitation(("Ethereum", "QBTC"))[1],
                party=joiner.name,
                report=joiner.progress.append,
                save=joiner.keep,
                deadline=soon(),
            )
        assert not joiner.http.requests

    run(story())


def test_the_host_brings_what_the_link_says() -> None:
    async def story() -> None:
        for chains in (CHAINS[::-1], CHAINS[:1]):
            with pytest.raises(Bug):
                await bring(devices(1), invitation(), seed_keys(chains))

    run(story())


def test_chains_in_another_order_than_the_links() -> None:
    """The host runs them its own way: the phone waits for a key that does not come, and nobody gets a vault."""

    async def story() -> None:
        two = [replace(one, pace=replace(PACE, silence=1.5)) for one in devices(2)]
        sent, read = invitation()
        read.message.chains[:] = CHAINS[::-1]
        with pytest.raises(CosignerTimeout):
            await bring(two, (sent, read))
        assert not any(one.brought for one in two)

    run(story())


def test_nobody_comes() -> None:
    async def story() -> None:
        keys = seed_keys()
        host, other = devices(2)
        with pytest.raises(CosignerTimeout):
            await ceremony.host_key_import(
                host.devices,
                invitation()[0],
                party=host.name,
                size=2,
                keys=keys,
                report=host.progress.append,
                save=host.keep,
                deadline=soon(0.3),
            )
        assert not keys.ecdsa.reveal().strip(b"\0") and other.brought == []

    run(story())


@pytest.mark.parametrize(
    ("place", "lie", "refused"),
    [
        (None, "threshold", "threshold"),
        (None, "not us", "other devices were chosen"),
        (None, "we are the host", "the keys would have to be ours"),
        (None, "key id", "key id"),
        ("eddsa_key_import", "another committee", "names"),
        ("eddsa_key_import", "another order", "the keys name the devices in another order"),
        ("eddsa_key_import", "the same again", "replay: this session has been run before"),
        ("eddsa_key_import", "missing", None),
        ("Ethereum", "another committee", "names"),
        ("Ethereum", "key id", "key id"),
        ("Solana", "threshold", "threshold"),
        ("Solana", "the same again", "replay: this session has been run before"),
    ],
)
def test_setups_that_are_not_all_of_one_committee(place: str | None, lie: str, refused: str | None) -> None:
    """The first setups are honest, so that the host, who is the liar, runs them with us."""

    async def story() -> None:
        host, joiner = [replace(one, pace=replace(PACE, silence=2)) for one in devices(2)]
        sent, read = invitation()
        names, threshold, key_id = [host.name, joiner.name], 2, None
        if lie == "threshold":
            names, threshold = ([*names, "third", "fourth"], 2) if place is None else (names, 2)
        elif lie == "not us":
            names[1] = "stranger"
        elif lie in ("we are the host", "another order"):
            names.reverse()
        elif lie == "another committee":
            names.append("third")
        elif lie == "key id":
            key_id = bytes(32)
        text = build_keygen(threshold, names, key_id=key_id)
        if lie == "threshold" and place is not None:
            text = build_keygen(3, [*names, "third"])
        relay, upload = host.devices.relay, type(host.devices.relay).upload_setup
        spoiled = []

        async def spoil(self: object, session: str, content: str, at: str | None = None) -> None:
            """What the host puts on the relay at this place is the lie."""
            if at == place:
                spoiled.append(content)
                if lie == "missing":
                    return
                if lie == "the same again":
                    found = await relay.setup(session, None)
                    assert found is not None
                    content = found
                else:
                    content = seal(sent.key, text)
            await upload(relay, session, content, at)

        patch = pytest.MonkeyPatch()
        patch.setattr(type(relay), "upload_setup", spoil)
        try:
            errors: list[BaseException] = []
            work = asyncio.gather(
                ceremony.host_key_import(
                    host.devices,
                    sent,
                    party=host.name,
                    size=2,
                    keys=seed_keys(),
                    report=host.progress.append,
                    save=host.keep,
                    deadline=soon(),
                ),
                ceremony.join_key_import(
                    joiner.devices,
                    read,
                    party=joiner.name,
                    report=joiner.progress.append,
                    save=joiner.keep,
                    deadline=soon(),
                ),
                return_exceptions=True,
            )
            _, error = await work
            errors.append(error)  # type: ignore[arg-type]
        finally:
            patch.undo()
        error = errors[0]
        assert spoiled and isinstance(error, CosignerTimeout if refused is None else SetupRefused), errors
        assert isinstance(error, TandemError) and refused in (None, error.detail)
        assert not joiner.brought and not host.brought

    run(story())


def test_another_chain_code_than_the_links() -> None:
    async def story() -> None:
        two = [replace(one, pace=replace(PACE, silence=2)) for one in devices(2)]
        sent, read = invitation()
        sent.message.hex_chain_code = "ab" * 32
        with pytest.raises(TandemError) as caught:
            await bring(two, (sent, read))
        assert isinstance(caught.value, SetupRefused | CosignerTimeout) and not any(one.brought for one in two)

    run(story())


@pytest.mark.parametrize("key", [bytes(32), b"\xff" * 32])
def test_keys_that_are_none(key: bytes) -> None:
    async def story() -> None:
        keys = replace(seed_keys(), ecdsa=Secret(key))
        two = [replace(one, pace=replace(PACE, silence=1)) for one in devices(2)]
        with pytest.raises((WireError, CosignerTimeout, CosignerFault)):
            await bring(two, invitation(), keys, seconds=3)
        assert not any(one.brought for one in two)

    run(story())
