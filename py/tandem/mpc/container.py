"""The container of setup messages: a list of tagged values signed by a key of its own, which is the instance id
(spec/dkls23-wire.md §4, spec/schnorr-wire.md §3)."""

from tandem.curve import ed25519
from tandem.errors import WireError
from tandem.mpc.message import HEADER, SETUP_TAG, SETUP_TTL, header, message_id
from tandem.wire import Reader, exact

MAX_SIZE = 8192  # bytes, without an EdDSA message
KIND, INSTANCE = 0x00, 0x08

Fields = list[tuple[int, bytes]]
Group = dict[int, bytes]


def write(instance_seed: bytes, fields: Fields) -> bytes:
    """header || TLVs || signature of the instance key (spec §4)."""
    key = ed25519.SigningKey(instance_seed)
    body = header(message_id(SETUP_TAG, key.public, b"", key.public), SETUP_TTL, 0)
    for tag, value in fields:
        body += tag.to_bytes(2, "little") + (len(value) - 1).to_bytes(2, "little") + value
    return body + key.sign(body)


def read(
    data: bytes, kind: bytes, top_tags: set[int], members: dict[int, set[int]], most: int = MAX_SIZE
) -> tuple[bytes, Group, dict[int, list[Group]]]:
    """Instance id, top-level fields, and the groups of fields by the tag that opens one; `members` are what may follow
    in it. Raises WireError; unknown, repeated and misplaced tags are refused."""
    if not HEADER + ed25519.SIGNATURE < len(data) <= most:
        raise WireError("setup message size")
    body, signature = data[: -ed25519.SIGNATURE], data[-ed25519.SIGNATURE :]
    top: Group = {}
    groups: dict[int, list[Group]] = {opener: [] for opener in members}
    last, taken = top, set[int]()  # the group that is open, and what it may hold
    reader = Reader(body[HEADER:])
    while reader.left():
        tag = reader.u16le()
        value = reader.take(reader.u16le() + 1)
        if tag in members:
            last, taken = {tag: value}, members[tag]
            groups[tag].append(last)
            continue
        place = last if tag in taken else top
        if place is top and tag not in top_tags | {KIND, INSTANCE}:
            raise WireError(f"setup tag {tag:#x}")
        if tag in place:
            raise WireError(f"setup tag {tag:#x} twice")
        place[tag] = value
    if need(top, KIND) != kind:
        raise WireError("setup kind")
    instance = exact(need(top, INSTANCE), 32, "instance id")
    if body[:32] != message_id(SETUP_TAG, instance, b"", instance):
        raise WireError("setup id")
    if not ed25519.verify(instance, body, signature):
        raise WireError("setup signature")
    return instance, top, groups


def need(fields: Group, tag: int) -> bytes:
    """Raises WireError when it is missing."""
    if tag not in fields:
        raise WireError(f"setup tag {tag:#x} missing")
    return fields[tag]


def text(value: bytes) -> str:
    """UTF-8, or WireError."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError as broken:
        raise WireError("setup text") from broken
