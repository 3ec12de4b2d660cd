"""Setup messages: what a ceremony is about, who takes part, and everybody's signing seeds (spec/dkls23-wire.md §4,
spec/schnorr-wire.md §3).

One keygen setup serves both curves, and refresh, migration and key import, which end in a keygen. A sign setup is for
one: its last field holds a digest of 32 bytes for ECDSA, the message itself for EdDSA, and nothing in it tells which,
so whoever reads it says what was asked for. A reshare setup is for one too, whose public key it holds.

Whoever holds a setup message can speak for every party, so it travels sealed. Parsing says what it *claims*;
`require_keygen` and its like compare that with what the person approved, and come before round 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from tandem.curve import ed25519
from tandem.curve.bip32 import parse_path
from tandem.curve.secret import Secret
from tandem.entropy import Rng, random_bytes
from tandem.errors import SetupRefused, WireError
from tandem.mpc.container import INSTANCE, KIND, MAX_SIZE, Fields, Group, need, read, text, write
from tandem.wire import exact

MAX_PARTIES = 10
MAX_NAME = 128  # bytes of UTF-8
MAX_MESSAGE = 1 << 16  # bytes, of EdDSA; an empty one cannot be written

Curve: TypeAlias = Literal["ecdsa", "eddsa"]
PUBLIC_KEY: dict[Curve, int] = {"ecdsa": 33, "eddsa": 32}  # bytes

_THRESHOLD, _SEED, _RANK, _KEY_ID = 0x01, 0x02, 0x03, 0x04
_NEW, _OLD, _PUBLIC_KEY = 0x14, 0x15, 0x16
_PATH, _DIGEST_KIND, _DIGEST, _EXCHANGE_KEY, _NAME = 0x21, 0x22, 0x23, 0x25, 0x40
_KINDS: dict[Curve, bytes] = {"ecdsa": b"\0", "eddsa": b"\xfe"}  # what we write; readers look at the length alone


@dataclass(frozen=True, slots=True, eq=False)
class SetupParty:
    """One party: its position in the setup's tuple is its index."""

    name: str
    signing_seed: Secret = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class KeygenSetup:
    """`threshold` parties of `parties` will be needed to sign. `key_id` None: the key's hash will be its id."""

    instance_id: bytes
    threshold: int
    parties: tuple[SetupParty, ...]
    key_id: bytes | None

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(party.name for party in self.parties)


@dataclass(frozen=True, slots=True, eq=False)
class SignSetup:
    """ECDSA: sign the 32-byte `digest` with the child key at `path` of the key `key_id`.

    EdDSA: sign `digest`, the message itself, of any length, with the key `key_id`; the engine ignores the path
    (spec/schnorr-wire.md §3.7), and so do we.
    """

    instance_id: bytes
    key_id: bytes
    path: str
    digest: bytes
    parties: tuple[SetupParty, ...]
    curve: Curve = "ecdsa"

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(party.name for party in self.parties)


