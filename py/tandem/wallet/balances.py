"""The balances on the home screen; a node that does not answer leaves its own unknown."""

from collections.abc import Callable, Mapping

from tandem.errors import TandemError
from tandem.wallet.book import Book
from tandem.wallet.family import Family
from tandem.wallet.host import Host
from tandem.wallet.keys import Keys
from tandem.wire import Json


class Balances:
    """Of each family's chosen network. `known`: base units by family; `tokens`: what the person lists, likewise."""

    def __init__(
        self, host: Host, book: Book, keys: Keys, families: Mapping[str, Family], changed: Callable[[], None]
    ) -> None:
        self._host, self._book, self._keys, self._families = host, book, keys, families
        self._changed = changed
        self.known: dict[str, int] = {}
        self.tokens: dict[str, list[Json]] = {}

    def forget(self, family: str) -> None:
        """After a change of network."""
        self.known.pop(family, None)
        self.tokens.pop(family, None)

    def refresh(self) -> None:
        for family in self._families.values():
            self._host.tasks.spawn(self._refresh_one(family))

    async def _refresh_one(self, family: Family) -> None:
        account, chain = self._keys.account(family.name), self._book.settings.chains[family.name]
        if account is None:
            return
        try:
            balance = await family.balance(family.network(chain), account)
            tokens = await family.tokens(family.network(chain), account)
        except TandemError:
            self.forget(family.name)
        else:
            if chain == self._book.settings.chains[family.name]:  # not changed meanwhile
                self.known[family.name], self.tokens[family.name] = balance, tokens
        self._changed()
