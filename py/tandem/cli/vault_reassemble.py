"""`tandem vault reassemble`: the private keys of a vault out of enough of its files. For emergencies.

The keys go to the terminal or to a new file that only its owner can read, and nowhere else.
"""

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

from tandem.ceremony.reassemble import reassemble_ecdsa, reassemble_eddsa, require_enough
from tandem.chains import ethereum, solana
from tandem.chains.reading import own_account
from tandem.chains.solana import base58
from tandem.cli.phone_screen import Screen
from tandem.cli.vault_run import OK, Run
from tandem.curve import bip32
from tandem.curve.point import base
from tandem.curve.scalar import Scalar
from tandem.curve.secret import Secret
from tandem.errors import Bug, VaultFault
from tandem.hosts.cpython import write_durably
from tandem.mpc.keyshare import Keyshare
from tandem.mpc.schnorr.keyshare import EddsaKeyshare
from tandem.vault.vault import Vault

WORDS = "put the whole key in one place"
_XPRV = bytes.fromhex("0488ade4")  # BIP-32, mainnet
_SCALAR = (
    "This is a private scalar, not a seed: no seed exists. Phantom, Solflare, Backpack, Ledger, the Solana command line"
    " and whatever else asks for a seed phrase, a 32-byte seed or a 64-byte secret key cannot import it, and would show"
    " another address if they took it. Only software that signs with an Ed25519 scalar can use it: move the funds with"
    " such a program, or better, sign with the vault itself."
)
_UNHARDENED = (
    "Accounts lie below it without hardened steps (m/44/60/0/0/0 is the account of EVM networks). Wallets that take an"
    " extended key look at m/44'/60'/0'/0/0 and show other addresses."
)


async def reassemble(run: Run) -> int:
    """The private keys, out of enough files of one vault, after a clear word. Raises TandemError, OSError."""
    output: Path | None = run.options.output
    _require_place(output)
    opened = [backup.open(run.file_password(backup)) for path in run.options.files for backup in run.read(path)]
    vaults = require_enough(opened)
    _ask(vaults[0], len(vaults), run.screen)
    _write(vaults, output)
    if output is not None:
        run.screen.show("Written, readable by you alone", (("File", str(output)),))
    return OK


def _ask(vault: Vault, files: int, screen: Screen) -> None:
    """The person's clear word, typed. Raises VaultFault without it."""
    lines = (
        ("Vault", vault.name),
        ("Root key", vault.public_key.hex()),
        ("Files", f"{files} of {len(vault.signers)}, {vault.threshold} are needed"),
        ("What happens", "the private keys are put together here and shown"),
        ("Afterwards", "whoever sees them, or this machine, owns all accounts alone: move the funds to a new vault"),
        ("Better", "restore a device from its file and sign with it, or reshare"),
    )
    screen.show("Reassemble the private keys", lines)
    print(f"To go on, type: {WORDS}\n> ", end="", flush=True)
    if sys.stdin.readline().strip() != WORDS:
        raise VaultFault("not confirmed; nothing was put together")


def _require_place(output: Path | None) -> None:
    """Raises VaultFault for a place where keys may not go: a pipe or a log, or a file that is there already."""
    if output is None and not sys.stdout.isatty():
        raise VaultFault("standard output is no terminal: keys go to one, or to --output FILE")
    if output is not None and output.exists():
        raise VaultFault(f"{output} exists; it was left as it is")


def _write(vaults: Sequence[Vault], output: Path | None) -> None:
    """Put the keys together and write them to their place. Raises TandemError, OSError."""
    text = "\n".join(_lines(vaults)) + "\n"
    if output is None:
        print(f"\n{text}", flush=True)
    else:
        write_durably(output, text.encode("utf-8"))


def _lines(vaults: Sequence[Vault]) -> list[str]:
    first = vaults[0]
    root, scalar = reassemble_ecdsa([one.share for one in vaults]), reassemble_eddsa([one.eddsa for one in vaults])
    lines = [f"Vault {first.name!a}: whoever reads this owns it", ""]
    lines += ["ECDSA root (secp256k1)", f"  private key  {root.reveal().hex()}"]
    lines += [f"  public key   {first.public_key.hex()}"]
    if first.lib == "DKLS":
        lines += [f"  chain code   {first.share.chain_code.hex()}", f"  xprv         {_xprv(root, first)}"]
        lines += [f"  {_UNHARDENED}", ""]
        path = ethereum.PATH
        lines += _evm("EVM networks", _child(root, first, path), f"at {path}")
    lines += ["", "EdDSA root (Ed25519)", f"  scalar       {scalar.reveal().hex()}  (little-endian)"]
    lines += [f"  public key   {first.eddsa.public_key.hex()}"]
    if first.lib == "DKLS":
        lines += [f"  account      {own_account(solana.FAMILY, first.eddsa.public_key)}  (Solana)"]
    lines += [f"  {_SCALAR}"]
    for number, key in enumerate(first.chain_keys):
        lines += ["", *_chain(key.chain, [one.chain_keys[number].share for one in vaults])]
    root.wipe()
    scalar.wipe()
    return lines


def _chain(chain: str, shares: Sequence[Keyshare | EddsaKeyshare]) -> list[str]:
    """The key of one chain of an imported vault: the same that the seed phrase gives in other wallets."""
    ecdsa = [share for share in shares if isinstance(share, Keyshare)]
    eddsa = [share for share in shares if isinstance(share, EddsaKeyshare)]
    if len(ecdsa) == len(shares):
        key = reassemble_ecdsa(ecdsa)
        return [f"{chain} (secp256k1)", f"  private key  {key.reveal().hex()}", f"  public key   {_public(key).hex()}"]
    if len(eddsa) != len(shares):
        raise VaultFault(f"the files have keys of different curves for {chain}")
    scalar = reassemble_eddsa(eddsa)
    lines = [f"{chain} (Ed25519)", f"  scalar       {scalar.reveal().hex()}  (little-endian; no seed, as above)"]
    return [*lines, f"  public key   {eddsa[0].public_key.hex()}"]


def _child(root: Secret, vault: Vault, path: str) -> Secret:
    found = bip32.child(vault.public_key, vault.share.chain_code, path)
    key = Secret((Scalar.parse(root.reveal()) + Scalar.public(found.offset)).reveal())
    if _public(key) != found.public_key:
        raise Bug("the child key is another")
    return key


def _evm(label: str, key: Secret, where: str) -> list[str]:
    account = own_account(ethereum.FAMILY, _public(key))
    return [f"{label}, {where}", f"  private key  0x{key.reveal().hex()}", f"  account      {account}"]


def _public(key: Secret) -> bytes:
    return bytes(base(Scalar.parse(key.reveal())))


def _xprv(root: Secret, vault: Vault) -> str:
    """BIP-32's serialisation of a master key: depth, parent and number are zero."""
    content = _XPRV + bytes(9) + vault.share.chain_code + b"\0" + root.reveal()
    return base58.encode(content + hashlib.sha256(hashlib.sha256(content).digest()).digest()[:4])
