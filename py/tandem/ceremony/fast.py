"""Ceremonies with the fast vault's server as one of the devices (relay-and-sessions §8).

The server is asked over HTTP once we are in the session on the relay, and then comes like any other device; from there
on the ceremony is the ordinary one with us as its host, and its checks are the same. What the server is asked spends
the session: whatever fails, the next attempt needs a new invitation.

Nobody reads a transaction on the other side. Who knows the password and has this device signs.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from tandem.ceremony.devices import Devices, Job, Keygenned, Report, family_threshold, line_of
from tandem.ceremony.keygen import host_keygen
from tandem.ceremony.keysign import AnySignature, Begun, host_keysign
from tandem.ceremony.reshare import Held, host_reshare
from tandem.entropy import Rng
from tandem.errors import BadRequest, Banned, Bug, RelayFault, ServiceFault, TooMany, VaultFault
from tandem.mpc.keyshare import Keyshare
from tandem.mpc.schnorr.keyshare import EddsaKeyshare
from tandem.relay.fast_vault import PREFIX, ServerShare, VaultServer, server_of
from tandem.relay.line import Line
from tandem.relay.pairing import KeygenInvitation, KeysignInvitation, ReshareInvitation

_STORED = 10  # times, a second apart, that the server is asked whether it has stored its share


def server_party(rng: Rng) -> str:
    """A party id for the server in a new vault: the client chooses it."""
    return PREFIX + rng(8).hex()


async def fast_keygen(
    devices: Devices,
    server: VaultServer,
    invitation: KeygenInvitation,
    *,
    party: str,
    share: ServerShare,
    size: int = 2,
    report: Report,
    save: Callable[[Keygenned], Awaitable[None]],
    deadline: float,
) -> Keygenned:
    """Make a vault with the server, and with the first `size - 2` devices that follow the invitation.

    `confirmed` says here that the server has stored its share: it says that it is done before it does so. `save` has a
    minute; after that the server forgets what it made.
    """
    await _enter(line_of(devices, invitation, party))
    await server.create(invitation, share)
    made = await host_keygen(
        devices,
        invitation,
        party=party,
        size=size,
        threshold=family_threshold(size),
        report=report,
        save=save,
        deadline=deadline,
        awaited=(share.party,),
    )
    return replace(made, confirmed=made.confirmed and await _stored(devices, server, made.share))


async def fast_keysign(
    devices: Devices,
    server: VaultServer,
    invitation: KeysignInvitation,
    *,
    party: str,
    share: Keyshare,
    eddsa: EddsaKeyshare,
    signers: Sequence[str],
    jobs: Sequence[Job],
    chain: str,
    password: str,
    report: Report,
    deadline: float,
    begun: Begun | None = None,
) -> tuple[AnySignature, ...]:
    """Sign `jobs` with the server, all of one curve and path: the server takes no others. `chain` is Vultisig's name.

    Where two sign, nobody but the server is waited for. Raises WrongPassword before anything was computed.
    """
    helper = server_of(signers)
    if helper is None:
        raise VaultFault("no server holds a share of this vault")
    if len({(job.path, job.curve) for job in jobs}) != 1:
        raise Bug("one request to the server is for one path and curve")
    if helper in await devices.journal.banned(share.final_session_id):
        raise Banned("the server is banned from this vault")
    await _enter(line_of(devices, invitation, party))
    digests = {job.digest for job in jobs}
    await server.sign(
        invitation, messages=[*digests], path=jobs[0].path, curve=jobs[0].curve, chain=chain, password=password
    )
    return await host_keysign(
        devices,
        invitation,
        party=party,
        share=share,
        eddsa=eddsa,
        signers=(party, helper) if share.threshold == 2 else signers,
        jobs=jobs,
        report=report,
        deadline=deadline,
        begun=begun,
    )


async def fast_reshare(
    devices: Devices,
    server: VaultServer,
    invitation: ReshareInvitation,
    *,
    party: str,
    held: Held,
    size: int,
    share: ServerShare,
    report: Report,
    save: Callable[[Keygenned], Awaitable[None]],
    deadline: float,
) -> Keygenned:
    """Pass the keys on to this device, the server, and the first `size - 2` devices that come. A server that holds a
    share already keeps its party id and password; else it is a new device. `confirmed` as in fast_keygen, but for a
    server that had a share before it cannot be told which one it has stored."""
    if server_of(held.signers) not in (None, share.party):
        raise BadRequest("the server is known under another name in this vault")
    await _enter(line_of(devices, invitation, party))
    await server.reshare(invitation, share)
    made = await host_reshare(
        devices,
        invitation,
        party=party,
        held=held,
        size=size,
        report=report,
        save=save,
        deadline=deadline,
        awaited=(share.party,),
    )
    return replace(made, confirmed=made.confirmed and await _stored(devices, server, made.share))


async def _enter(line: Line) -> None:
    """The session has to be there before the server looks for it."""
    patience = line.fault_limit()
    while True:
        try:
            return await line.relay.register(line.session_id, line.party)
        except RelayFault as fault:
            if not await patience.bad(fault):
                raise


async def _stored(devices: Devices, server: VaultServer, share: Keyshare) -> bool:
    for _ in range(_STORED):
        try:
            if await server.exists(share.public_key.hex()):
                return True
        except (ServiceFault, TooMany):
            pass  # its trouble now says nothing about what it has stored
        await devices.clock.sleep(devices.pace.people)
    return False
