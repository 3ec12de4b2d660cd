"""Migration: all devices of a GG20 vault make DKLS shares of its keys (relay-and-sessions §5.2). Host and joiner.

The keys, the chain code and so all addresses stay. It is a key generation to which every device brings what its old
share weighs, so it needs all of them and nobody else; that what they brought adds up to the keys, everybody checks. The
old vault is to be kept until the new shares have signed.
"""

from collections.abc import Awaitable, Callable

from tandem.ceremony.devices import Devices, Keygenned, Progress, Report, line_of
from tandem.ceremony.keygen import ROUNDS, make_both
from tandem.ceremony.meet import await_setup, gather, publisher
from tandem.curve.secret import Secret
from tandem.errors import SetupRefused
from tandem.mpc.dkls import migrate as ecdsa
from tandem.mpc.schnorr import migrate as eddsa
from tandem.mpc.setup import KeygenSetup, build_keygen, parse_keygen, require_keygen
from tandem.relay.exchange import Outbox
from tandem.relay.line import Line
from tandem.relay.pairing import MigrateInvitation
from tandem.vault.vault import Gg20Vault


async def host_migrate(
    devices: Devices,
    invitation: MigrateInvitation,
    *,
    vault: Gg20Vault,
    report: Report,
    save: Callable[[Keygenned], Awaitable[None]],
    deadline: float,
) -> Keygenned:
    """Migrate with all the vault's other devices. Raises WireError when our old shares are not of the vault's keys."""
    summands = _summands(invitation, vault)
    line = line_of(devices, invitation, vault.party)
    report(Progress("waiting", rounds=ROUNDS))
    peers = await gather(line, vault.signers, len(vault.signers) - 1, deadline, report)
    committee = (vault.party, *peers)
    text = build_keygen(vault.threshold, committee, rng=devices.rng)
    outbox = Outbox(line)
    publish = publisher(line, outbox, committee, ((None, text),), everything=True)
    return await _migrate(devices, line, outbox, invitation, parse_keygen(text), vault, summands, publish, report, save)


async def join_migrate(
    devices: Devices,
    invitation: MigrateInvitation,
    *,
    vault: Gg20Vault,
    report: Report,
    save: Callable[[Keygenned], Awaitable[None]],
    deadline: float,
) -> Keygenned:
    """Take part in a migration that another device hosts. Raises as host_migrate does, and SetupRefused when the setup
    is not for the vault's devices."""
    summands = _summands(invitation, vault)
    line = line_of(devices, invitation, vault.party)
    report(Progress("waiting", rounds=ROUNDS))
    setup = await await_setup(line, None, parse_keygen, deadline)
    require_keygen(setup, threshold=vault.threshold, names=vault.signers)
    if setup.key_id is not None:
        raise SetupRefused("key id")  # no app gives the new shares one; it would be somebody else's choice
    return await _migrate(devices, line, Outbox(line), invitation, setup, vault, summands, lambda: None, report, save)


def _summands(invitation: MigrateInvitation, vault: Gg20Vault) -> tuple[Secret, Secret]:
    """Before anybody is asked for anything."""
    if invitation.public_key != vault.public_key:
        raise SetupRefused("the link is for another vault")
    return vault.summands()


async def _migrate(
    devices: Devices,
    line: Line,
    outbox: Outbox,
    invitation: MigrateInvitation,
    setup: KeygenSetup,
    vault: Gg20Vault,
    summands: tuple[Secret, Secret],
    publish: Callable[[], None],
    report: Report,
    save: Callable[[Keygenned], Awaitable[None]],
) -> Keygenned:
    code, rng = vault.chain_code, devices.rng
    first = ecdsa.migrate(setup, line.party, summands[0], vault.public_key, code, rng=rng)
    second = eddsa.migrate(setup, line.party, summands[1], vault.eddsa_public_key, code, rng=rng)
    for summand in summands:
        summand.wipe()
    batched = invitation.message.is_tss_batch
    return await make_both(devices, line, outbox, setup, first, second, publish, report, save, batched=batched)