@dataclass(frozen=True, slots=True, eq=False)
class ReshareSetup:
    """Pass the key `public_key` from the parties `olds` to the parties `news`, `threshold` of whom can sign then.

    Both are party indexes of this setup; a party is in at least one of them. Its place in `news` is its party id in the
    new shares. `key_id` is that of the old ones.
    """

    instance_id: bytes
    key_id: bytes
    public_key: bytes
    threshold: int
    parties: tuple[SetupParty, ...]
    olds: tuple[int, ...]
    news: tuple[int, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(party.name for party in self.parties)

    @property
    def old_names(self) -> tuple[str, ...]:
        return tuple(self.parties[index].name for index in self.olds)

    @property
    def new_names(self) -> tuple[str, ...]:
        return tuple(self.parties[index].name for index in self.news)


@dataclass(frozen=True, slots=True, eq=False)
class ExportSetup:
    """Reassemble the key `key_id` at the first party, who holds the secret of the X25519 key `exchange_key`."""

    instance_id: bytes
    key_id: bytes
    exchange_key: bytes
    parties: tuple[SetupParty, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(party.name for party in self.parties)


def build_keygen(
    threshold: int, names: Sequence[str], *, key_id: bytes | None = None, rng: Rng = random_bytes
) -> bytes:
    """A setup message for a new key. Raises SetupRefused for a committee that cannot be, WireError for a wrong id."""
    _require_committee(threshold, names)
    seed = rng(32)
    fields: Fields = [(KIND, b"DKG"), (INSTANCE, ed25519.public_key(seed))]
    if key_id is not None:
        fields.append((_KEY_ID, exact(key_id, 32, "key id")))
    for name in names:
        fields += [(_NAME, name.encode()), (_RANK, b"\0"), (_SEED, rng(32))]
    fields.append((_THRESHOLD, bytes([threshold])))
    return write(seed, fields)


def build_sign(
    key_id: bytes,
    path: str,
    digest: bytes,
    names: Sequence[str],
    *,
    curve: Curve = "ecdsa",
    rng: Rng = random_bytes,
) -> bytes:
    """A setup message for one signature. Raises SetupRefused for a committee that cannot be, WireError for the rest."""
    _require_committee(2, names)
    parse_path(path)
    _require_digest(digest, curve)
    seed = rng(32)
    fields: Fields = [
        (KIND, b"DSG"),
        (_KEY_ID, exact(key_id, 32, "key id")),
        (INSTANCE, ed25519.public_key(seed)),
        (_PATH, path.encode()),
        (_DIGEST, digest),
        (_DIGEST_KIND, _KINDS[curve]),
    ]
    for name in names:
        fields += [(_NAME, name.encode()), (_SEED, rng(32))]
    return write(seed, fields)


def build_reshare(
    key_id: bytes,
    public_key: bytes,
    threshold: int,
    names: Sequence[str],
    olds: Sequence[int],
    news: Sequence[int],
    *,
    curve: Curve = "ecdsa",
    rng: Rng = random_bytes,
) -> bytes:
    """A setup message for a change of quorum; `olds` and `news` are places in `names`, the order of `news` that of the
    new party ids. Raises SetupRefused for committees that cannot be, WireError for the rest."""
    _require_reshare_committee(threshold, names, olds, news)
    seed = rng(32)
    fields: Fields = [
        (KIND, b"QC"),
        (_KEY_ID, exact(key_id, 32, "key id")),
        (_PUBLIC_KEY, exact(public_key, PUBLIC_KEY[curve], "public key")),
        (INSTANCE, ed25519.public_key(seed)),
    ]
    for name in names:
        fields += [(_NAME, name.encode()), (_SEED, rng(32))]
    fields += [(_OLD, bytes([index])) for index in olds]
    for index in news:
        fields += [(_NEW, bytes([index])), (_RANK, b"\0")]
    fields.append((_THRESHOLD, bytes([threshold])))
    return write(seed, fields)


def build_export(key_id: bytes, exchange_key: bytes, names: Sequence[str], *, rng: Rng = random_bytes) -> bytes:
    """A setup message for reassembling a key at `names[0]`, the owner of the X25519 key `exchange_key`. Raises
    SetupRefused for a committee that cannot be, WireError for the rest."""
    _require_committee(2, names)
    seed = rng(32)
    fields: Fields = [
        (KIND, b"EXPORT"),
        (_KEY_ID, exact(key_id, 32, "key id")),
        (_EXCHANGE_KEY, exact(exchange_key, 32, "exchange key")),
        (INSTANCE, ed25519.public_key(seed)),
    ]
    for name in names:
        fields += [(_NAME, name.encode()), (_SEED, rng(32))]
    return write(seed, fields)


def parse_keygen(data: bytes) -> KeygenSetup:
    """What a setup message for a new key claims. Raises WireError, or SetupRefused for a committee that cannot be."""
    instance, top, groups = read(data, b"DKG", {_THRESHOLD, _KEY_ID}, {_NAME: {_RANK, _SEED}})
    for group in groups[_NAME]:
        _require_rank(group)
    parties = _parties(groups)
    threshold = exact(need(top, _THRESHOLD), 1, "threshold")[0]
    key_id = exact(top[_KEY_ID], 32, "key id") if _KEY_ID in top else None
    _require_committee(threshold, [party.name for party in parties])
    return KeygenSetup(instance, threshold, parties, key_id)


def parse_sign(data: bytes, curve: Curve = "ecdsa") -> SignSetup:
    """What a setup message for a signature claims. A pre-signature (no digest) is refused: it could be used twice."""
    most = MAX_SIZE if curve == "ecdsa" else MAX_SIZE + MAX_MESSAGE
    instance, top, groups = read(data, b"DSG", {_KEY_ID, _PATH, _DIGEST, _DIGEST_KIND}, {_NAME: {_SEED}}, most)
    parties = _parties(groups)
    key_id = exact(need(top, _KEY_ID), 32, "key id")
    digest = need(top, _DIGEST)
    _require_digest(digest, curve)
    exact(need(top, _DIGEST_KIND), 1, "digest kind")
    path = text(top.get(_PATH, b"m"))
    parse_path(path)
    _require_committee(2, [party.name for party in parties])
    return SignSetup(instance, key_id, path, digest, parties, curve)


def parse_reshare(data: bytes, curve: Curve = "ecdsa") -> ReshareSetup:
    """What a setup message for a change of quorum claims. Raises WireError, or SetupRefused for committees that cannot
    be: the engine traps on a party that is neither old nor new."""
    groups_of = {_NAME: {_SEED}, _OLD: set[int](), _NEW: {_RANK}}
    instance, top, groups = read(data, b"QC", {_KEY_ID, _PUBLIC_KEY, _THRESHOLD}, groups_of)
    for group in groups[_NEW]:
        _require_rank(group)
    olds, news = (tuple(exact(group[tag], 1, "index")[0] for group in groups[tag]) for tag in (_OLD, _NEW))
    key_id = exact(need(top, _KEY_ID), 32, "key id")
    public_key = exact(need(top, _PUBLIC_KEY), PUBLIC_KEY[curve], "public key")
    threshold = exact(need(top, _THRESHOLD), 1, "threshold")[0]
    parties = _parties(groups)
    _require_reshare_committee(threshold, [party.name for party in parties], olds, news)
    return ReshareSetup(instance, key_id, public_key, threshold, parties, olds, news)


def parse_export(data: bytes) -> ExportSetup:
    """What a setup message for a key export claims. Raises WireError, or SetupRefused for an impossible committee."""
    instance, top, groups = read(data, b"EXPORT", {_KEY_ID, _EXCHANGE_KEY}, {_NAME: {_SEED}})
    key_id = exact(need(top, _KEY_ID), 32, "key id")
    exchange_key = exact(need(top, _EXCHANGE_KEY), 32, "exchange key")
    parties = _parties(groups)
    _require_committee(2, [party.name for party in parties])
    return ExportSetup(instance, key_id, exchange_key, parties)


def require_keygen(setup: KeygenSetup, *, threshold: int, names: Sequence[str]) -> None:
    """Raises SetupRefused when the setup is not for this committee; the order of the names is the setup's own."""
    if setup.threshold != threshold:
        raise SetupRefused("threshold")
    if sorted(setup.names) != sorted(names):
        raise SetupRefused("names")


def require_sign(setup: SignSetup, *, key_id: bytes, path: str, digest: bytes, names: Sequence[str]) -> None:
    """Raises SetupRefused when the setup would sign something else than was approved, or with somebody else.

    The path of an EdDSA setup means nothing and differs between the apps, so it is not compared.
    """
    if setup.key_id != key_id:
        raise SetupRefused("key id")
    if setup.curve == "ecdsa" and setup.path != path:
        raise SetupRefused("path")
    if setup.digest != digest:
        raise SetupRefused("digest")
    if sorted(setup.names) != sorted(names):
        raise SetupRefused("names")


def require_reshare(
    setup: ReshareSetup,
    *,
    public_key: bytes,
    threshold: int,
    old_names: Sequence[str],
    new_names: Sequence[str],
) -> None:
    """Raises SetupRefused when the setup would pass on another key, or to or from other devices, than was approved.

    The order is the setup's own. That `key_id` is the old share's is for whoever has one to see; a new party learns
    the key by `public_key` alone.
    """
    if setup.public_key != public_key:
        raise SetupRefused("public key")
    if setup.threshold != threshold:
        raise SetupRefused("threshold")
    if sorted(setup.old_names) != sorted(old_names):
        raise SetupRefused("old names")
    if sorted(setup.new_names) != sorted(new_names):
        raise SetupRefused("new names")


def require_export(setup: ExportSetup, *, key_id: bytes, receiver: str, names: Sequence[str]) -> None:
    """Raises SetupRefused when another key would be given away than was approved, or to somebody else."""
    if setup.key_id != key_id:
        raise SetupRefused("key id")
    if setup.names[0] != receiver:
        raise SetupRefused("receiver")
    if sorted(setup.names) != sorted(names):
        raise SetupRefused("names")


def index_of(names: Sequence[str], name: str) -> int:
    """Our party index. Raises SetupRefused when the setup does not name us."""
    if name not in names:
        raise SetupRefused("we are not named")
    return list(names).index(name)


def _require_committee(threshold: int, names: Sequence[str]) -> None:
    if not 2 <= threshold <= len(names):
        raise SetupRefused("threshold out of range")
    _require_names(names, MAX_PARTIES)


def _require_reshare_committee(threshold: int, names: Sequence[str], olds: Sequence[int], news: Sequence[int]) -> None:
    if not 2 <= threshold <= len(news):
        raise SetupRefused("threshold out of range")
    if len(news) > MAX_PARTIES or not 2 <= len(olds) <= MAX_PARTIES:
        raise SetupRefused("number of old or new parties")
    if len(set(olds)) != len(olds) or len(set(news)) != len(news):
        raise SetupRefused("duplicate parties")
    if {*olds, *news} != set(range(len(names))):
        raise SetupRefused("a party that is neither old nor new, or an index without party")
    _require_names(names, 2 * MAX_PARTIES)


def _require_names(names: Sequence[str], most: int) -> None:
    if len(names) > most:
        raise SetupRefused("too many parties")
    if len(set(names)) != len(names):
        raise SetupRefused("duplicate names")
    if not all(1 <= len(name.encode("utf-8", "replace")) <= MAX_NAME for name in names):
        raise SetupRefused("name length")


def _require_digest(digest: bytes, curve: Curve) -> None:
    if curve == "ecdsa":
        exact(digest, 32, "digest")
    elif not 1 <= len(digest) <= MAX_MESSAGE:
        raise WireError(f"message of {len(digest)} bytes")


def _parties(groups: dict[int, list[Group]]) -> tuple[SetupParty, ...]:
    return tuple(
        SetupParty(text(group[_NAME]), Secret(exact(need(group, _SEED), 32, "seed"))) for group in groups[_NAME]
    )


def _require_rank(group: Group) -> None:
    exact(need(group, _RANK), 1, "rank")  # ignored, as the engine does; ranks are always 0
