"""What becomes of a key import at the end, on the side of its host as on the others'."""

from tandem.ceremony import Imported
from tandem.chains.reading import own_account
from tandem.cli.phone_screen import Screen
from tandem.cli.phone_vaults import PhoneVaults
from tandem.errors import VaultFault
from tandem.vault.vault import ChainKey

_ACCOUNTS = {"eip155": "Ethereum", "solana": "Solana"}


async def save_imported(vaults: PhoneVaults, made: Imported, name: str, created: int, password: bytes) -> None:
    """Raises VaultFault when a vault of this phrase is here: the same keys in two vaults, whose shares do not mix."""
    vault = made.vault(name, created)
    if await vaults.holds(vault.public_key.hex()):
        raise VaultFault("a vault of this seed phrase is here already")
    await vaults.save(vault, password)


def imported(screen: Screen, made: Imported) -> None:
    """Say that it is done, and which accounts it has."""
    roots, accounts = made.roots, account_lines(made.chain_keys)
    key = roots.share.public_key.hex()
    screen.event("done", vault=key, party=roots.party, accounts=accounts, confirmed=roots.confirmed)


def account_lines(keys: tuple[ChainKey, ...]) -> dict[str, str]:
    """The account of each family that has a key."""
    found = {key.chain: key.share.public_key for key in keys}
    return {family: own_account(family, found[chain]) for family, chain in _ACCOUNTS.items() if chain in found}
