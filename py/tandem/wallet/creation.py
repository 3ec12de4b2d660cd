"""A new vault: made with the phone, or of a recovery phrase's keys."""

from collections.abc import Mapping
from typing import Final

from tandem.ceremony import (
    Devices,
    Keygenned,
    Report,
    family_threshold,
    host_key_import,
    host_keygen,
    invite_key_import,
    invite_keygen,
    keys_of_seed,
)
from tandem.ceremony.fast import fast_keygen, server_party
from tandem.ceremony.key_import import accounts_of_seed
from tandem.chains.seeds import SUPPORTED
from tandem.curve.secret import Secret
from tandem.errors import BadRequest, VaultFault, WireError
from tandem.relay.fast_vault import ServerShare, VaultServer
from tandem.vault.phrase import LENGTHS, seed_of, unknown_words
from tandem.wallet.book import Book
from tandem.wallet.host import Host
from tandem.wallet.hosting import Hosting
from tandem.wallet.keys import Keys, require_password
from tandem.wire import Json

SIZES: Final = (2, 3, 4)
KEPT: Final = 600.0  # seconds that a phrase's seed waits for the person to look at its accounts


class Creation:
    """Makes vaults; `hosting` shows it. A phrase comes once and is not kept: its seed is, until it is used."""

    def __init__(self, host: Host, book: Book, keys: Keys, hosting: Hosting) -> None:
        self._host, self._book, self._keys, self._hosting = host, book, keys, hosting
        self._seed: Secret | None = None
        self._seeds = 0

    def begin(self, name: str, password: str, size: int, server: tuple[str, str] | None = None) -> None:
        """`server`: the password of the vault server's share and an e-mail address, where it is one of the devices.

        Raises BadRequest for what cannot make a vault, VaultFault when there is one.
        """
        name = self._required(name, password, size)
        share = None
        if server is not None:
            if not self._book.settings.vault_server:
                raise BadRequest("fast vaults are switched off")
            share = ServerShare(server_party(self._host.rng), *server)
        party = self._party()
        invitation = invite_keygen(vault_name=name, relay_url=self._hosting.relay_url, rng=self._host.rng)

        async def save(made: Keygenned) -> None:
            await self._keys.save(made.vault(name, int(self._host.clock.now())), password)

        async def alone(devices: Devices, report: Report, deadline: float) -> bool:
            made = await host_keygen(
                devices,
                invitation,
                party=party,
                size=size,
                threshold=family_threshold(size),
                report=report,
                save=save,
                deadline=deadline,
            )
            return made.confirmed

        async def with_server(devices: Devices, report: Report, deadline: float) -> bool:
            if share is None:
                return await alone(devices, report, deadline)
            made = await fast_keygen(
                devices,
                VaultServer(self._host.http, self._book.settings.vault_server),
                invitation,
                party=party,
                share=share,
                size=size,
                report=report,
                save=save,
                deadline=deadline,
            )
            return made.confirmed

        self._hosting.begin("keygen", invitation, size, with_server, server=share is not None)

    def read_phrase(self, phrase: str) -> Mapping[str, Json]:
        """What is wrong with a recovery phrase ("wrong": "words" with their "places", "length", "checksum"), or its
        accounts. Then its seed is held for `begin_import`, for ten minutes at most.

        Raises VaultFault when a vault is here.
        """
        self._require_none()
        self.forget_phrase()
        if places := unknown_words(phrase):
            return {"wrong": "words", "places": [*places]}
        if (count := len(phrase.split())) not in LENGTHS:
            return {"wrong": "length", "count": count}
        try:
            seed = seed_of(phrase)
        except WireError:
            return {"wrong": "checksum"}
        self._seed, self._seeds = seed, self._seeds + 1
        self._host.tasks.spawn(self._expire(self._seeds))
        kept = {**accounts_of_seed(seed), "solana_phantom": accounts_of_seed(seed, phantom=True)["solana"]}
        return {"wrong": None, "accounts": dict(kept)}

    def begin_import(self, name: str, password: str, size: int, *, phantom: bool) -> None:
        """A vault of the keys of the phrase that was read. `phantom`: Solana's key is where most wallets keep it.

        Raises BadRequest also where no phrase was read, or where it has expired.
        """
        name = self._required(name, password, size)
        if self._seed is None:
            raise BadRequest("no phrase was read")
        keys = keys_of_seed(self._seed, SUPPORTED, phantom=phantom)
        self.forget_phrase()
        party, relay_url = self._party(), self._hosting.relay_url
        invitation = invite_key_import(vault_name=name, chains=SUPPORTED, relay_url=relay_url, rng=self._host.rng)

        async def save(made: Keygenned) -> None:
            await self._keys.save(made.vault(name, int(self._host.clock.now())), password)

        async def bring(devices: Devices, report: Report, deadline: float) -> bool:
            made = await host_key_import(
                devices,
                invitation,
                party=party,
                size=size,
                keys=keys,
                report=report,
                save=save,
                deadline=deadline,
            )
            return made.confirmed

        self._hosting.begin("key_import", invitation, size, bring)

    def forget_phrase(self) -> None:
        """Wipes the seed of a phrase that was read and not used."""
        if self._seed is not None:
            self._seed.wipe()
            self._seed = None

    async def _expire(self, seed: int) -> None:
        await self._host.clock.sleep(KEPT)
        if self._seeds == seed:
            self.forget_phrase()

    def _required(self, name: str, password: str, size: int) -> str:
        """The name as it is kept."""
        self._require_none()
        if not 0 < len(name.strip()) <= 60:
            raise BadRequest("a vault has a name")
        if size not in SIZES:
            raise BadRequest("two to four devices")
        require_password(password)
        return name.strip()

    def _require_none(self) -> None:
        if self._keys.exists:
            raise VaultFault("a vault is here already")

    def _party(self) -> str:
        return "extension-" + self._host.rng(8).hex()
