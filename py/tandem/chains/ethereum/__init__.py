"""Ethereum and its relatives: every network of CAIP-2 namespace eip155 is a row in networks.py."""

from typing import Final

# Relay spec §11: the hardened marks of m/44'/60'/0'/0/0 are dropped, derivation is public.
PATH: Final = "m/44/60/0/0/0"
CURVE: Final = "ecdsa"
FAMILY: Final = "eip155"
