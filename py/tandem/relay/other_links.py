"""Links and QR texts of the apps that invite to nothing: payments, addresses, dApp connections, shared vaults.

They are told apart only to say what they are; nothing in them is used.
"""

import re
from typing import Final
from urllib.parse import SplitResult

from tandem.errors import CeremonyLink, ConnectLink, PaymentLink, VaultLink, WireError
from tandem.wire import parse_json

_PAYMENTS: Final = frozenset(
    ("bitcoin", "bitcoincash", "litecoin", "dogecoin", "dash", "zcash", "ethereum", "solana", "ton", "tron", "xrpl")
)
# Long enough for every chain's addresses, and no word of a language.
_ADDRESS: Final = re.compile(r"(0x[0-9a-fA-F]{40}|(?=[0-9A-Za-z]*[0-9])[0-9A-Za-z]{25,110})", re.ASCII)


def refuse_other(text: str, url: SplitResult) -> None:
    """Raises PaymentLink, ConnectLink, VaultLink or CeremonyLink for `text` that is one; returns for all others."""
    if text.startswith("{"):
        try:
            told = parse_json(text, limit=1 << 16, depth=8)
        except WireError:
            return
        if isinstance(told, dict) and "public_key_ecdsa" in told:
            raise VaultLink("a vault's public keys")
    if _ADDRESS.fullmatch(text) or url.scheme in _PAYMENTS:
        raise PaymentLink("an address or a payment request")
    if url.scheme == "wc":
        raise ConnectLink("a WalletConnect link")
    ours = url.scheme == "vultisig" or (url.scheme == "https" and url.netloc.lower().endswith("vultisig.com"))
    if not ours:
        return
    place = {url.netloc.lower(), url.path.strip("/").lower()}
    kinds = {pair for pair in url.query.split("&") if pair.startswith(("type=", "tssType="))}
    if "send" in place or "type=Send" in kinds or (not url.query and _ADDRESS.fullmatch(url.netloc)):
        raise PaymentLink("a payment request")
    if "connect" in place:
        raise ConnectLink("a connection for a site")
    if "tssType=SingleKeygen" in kinds or "type=SignMessage" in kinds:
        raise CeremonyLink("a ceremony of other devices")
