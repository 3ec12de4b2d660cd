"""Messages that are signed as they are (solana:signMessage), and which of them never are.

An Ed25519 signature of bytes that are a transaction's message is a signature of that transaction. So what a node might
take for one is refused, now or after a change of its parser: the check is looser than ours for transactions.
"""

from typing import Final

from tandem.chains.reading import readable
from tandem.chains.solana import message, tx
from tandem.curve import ed25519
from tandem.errors import WireError
from tandem.wire import Reader

MAX_MESSAGE: Final = 64 * 1024  # more than a person could read anyway
_OFFCHAIN: Final = b"\xffsolana offchain"  # the header that no transaction can begin with


def check(content: bytes) -> bytes:
    """`content` itself when it may be signed as a message. Raises WireError otherwise."""
    if not content:
        raise WireError("an empty message")
    if len(content) > MAX_MESSAGE:
        raise WireError("message too long")
    if _may_be_transaction(content):
        raise WireError("the message is a transaction")
    return content


def _may_be_transaction(content: bytes) -> bool:
    if content[0] >= 0x80 and not content.startswith(_OFFCHAIN):
        # The mark of a versioned message. Text begins so too, beyond ASCII, but not with the versions that are near.
        return content[0] < 0xC0 or readable(content) is None
    return _has_structure(content, whole=False) or _has_structure(content, whole=True)


def _has_structure(content: bytes, *, whole: bool) -> bool:
    """Whether it begins with a legacy message (or with a whole transaction), whatever comes after it."""
    reader = Reader(content[: tx.MAX_TRANSACTION])
    try:
        if whole:
            slots = message.read_compact(reader)
            reader.take(slots * tx.SIGNATURE)
            version = reader.u8()
            signers = reader.u8() if version & 0x80 else version
        else:
            signers = reader.u8()
        readonly_signed, readonly_unsigned = reader.u8(), reader.u8()
        keys = message.read_compact(reader)
        reader.take((keys + 1) * message.KEY)
        for _ in range(message.read_compact(reader)):
            reader.u8()
            reader.take(message.read_compact(reader))
            reader.take(message.read_compact(reader))
    except WireError:
        return False
    return 0 < signers <= keys and readonly_signed <= signers and readonly_unsigned <= keys


def verify(account: bytes, content: bytes, signature: bytes) -> bool:
    """Whether `signature` (64 bytes) is `account`'s over the message."""
    return ed25519.verify(account, content, signature)
