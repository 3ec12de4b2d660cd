"""Solana: every cluster is a row in networks.py, and one Ed25519 account serves them all."""

from typing import Final

# Relay spec §6.2: EdDSA signs with the vault's root key; "m" and no path at all mean the same.
PATH: Final = "m"
CURVE: Final = "eddsa"
FAMILY: Final = "solana"
DECIMALS: Final = 9  # of SOL; its base unit is the lamport
