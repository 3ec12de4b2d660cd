"""What the phone brings to a ceremony, and what it asks its owner before it takes part."""

from dataclasses import dataclass

from tandem.ceremony import Devices
from tandem.cli.phone_screen import Lines, Screen
from tandem.cli.phone_vaults import PhoneVaults
from tandem.entropy import random_bytes
from tandem.errors import VaultFault, WrongPassword
from tandem.vault.vault import AnyVault, Gg20Vault, Vault


class Declined(Exception):
    """The person, or `--decline`, said no."""


@dataclass(frozen=True, slots=True)
class Owner:
    """name: this phone's in new vaults, None for one by chance; wait: seconds, for the other devices."""

    vaults: PhoneVaults
    screen: Screen
    wait: float
    name: str | None

    @property
    def party(self) -> str:
        """A name for a share that is new here."""
        return self.name or f"phone-{random_bytes(4).hex()}"

    def deadline(self, devices: Devices) -> float:
        """Until when the others are waited for."""
        return devices.clock.now() + self.wait

    async def agreed(self, title: str, lines: Lines, question: str, *, new: bool) -> bytes:
        """The password for a share that is to be made. Raises Declined, and WrongPassword for none."""
        self.screen.show(title, lines)
        if not await self.screen.agree(question):
            raise Declined
        password = await self.screen.password(new=new)
        if not password:
            raise WrongPassword("no password was given")
        return password

    async def opened(self, public_key: str) -> AnyVault:
        """The vault of this root key (hex), its password asked for once. Raises WrongPassword, VaultDamaged."""
        vault = self.vaults.opened(public_key)
        return vault or await self.vaults.open(public_key, await self.screen.password(new=False))

    async def signing(self, public_key: str) -> Vault:
        """As `opened`. Raises VaultFault for a vault that has to be migrated first."""
        vault = await self.opened(public_key)
        if isinstance(vault, Gg20Vault):
            raise VaultFault("an old vault: it has to be upgraded with all its devices before it can do this")
        return vault
