"""Which shares belong together; that they become the key is tests/cli/test_vault_reassemble.py."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from mpc.committee import key
from tandem.ceremony.reassemble import require_enough
from tandem.errors import VaultFault
from tandem.vault.vault import AnyVault, Vault, read_vault
from vault.files import gg20_message, imported, vault


def test_enough_of_one_vault() -> None:
    assert len(require_enough([vault(0), vault(1)])) == len(require_enough([imported(1), imported(0)])) == 2


def of_another_time() -> Vault:
    """Same key, same committee, another sharing."""
    one = vault(1)
    content = one.share.to_bytes().replace(one.share.final_session_id, b"\7" * 32)
    return replace(one, share=type(one.share).from_bytes(content))


def of_fewer_chains() -> Vault:
    return replace(imported(1), chain_keys=imported(1).chain_keys[1:])


OTHER = vault(1, threshold=2, size=3)


@pytest.mark.parametrize(
    ("vaults", "why"),
    [
        ([], "no vault"),
        ([vault(0), read_vault(gg20_message(1).SerializeToString())], "migrated"),
        ([vault(0), OTHER], "different vaults"),
        (
            [vault(0), replace(vault(1), eddsa=OTHER.eddsa, signers=OTHER.signers, share=key(2, 3)[1])],
            "different vaults",
        ),
        ([vault(0), vault(0)], "same device"),
        ([vault(0), of_another_time()], "different times"),
        ([imported(0), of_fewer_chains()], "different chains"),
        ([vault(0)], "2 files of 2 are needed, not 1"),
        ([OTHER], "2 files of 3 are needed, not 1"),
    ],
)
def test_what_does_not_belong_together(vaults: Sequence[AnyVault], why: str) -> None:
    with pytest.raises(VaultFault, match=why):
        require_enough(vaults)
