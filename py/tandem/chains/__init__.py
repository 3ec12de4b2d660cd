"""The chains this wallet knows, by family; a family is imported on first use (Pyodide start-up counts).

A family is a folder with `address.py`, `tx.py`, `summary.py`, `networks.py` and `payload.py`, and one line here.
"""

from typing import Final

FAMILIES: Final = {
    "eip155": "tandem.chains.ethereum",
    "solana": "tandem.chains.solana",
}
