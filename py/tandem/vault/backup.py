"""Vultisig's backup files (relay-and-sessions §9): the files of all its apps are read, the current kind is written.

    file   base64( VaultContainer )        or a zip of several such files
    vault  base64( Vault )                 or, encrypted, base64 of one of
    v2     "VLT" 02 │ salt 16 │ nonce 12 │ ciphertext │ tag 16      PBKDF2-HMAC-SHA256, 600 000 rounds
    legacy nonce 12 │ ciphertext │ tag 16                           one SHA-256 of the password

AES-256-GCM without associated data; which of the two it is, the first four bytes say alone. An encrypted file that was
altered and a wrong password look the same (WrongPassword); only the outer structure, which nobody needs a password to
see, is told apart (WireError). A file without a password has nothing that would notice an alteration of a name or of a
secret seed: only what the share's own checks cover is found.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from Crypto.Cipher import AES
from google.protobuf.message import DecodeError

from tandem.entropy import Rng, random_bytes
from tandem.errors import Bug, VaultDamaged, WireError, WrongPassword
from tandem.proto import vault_pb2
from tandem.vault.vault import MAX_BYTES, AnyVault, Gg20Vault, read_vault
from tandem.wire import base64_text, unbase64

MAX_FILE: Final = 2 * MAX_BYTES  # a vault in base64 in a container in base64 is 16/9 of its size
MAX_MEMBERS: Final = 64  # of a zip
MAX_RATIO: Final = 8  # base64 of random bytes shrinks by a quarter; twice encoded, by a half
SUFFIXES: Final = (".vult", ".bak")
_MAGIC: Final = b"VLT\x02"
_ROUNDS: Final = 600_000
_SALT, _NONCE, _TAG = 16, 12, 16
_VERSION: Final = 1  # of the container; with either encryption
_UNSAFE: Final = frozenset('/\\:*?"<>|')
_MAX_NAME: Final = 60  # letters of a vault's or device's name in a file's name


@dataclass(frozen=True, slots=True)
class Backup:
    """A vault file, still closed. `name` is the file's own name, untrusted."""

    name: str
    encrypted: bool
    content: bytes = field(repr=False)

    @property
    def kind(self) -> Literal["plain", "legacy", "current"]:
        """How it is protected. A legacy file's password can be guessed fast: it should be written anew."""
        if not self.encrypted:
            return "plain"
        return "current" if self.content[:4] == _MAGIC else "legacy"

    def open(self, password: bytes | None) -> AnyVault:
        """The vault; `password` is UTF-8 and not looked at for a file without one. Takes up to a second. Raises
        WrongPassword (also for None where one is needed), and VaultDamaged for what opens and is no sane vault."""
        plain = _decrypted(self.content, password) if self.encrypted else self.content
        try:
            return read_vault(plain)
        except WireError as broken:
            raise VaultDamaged(broken.detail) from broken


def read_backups(name: str, data: bytes) -> tuple[Backup, ...]:
    """The vault files in a file or in a zip of them, at least one. Raises WireError."""
    if data[:4] == b"PK\x03\x04":
        return tuple(_backup(member, content) for member, content in tuple(_members(data)))
    return (_backup(name, data),)


def write_backup(vault: AnyVault, password: bytes, rng: Rng = random_bytes) -> bytes:
    """A file of kind v2, opened again before it is returned. `password` is UTF-8 and not empty."""
    if not password:
        raise WrongPassword("a backup needs a password")
    plain = vault.to_bytes()
    salt, nonce = rng(_SALT), rng(_NONCE)
    cipher = AES.new(_derived(password, salt), AES.MODE_GCM, nonce=nonce, mac_len=_TAG)
    text, tag = cipher.encrypt_and_digest(plain)
    sealed = _MAGIC + salt + nonce + text + tag
    container = vault_pb2.VaultContainer(version=_VERSION, vault=base64_text(sealed), is_encrypted=True)
    data = base64_text(container.SerializeToString(deterministic=True)).encode("ascii")
    if read_backups("", data)[0].open(password).to_bytes() != plain:
        raise Bug("the backup does not read back")
    return data


