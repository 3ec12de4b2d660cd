"""What is told apart here alone; whole links of the apps: interop/test_links.py."""

from urllib.parse import urlsplit

import pytest

from tandem.errors import CeremonyLink, ConnectLink, PaymentLink, VaultLink
from tandem.relay.other_links import refuse_other

ADDRESS = "0x" + "ab" * 20


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (ADDRESS, PaymentLink),
        ("bitcoin:bc1q", PaymentLink),
        ("vultisig://send?x=1", PaymentLink),
        ("https://app.vultisig.com?type=Send", PaymentLink),
        (f"vultisig://{ADDRESS}", PaymentLink),
        ("wc:topic@2", ConnectLink),
        ("vultisig://connect", ConnectLink),
        ("vultisig://x?tssType=SingleKeygen", CeremonyLink),
        ('{"public_key_ecdsa":""}', VaultLink),
    ],
)
def test_called_by_its_name(text: str, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        refuse_other(text, urlsplit(text))


@pytest.mark.parametrize(
    "text", ["{", "{}", "[]", "hello", "https://example.org/send", "https://vultisig.com?type=NewVault"]
)
def test_everything_else_is_left_to_who_asked(text: str) -> None:
    refuse_other(text, urlsplit(text))
