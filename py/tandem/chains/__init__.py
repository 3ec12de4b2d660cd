"""The chains this wallet knows, by family; a family is imported on first use (Pyodide start-up counts).

A family is a folder with `address.py`, `tx.py`, `summary.py`, `networks.py` and `payload.py`, and one line here. Its
name is the namespace of its chains in CAIP-2.
"""

from typing import Final

FAMILIES: Final = {
    "eip155": "tandem.chains.ethereum",
    "solana": "tandem.chains.solana",
}


def family_of(chain: str) -> str:
    """The family of a chain by its name in a payload: CAIP-2, or Vultisig's own, which for most are EVM networks."""
    name = chain.partition(":")[0].lower()
    return name if name in FAMILIES else "eip155"