def file_name(vault: AnyVault) -> str:
    """As the extension and the desktop app name it. Nothing reads it (spec §9.1): characters that some file system
    does not take become hyphens."""
    place = vault.signers.index(vault.party) + 1
    word = "part" if isinstance(vault, Gg20Vault) else "share"
    return f"{_safe(vault.name)}-{_safe(vault.party)}-{word}{place}of{len(vault.signers)}.vult"


def _backup(name: str, data: bytes) -> Backup:
    if len(data) > MAX_FILE:
        raise WireError(f"a vault file of {len(data)} bytes")
    text = b"".join(data.split())  # mail programs wrap lines
    if text[:1] == b"{" or (text[:2] == b"7b" and _is_hex(text)):
        raise WireError("a backup in JSON, of an app before 2024: restore it there, and back it up again")
    try:
        container = vault_pb2.VaultContainer.FromString(unbase64(text))
    except (WireError, DecodeError, UnicodeDecodeError) as broken:
        raise WireError("not a vault file") from broken
    if not container.vault:
        raise WireError("no vault in the file")
    if container.version > _VERSION:
        raise WireError(f"a vault file of version {container.version}")
    try:
        content = unbase64(container.vault)
    except WireError as broken:
        raise WireError("a damaged vault file") from broken
    least = _NONCE + _TAG if container.is_encrypted else 1
    found = Backup(name, container.is_encrypted, content)
    if len(content) < least + (len(_MAGIC) + _SALT if found.kind == "current" else 0):
        raise WireError("a truncated vault file")
    return found


def _decrypted(blob: bytes, password: bytes | None) -> bytes:
    if not password:
        raise WrongPassword("the file has a password")
    if blob[:4] == _MAGIC:
        salt, blob = blob[4 : 4 + _SALT], blob[4 + _SALT :]
        key = _derived(password, salt)
    else:
        key = hashlib.sha256(password).digest()
    cipher = AES.new(key, AES.MODE_GCM, nonce=blob[:_NONCE], mac_len=_TAG)
    try:
        return cipher.decrypt_and_verify(blob[_NONCE:-_TAG], blob[-_TAG:])
    except ValueError as refused:
        raise WrongPassword("wrong password, or the file was altered") from refused


def _derived(password: bytes, salt: bytes) -> bytes:
    # hashlib's is missing in Pyodide, which has no OpenSSL; imported here as most starts need no backup
    from Crypto.Hash import SHA256
    from Crypto.Protocol.KDF import PBKDF2

    return PBKDF2(password, salt, 32, count=_ROUNDS, hmac_hash_module=SHA256)


def _members(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The vault files in a zip; whatever else lies in it is passed over. Raises WireError."""
    import io
    import zipfile  # slow to import, and most files are none
    import zlib

    if len(data) > MAX_FILE:
        raise WireError(f"a zip of {len(data)} bytes")
    if data.count(b"PK\x01\x02") > MAX_MEMBERS:  # one stands before each entry of the directory
        raise WireError(f"over {MAX_MEMBERS} files in the zip")
    found, size = 0, 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in archive.infolist():
                name = entry.filename.rpartition("/")[2]
                if not name.lower().endswith(SUFFIXES) or name.startswith("."):  # macOS adds "._name"
                    continue
                size += entry.file_size
                if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or entry.flag_bits & 1:
                    raise WireError("the zip is encrypted or compressed in an unknown way")
                if size > MAX_FILE or entry.file_size > MAX_RATIO * (entry.compress_size + 1):
                    raise WireError("the zip would grow too large")
                found += 1
                yield name, archive.read(entry)  # never more than the directory says, and the CRC is checked
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, OSError, EOFError) as broken:
        raise WireError("a damaged zip") from broken
    if not found:
        raise WireError("no vault file in the zip")


def _safe(name: str) -> str:
    letters = ["-" if letter in _UNSAFE or not letter.isprintable() else letter for letter in name[:_MAX_NAME]]
    return "".join(letters).strip(" .") or "vault"


def _is_hex(text: bytes) -> bool:
    return not text.strip(b"0123456789abcdefABCDEF")
