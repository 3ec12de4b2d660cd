"""Solana messages, legacy and version 0: bytes ↔ dataclass. A message is what is signed.

Strict: canonical compact-u16 lengths, nothing after the end, and the rules of the runtime's own sanitizing, so that a
Message is one that a node would take. Accounts from lookup tables are named by table and index only: what they are
stands on the chain, not in the bytes. Source: the Solana SDK's message formats (legacy, v0) and short_vec.
"""

from dataclasses import dataclass
from typing import Final

from tandem.errors import WireError
from tandem.wire import Reader

KEY: Final = 32
MAX_ACCOUNTS: Final = 256  # an account index is one byte
MAX_MESSAGE: Final = 1232 - 1 - 64  # a packet, less the count and one signature
_VERSION: Final = 0x80  # the top bit of the first byte announces a version


@dataclass(frozen=True, slots=True)
class Instruction:
    """`program` and each byte of `accounts` index the message's accounts: its keys first, then the loaded ones."""

    program: int
    accounts: bytes
    data: bytes


@dataclass(frozen=True, slots=True)
class Lookup:
    """Accounts taken from the table at address `table`; each byte of `writable` and `readonly` is an entry there."""

    table: bytes
    writable: bytes
    readonly: bytes

    @property
    def size(self) -> int:
        return len(self.writable) + len(self.readonly)


@dataclass(frozen=True, slots=True)
class Loaded:
    """An account known only by its place in a lookup table."""

    table: bytes
    entry: int
    writable: bool


@dataclass(frozen=True, slots=True)
class Message:
    """version: None for legacy, else 0. keys: addresses, signers first, the fee payer at the very front.

    The last `readonly_signed` signers and the last `readonly_unsigned` keys are not written.
    """

    version: int | None
    signers: int
    readonly_signed: int
    readonly_unsigned: int
    keys: tuple[bytes, ...]
    blockhash: bytes
    instructions: tuple[Instruction, ...]
    lookups: tuple[Lookup, ...] = ()

    def __post_init__(self) -> None:
        if self.version not in (None, 0) or (self.version is None and self.lookups):
            raise WireError("message version")
        if any(len(key) != KEY for key in (*self.keys, self.blockhash, *(lookup.table for lookup in self.lookups))):
            raise WireError("a key or hash is not 32 bytes")
        if len(set(self.keys)) != len(self.keys):
            raise WireError("an account is listed twice")
        if not self.readonly_signed < self.signers < _VERSION or self.readonly_signed < 0:
            raise WireError("no fee payer that can be written")
        if not 0 <= self.readonly_unsigned <= len(self.keys) - self.signers:
            raise WireError("more signers and readonly accounts than accounts")
        self._check_lookups()
        for instruction in self.instructions:
            if not 0 < instruction.program < len(self.keys):
                raise WireError("program index out of range")
            if any(index >= self.size for index in instruction.accounts):
                raise WireError("account index out of range")

    def _check_lookups(self) -> None:
        entries = [(lookup.table, entry) for lookup in self.lookups for entry in lookup.writable + lookup.readonly]
        if any(lookup.size == 0 for lookup in self.lookups):
            raise WireError("a lookup of nothing")
        if len(set(entries)) != len(entries):
            raise WireError("an entry of a lookup table is taken twice")
        if len(self.keys) + len(entries) > MAX_ACCOUNTS:
            raise WireError(f"over {MAX_ACCOUNTS} accounts")

    @property
    def size(self) -> int:
        """How many accounts an index may name."""
        return len(self.keys) + sum(lookup.size for lookup in self.lookups)

    @property
    def payer(self) -> bytes:
        return self.keys[0]

    @property
    def signer_keys(self) -> tuple[bytes, ...]:
        return self.keys[: self.signers]

    def is_signer(self, index: int) -> bool:
        return index < self.signers

    def is_writable(self, index: int) -> bool:
        """As the message asks for it; the runtime still demotes programs and system accounts."""
        if index < self.signers:
            return index < self.signers - self.readonly_signed
        if index < len(self.keys):
            return index < len(self.keys) - self.readonly_unsigned
        account = self.account(index)
        return isinstance(account, Loaded) and account.writable

    def account(self, index: int) -> bytes | Loaded:
        """What an index names: first the keys, then all writable looked-up accounts, then all readonly ones."""
        if index < len(self.keys):
            return self.keys[index]
        loaded = [Loaded(lookup.table, entry, True) for lookup in self.lookups for entry in lookup.writable]
        loaded += [Loaded(lookup.table, entry, False) for lookup in self.lookups for entry in lookup.readonly]
        if index - len(self.keys) >= len(loaded):
            raise WireError("account index out of range")
        return loaded[index - len(self.keys)]


def compact(number: int) -> bytes:
    """compact-u16: seven bits a byte, lowest first."""
    if not 0 <= number < 1 << 16:
        raise WireError("compact-u16 out of range")
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def read_compact(reader: Reader) -> int:
    """One compact-u16 in its shortest form, as the runtime insists. Raises WireError."""
    number = 0
    for place in range(3):
        byte = reader.u8()
        number |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            if place and not byte:
                raise WireError("compact-u16 longer than needed")
            if number >= 1 << 16:
                raise WireError("compact-u16 out of range")
            return number
    raise WireError("compact-u16 out of range")


def _sized(reader: Reader) -> bytes:
    return reader.take(read_compact(reader))


def _count(reader: Reader, least: int) -> int:
    """A number of items of at least `least` bytes each: none is made before all could be there."""
    count = read_compact(reader)
    if count * least > reader.left():
        raise WireError("more items than bytes")
    return count


def read(reader: Reader) -> Message:
    """One message from the reader. Raises WireError."""
    version, first = None, reader.u8()
    if first & _VERSION:
        version, first = first & ~_VERSION, reader.u8()
    readonly_signed, readonly_unsigned = reader.u8(), reader.u8()
    keys = tuple(reader.take(KEY) for _ in range(_count(reader, KEY)))
    blockhash = reader.take(KEY)
    instructions = tuple(Instruction(reader.u8(), _sized(reader), _sized(reader)) for _ in range(_count(reader, 3)))
    lookups: tuple[Lookup, ...] = ()
    if version is not None:
        lookups = tuple(
            Lookup(reader.take(KEY), _sized(reader), _sized(reader)) for _ in range(_count(reader, KEY + 2))
        )
    return Message(version, first, readonly_signed, readonly_unsigned, keys, blockhash, instructions, lookups)


def parse(data: bytes) -> Message:
    """All of `data` as one message. Raises WireError."""
    if len(data) > MAX_MESSAGE:
        raise WireError("message too long")
    reader = Reader(data)
    message = read(reader)
    reader.end()
    return message


def to_bytes(message: Message) -> bytes:
    """The bytes that are signed; the inverse of `parse`."""
    out = [] if message.version is None else [bytes([_VERSION | message.version])]
    out.append(bytes([message.signers, message.readonly_signed, message.readonly_unsigned]))
    out += [compact(len(message.keys)), *message.keys, message.blockhash, compact(len(message.instructions))]
    for instruction in message.instructions:
        out += [bytes([instruction.program]), compact(len(instruction.accounts)), instruction.accounts]
        out += [compact(len(instruction.data)), instruction.data]
    if message.version is not None:
        out.append(compact(len(message.lookups)))
        for lookup in message.lookups:
            out += [lookup.table, compact(len(lookup.writable)), lookup.writable]
            out += [compact(len(lookup.readonly)), lookup.readonly]
    return b"".join(out)
