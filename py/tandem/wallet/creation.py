"""Making the vault with the phone, or passing it on to other devices: the screen's view of it, and its end."""

from collections.abc import Awaitable, Callable
from typing import Final

from tandem.ceremony import (
    RESHARE_ROUNDS,
    ROUNDS,
    Devices,
    Held,
    Keygenned,
    Progress,
    Report,
    family_threshold,
    host_keygen,
    host_reshare,
    invite_keygen,
    invite_reshare,
)
from tandem.ceremony.fast import fast_keygen, server_party
from tandem.errors import BadRequest, TandemError, VaultFault
from tandem.mpc.setup import MAX_PARTIES
from tandem.ports import Task
from tandem.provider.codes import SENTENCES
from tandem.relay.fast_vault import ServerShare, VaultServer
from tandem.vault.vault import Vault
from tandem.wallet.book import Book
from tandem.wallet.host import Host
from tandem.wallet.keys import Keys, require_password
from tandem.wallet.qr import qr
from tandem.wire import Json

SIZES: Final = (2, 3, 4)


class Creation:
    """At most one at a time; what it shows stays until the next one or until it is dismissed."""

    def __init__(
        self,
        host: Host,
        book: Book,
        keys: Keys,
        devices: Callable[[], Devices],
        changed: Callable[[], None],
        done: Callable[[], Awaitable[None]],
    ) -> None:
        self._host, self._book, self._keys = host, book, keys
        self._devices, self._changed, self._done = devices, changed, done
        self.shown: dict[str, Json] | None = None
        self._task: Task | None = None

    def begin(self, name: str, password: str, size: int, server: tuple[str, str] | None = None) -> None:
        """`server`: the password of the vault server's share and an e-mail address, where it is one of the devices.

        Raises BadRequest for what cannot make a vault, VaultFault when there is one.
        """
        if self._keys.exists:
            raise VaultFault("a vault is here already")
        if not 0 < len(name.strip()) <= 60:
            raise BadRequest("a vault has a name")
        if size not in SIZES:
            raise BadRequest("two to four devices")
        require_password(password)
        share = None
        if server is not None:
            if not self._book.settings.vault_server:
                raise BadRequest("fast vaults are switched off")
            share = ServerShare(server_party(self._host.rng), *server)
        self.cancel()
        self._task = self._host.tasks.spawn(self._run(name.strip(), password, size, share))

    async def begin_reshare(self, size: int, password: str) -> None:
        """Invites to a change of the vault's devices, `size` of them from then on, this one among them.

        Raises BadRequest for a number that cannot be, WrongPassword, VaultLocked.
        """
        if not 2 <= size <= MAX_PARTIES:
            raise BadRequest(f"two to {MAX_PARTIES} devices")
        vault = await self._keys.read(password)
        if vault.chain_keys:
            raise VaultFault("the keys of an imported vault's chains cannot be passed on yet")
        self.cancel()
        self._task = self._host.tasks.spawn(self._reshare(vault, size, password))

    def cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self.shown = None
        self._changed()

    async def _run(self, name: str, password: str, size: int, server: ServerShare | None) -> None:
        devices = self._devices()
        deadline = self._host.clock.now() + self._book.settings.phone_wait_seconds
        party = "extension-" + self._host.rng(8).hex()
        invitation = invite_keygen(vault_name=name, relay_url=devices.relay.base_url, rng=self._host.rng)
        shown = self._show("keygen", invitation.link, size, ROUNDS, int(deadline), server=server is not None)

        async def save(made: Keygenned) -> None:
            created = int(self._host.clock.now())
            vault = Vault(name, made.party, made.signers, made.share, made.eddsa, created)
            await self._keys.save(vault, password)

        report, threshold = self._reporter(shown), family_threshold(size)
        if server is None:
            making = host_keygen(
                devices,
                invitation,
                party=party,
                size=size,
                threshold=threshold,
                report=report,
                save=save,
                deadline=deadline,
            )
        else:
            making = fast_keygen(
                devices,
                VaultServer(self._host.http, self._book.settings.vault_server),
                invitation,
                party=party,
                share=server,
                size=size,
                report=report,
                save=save,
                deadline=deadline,
            )
        await self._end(shown, making)

    async def _reshare(self, vault: Vault, size: int, password: str) -> None:
        devices = self._devices()
        deadline = self._host.clock.now() + self._book.settings.phone_wait_seconds
        invitation = invite_reshare(
            vault_name=vault.name,
            public_key=vault.public_key,
            chain_code=vault.share.chain_code,
            signers=vault.signers,
            relay_url=devices.relay.base_url,
            rng=self._host.rng,
        )
        shown = self._show("reshare", invitation.link, size, RESHARE_ROUNDS, int(deadline))

        async def save(made: Keygenned) -> None:
            await self._keys.replace(vault.reshared(made.share, made.eddsa, made.signers), password)

        await self._end(
            shown,
            host_reshare(
                devices,
                invitation,
                party=vault.party,
                held=Held(vault.share, vault.eddsa, vault.signers),
                size=size,
                report=self._reporter(shown),
                save=save,
                deadline=deadline,
            ),
        )

    def _show(
        self, kind: str, link: str, size: int, rounds: int, expires: int, *, server: bool = False
    ) -> dict[str, Json]:
        shown: dict[str, Json] = {
            "kind": kind,
            "server": server,
            "stage": "waiting",
            "link": link,
            "qr": qr(link),
            "peers": [],
            "needed": size - 1,
            "round": 0,
            "rounds": rounds,
            "expires": expires,
            "error": None,
        }
        self.shown = shown
        self._changed()
        return shown

    def _reporter(self, shown: dict[str, Json]) -> Report:
        def report(at: Progress) -> None:
            # Done is what we say ourselves, when the vault is open and, with a server, its own copy is known of.
            stage = "finishing" if at.stage == "done" else at.stage
            shown.update(stage=stage, peers=list(at.peers), round=at.round, rounds=at.rounds)
            self._changed()

        return report

    async def _end(self, shown: dict[str, Json], ceremony: Awaitable[Keygenned]) -> None:
        try:
            made = await ceremony
        except TandemError as error:
            shown.update(stage="failed", error={"reason": error.reason, "message": SENTENCES[error.reason]})
            self._changed()
            return
        shown.update(stage="done", confirmed=made.confirmed)
        await self._done()
        self._changed()
