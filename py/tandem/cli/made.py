"""What becomes of new shares at the end, on the side of a host as on the others'."""

from tandem.ceremony import Keygenned
from tandem.cli.phone_screen import Screen
from tandem.cli.phone_vaults import PhoneVaults
from tandem.errors import VaultFault
from tandem.wallet.keys import accounts_of


async def save_imported(vaults: PhoneVaults, made: Keygenned, name: str, created: int, password: bytes) -> None:
    """Raises VaultFault when a vault of this phrase is here: the same keys in two vaults, whose shares do not mix."""
    vault = made.vault(name, created)
    if await vaults.holds(vault.public_key.hex()):
        raise VaultFault("a vault of this seed phrase is here already")
    await vaults.save(vault, password)


def tell(screen: Screen, made: Keygenned) -> None:
    """Say that it is done, and which accounts the vault has."""
    key, accounts = made.share.public_key.hex(), accounts_of(made.vault("", 0))
    screen.event("done", vault=key, party=made.party, accounts=accounts, confirmed=made.confirmed)
