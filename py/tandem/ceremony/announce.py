"""A signing announced to the vault's other devices by push, beside the QR code (relay-and-sessions §7)."""

from collections.abc import Callable

from tandem.errors import TandemError
from tandem.ports import Task, Tasks
from tandem.relay.pairing import KeysignInvitation
from tandem.relay.push import PushService


def announce(
    tasks: Tasks,
    service: PushService,
    invitation: KeysignInvitation,
    *,
    vault_name: str,
    party: str,
    chain_code: bytes,
    told: Callable[[bool], None],
) -> Task:
    """Runs in the background and never fails: the QR code is there in any case. `told` hears whether the service took
    it, which does not say that a device has shown it."""

    async def work() -> None:
        try:
            await service.notify(invitation, vault_name=vault_name, party=party, chain_code=chain_code)
        except TandemError:
            told(False)
        else:
            told(True)

    return tasks.spawn(work())
