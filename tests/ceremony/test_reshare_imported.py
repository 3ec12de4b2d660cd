"""Reshare of a vault of a seed phrase's keys: those of its chains are passed on with the roots, or nothing is."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from ceremony.test_ceremonies import PACE, Device, keygen, run, soon
from ceremony.test_key_import import Importer, bring, invitation
from ceremony.test_key_import import devices as importers
from ceremony.test_reshare import devices, held, reshare, signs
from ceremony.test_reshare import invitation as to_reshare
from tandem import ceremony
from tandem.ceremony import Held, Keygenned
from tandem.errors import Bug, CosignerTimeout, RelayFault, SetupRefused, TandemError, VaultFault, WireError
from tandem.mpc.setup import build_reshare
from tandem.proto import vault_pb2
from tandem.proto.keygen_pb2 import ReshareMessage
from tandem.relay.envelope import seal
from tandem.relay.pairing import reshare_link
from tandem.vault.vault import ChainKey, Vault

CHAINS = ("Ethereum", "BSC", "Solana")


async def imported(two: Sequence[Importer]) -> list[Keygenned]:
    return await bring(two, invitation(CHAINS))


def of_chains(made: Keygenned) -> Keygenned:
    """What the chains are signed with, as the two shares of a vault."""
    shares = {key.chain: key.share for key in made.vault("v", 0).chain_keys}
    return replace(made, share=shares["Polygon"], eddsa=shares["Solana"])  # type: ignore[arg-type]


def test_a_new_device_signs_for_every_chain() -> None:
    async def story() -> None:
        three = importers(3)
        old = await imported(three[:2])
        vaults = [made.vault("v", 7) for made in old]
        for one in three:
            one.progress.clear()
        made = await reshare(three, [*old, None])
        assert three[2].progress[-1].round == three[2].progress[-1].rounds == 7 + 4 + 7 + 4  # each key once
        kept = [
            vault.reshared(one.share, one.eddsa, one.signers, one.chain_keys)
            for vault, one in zip(vaults, made, strict=False)
        ]
        for vault in (*kept, made[2].vault("v", 7, vaults[0].chain_code)):
            read = Vault.from_bytes(vault.to_bytes())
            assert (read.lib, read.threshold, read.chain_code) == ("KeyImport", 2, vaults[0].chain_code)
            for chain in ("Ethereum", "BSC", "Base", "Solana"):
                curve = "eddsa" if chain == "Solana" else "ecdsa"
                wanted = vaults[0].public_key_of(chain, "m/44/60/0/0/0", curve)
                assert read.public_key_of(chain, "m/44/60/0/0/0", curve) == wanted
        for pair in ((0, 2), (2, 1)):
            await signs([three[n] for n in pair], [of_chains(made[n]) for n in pair])
        with pytest.raises(TandemError):  # old shares do not mix with new ones, of a chain's key either
            await signs(three[:2], [of_chains(old[0]), of_chains(made[1])])

    run(story())


def test_shares_that_nobody_signs_with_go() -> None:
    """Phones run a ceremony for each chain; what a key has beside its first share is of the old devices."""

    async def story() -> None:
        two = importers(2)
        old = await imported(two)
        message = vault_pb2.Vault.FromString(old[0].vault("v", 7).to_bytes())
        key = old[0].chain_keys[0].share.public_key.hex()
        message.key_shares.add(public_key=key, keyshare="AAAA")
        message.key_shares.add(public_key="ff" * 16, keyshare="of a kind that is not known")
        vault = Vault.from_bytes(message.SerializeToString())
        (made, _) = await reshare(two, old)
        written = vault_pb2.Vault.FromString(
            vault.reshared(made.share, made.eddsa, made.signers, made.chain_keys).to_bytes()
        )
        assert [held.public_key for held in written.key_shares].count(key) == 1
        assert "AAAA" not in {held.keyshare for held in written.key_shares}
        assert "ff" * 16 in {held.public_key for held in written.key_shares}
        for missing in ((), made.chain_keys[:1]):
            with pytest.raises(VaultFault):
                vault.reshared(made.share, made.eddsa, made.signers, missing)

    run(story())


def test_links_that_are_none() -> None:
    message = ReshareMessage(
        session_id="s", encryption_key_hex="11" * 32, public_key_ecdsa="02" * 33, hex_chain_code="11" * 32
    )
    whole = ReshareMessage()
    whole.CopyFrom(message)
    whole.chains.extend(("Ethereum", "Solana"))
    assert ceremony.parse_link(reshare_link(whole)).chains == ("Ethereum", "Solana")  # type: ignore[union-attr]
    for wrong in (
        reshare_link(whole).replace("ReshareImported", "Reshare"),
        reshare_link(message).replace("Reshare", "ReshareImported"),
    ):
        with pytest.raises(WireError):
            ceremony.parse_link(wrong)
    for chains in (("Ethereum", "Ethereum"), ("a/b",)):
        del whole.chains[:]
        whole.chains.extend(chains)
        with pytest.raises(WireError):
            ceremony.parse_link(reshare_link(whole))
    whole.hex_chain_code = ""
    del whole.chains[:]
    whole.chains.append("Ethereum")
    with pytest.raises(WireError):
        ceremony.parse_link(reshare_link(whole))


async def join(joiner: Device, read: object, brought: Held | None) -> None:
    assert isinstance(read, ceremony.ReshareInvitation)
    await ceremony.join_reshare(
        joiner.devices,
        read,
        party=joiner.name,
        held=brought,
        report=lambda _: None,
        save=joiner.save,
        deadline=soon(),
    )


@pytest.mark.parametrize("lie", ["fewer", "others", "none"])
def test_a_link_for_other_chains_than_the_vaults(lie: str) -> None:
    async def story() -> None:
        two = importers(2)
        old = await imported(two)
        sent, read = to_reshare(old[0])
        chains = {"fewer": ["Ethereum"], "others": ["Ethereum", "Solana", "Bitcoin"], "none": []}[lie]
        for each in (sent, read):
            del each.message.chains[:]
            each.message.chains.extend(chains)
        brought = held(old[0])
        assert brought is not None
        before = len(two[1].http.requests)
        with pytest.raises(SetupRefused):
            await join(two[1], read, held(old[1]))
        assert len(two[1].http.requests) == before
        with pytest.raises(Bug):
            await ceremony.host_reshare(
                two[0].devices,
                sent,
                party=two[0].name,
                held=brought,
                size=2,
                report=lambda _: None,
                save=two[0].save,
                deadline=soon(),
            )

    run(story())


@pytest.mark.parametrize(
    ("lie", "refused"),
    [
        ("another key", "public key"),
        ("another curve", None),
        ("another committee", "new names"),
        ("another order", "the keys name the new devices in another order"),
        ("missing", None),
    ],
)
def test_a_chain_that_is_not_passed_on_as_the_roots_are(lie: str, refused: str | None) -> None:
    """Then nobody gets new shares of anything."""

    async def story() -> None:
        two = [replace(one, pace=replace(PACE, silence=2)) for one in importers(2)]
        old = await imported(two)
        saved = [len(one.saved) for one in two]
        ethereum, solana = old[0].chain_keys[0].share, old[0].chain_keys[2].share
        names, share, curve = [one.name for one in two], ethereum, "ecdsa"
        if lie == "another key":
            share = old[0].share
        elif lie == "another curve":
            share, curve = solana, "eddsa"
        elif lie == "another committee":
            names = [*names, "third"]
        elif lie == "another order":
            names.reverse()
        members = list(range(len(names)))
        threshold = ceremony.family_threshold(len(names))
        text = build_reshare(share.key_id, share.public_key, threshold, names, [0, 1], members, curve=curve)  # type: ignore[arg-type]
        sent, read = to_reshare(old[0])
        upload = type(two[0].devices.relay).upload_setup

        async def spoil(self: object, session: str, content: str, at: str | None = None) -> None:
            if at == "Ethereum":
                if lie == "missing":
                    return
                content = seal(sent.key, text)
            await upload(self, session, content, at)  # type: ignore[arg-type]

        brought = held(old[0])
        assert brought is not None
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(type(two[0].devices.relay), "upload_setup", spoil)
            hosting = ceremony.host_reshare(
                two[0].devices,
                sent,
                party=two[0].name,
                held=brought,
                size=2,
                report=lambda _: None,
                save=two[0].save,
                deadline=soon(),
            )
            _, error = await asyncio.gather(hosting, join(two[1], read, held(old[1])), return_exceptions=True)
        wanted = {"missing": CosignerTimeout, "another curve": RelayFault}.get(lie, SetupRefused)
        assert isinstance(error, wanted) and isinstance(error, TandemError) and refused in (None, error.detail), error
        assert [len(one.saved) for one in two] == saved

    run(story())


@pytest.mark.parametrize(
    ("chain", "refused"), [("Ethereum", "old parties bring a share, others do not"), ("Solana", "public key")]
)
def test_a_share_of_the_other_curve_is_none(chain: str, refused: str) -> None:
    """As the file of a vault could have it: its owner hosts, and the roots are passed on first."""

    async def story() -> None:
        two = [replace(one, pace=replace(PACE, silence=1)) for one in devices(2)]
        old = await keygen(two)
        saved = [len(one.saved) for one in two]
        wrong = [one.eddsa if chain == "Ethereum" else one.share for one in old]
        sent, read = to_reshare(old[0])
        for each in (sent, read):
            each.message.chains.append(chain)
        brought = [
            Held(one.share, one.eddsa, one.signers, (ChainKey(chain, share),))  # type: ignore[arg-type]
            for one, share in zip(old, wrong, strict=True)
        ]
        hosting = ceremony.host_reshare(
            two[0].devices,
            sent,
            party=two[0].name,
            held=brought[0],
            size=2,
            report=lambda _: None,
            save=two[0].save,
            deadline=soon(),
        )
        error, _ = await asyncio.gather(hosting, join(two[1], read, brought[1]), return_exceptions=True)
        assert isinstance(error, SetupRefused) and error.detail == refused
        assert [len(one.saved) for one in two] == saved

    run(story())
