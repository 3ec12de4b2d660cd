"""Vultisig's backup files: every kind read, the current one written, and nothing that is neither taken for a vault."""

import base64
import hashlib
import io
import struct
import zipfile
from dataclasses import replace
from unicodedata import normalize

import pytest
from Crypto.Cipher import AES
from hypothesis import given, settings
from hypothesis import strategies as st

from adversary.faulty_party import stream
from tandem.errors import VaultDamaged, VaultFault, WireError, WrongPassword
from tandem.proto import vault_pb2
from tandem.vault import backup
from tandem.vault.backup import file_name, read_backups, write_backup
from tandem.vault.vault import Gg20Vault, Vault, read_vault
from vault.files import file_of, gg20_message, imported, legacy_file, other_key, plain_file, vault, zip_of

PASSWORD = "pässword 密码".encode()


def only(data, name="a.vult"):
    (found,) = read_backups(name, data)
    return found


def opened(data, password=PASSWORD):
    return only(data).open(password)


@pytest.fixture
def quick(monkeypatch):
    """Fewer rounds, where not the derivation is tested."""
    monkeypatch.setattr(backup, "_ROUNDS", 2)


@pytest.mark.parametrize("made", [vault(0), vault(1), vault(2, threshold=2, size=3), imported(0), imported(1)])
def test_written_and_read_again(made):
    data = write_backup(made, PASSWORD)
    found = only(data)
    assert found.encrypted and data == b"".join(data.split())
    assert found.open(PASSWORD).to_bytes() == made.to_bytes()


@pytest.mark.skipif(not hasattr(hashlib, "pbkdf2_hmac"), reason="this Python has no OpenSSL (Pyodide)")
def test_current_kind_byte_for_byte():
    """Opened by OpenSSL's derivation, as the apps' own would."""
    container = vault_pb2.VaultContainer.FromString(base64.b64decode(write_backup(vault(), PASSWORD)))
    assert (container.version, container.is_encrypted) == (1, True)
    blob = base64.b64decode(container.vault)
    assert blob[:4] == b"VLT\x02"
    key = hashlib.pbkdf2_hmac("sha256", PASSWORD, blob[4:20], 600_000)
    plain = AES.new(key, AES.MODE_GCM, nonce=blob[20:32]).decrypt_and_verify(blob[32:-16], blob[-16:])
    assert plain == vault().to_bytes()


def test_published_examples_of_both_ciphers():
    """relay-and-sessions §13: the SDK's golden vectors."""
    current = bytes.fromhex("564c5402" + "03" * 16 + "04" * 12 + "1b0a21328e42d6527c5ba6f5817300bc2c6f")
    assert backup._decrypted(current, b"golden-cross-platform") == b"xy"
    legacy = bytes.fromhex("00" * 12 + "7f7edd67b050670be9f6f7dd3fb8bceaad38")
    assert backup._decrypted(legacy, b"legacy-secret") == b"xy"


def test_salt_and_nonce_are_fresh(quick):
    first, second = write_backup(vault(), PASSWORD), write_backup(vault(), PASSWORD)
    blobs = [only(data).content for data in (first, second)]
    assert blobs[0][4:20] != blobs[1][4:20] and blobs[0][20:32] != blobs[1][20:32]
    assert write_backup(vault(), PASSWORD, stream("r")) == write_backup(vault(), PASSWORD, stream("r"))


def test_plain_and_legacy_files():
    made = vault()
    found = only(plain_file(made.to_bytes()))
    assert not found.encrypted
    assert found.open(None).to_bytes() == found.open(b"any").to_bytes() == made.to_bytes()
    assert opened(legacy_file(made.to_bytes(), PASSWORD)).to_bytes() == made.to_bytes()


def test_lines_wrapped_by_a_mail_program():
    data = plain_file(vault().to_bytes())
    wrapped = b"\r\n".join(data[at : at + 76] for at in range(0, len(data), 76)) + b"\n"
    assert opened(wrapped).to_bytes() == vault().to_bytes()


@pytest.mark.parametrize("kind", ["current", "legacy"])
def test_wrong_password(quick, kind):
    data = write_backup(vault(), PASSWORD) if kind == "current" else legacy_file(vault().to_bytes(), PASSWORD)
    decomposed = normalize("NFD", PASSWORD.decode()).encode()  # no app normalises
    for wrong in (b"passwort", PASSWORD + b"x", decomposed, None, b""):
        with pytest.raises(WrongPassword):
            opened(data, wrong)


def test_an_export_needs_a_password():
    with pytest.raises(WrongPassword):
        write_backup(vault(), b"")


def test_nothing_of_a_file_is_lost():
    """Fields of newer apps, in the message and inside its parts, and the fraction of the second."""
    message = vault_pb2.Vault.FromString(imported().to_bytes())
    message.created_at.nanos = 639036017
    message.public_key_mldsa44 = "ab" * 1312
    message.key_shares.insert(0, vault_pb2.Vault.KeyShare(public_key=message.public_key_mldsa44, keyshare="b3Blbg=="))
    message.chain_public_keys.add(public_key=message.public_key_mldsa44, chain="QBTC", is_eddsa=True)
    message.reshare_prefix = "relic"
    message.hex_chain_code = "77" * 32  # an imported vault keeps its own after a reshare
    newer = b"\xfa\x06\x03new"  # field 111
    message.key_shares[2].MergeFromString(newer)
    message.chain_public_keys[0].MergeFromString(newer)
    message.MergeFromString(newer)
    content = message.SerializeToString()
    read = opened(plain_file(content))
    assert content.count(newer) == 3
    assert read.to_bytes() == content
    assert opened(write_backup(read, PASSWORD)).to_bytes() == content
    renamed = vault_pb2.Vault.FromString(replace(read, name="other").to_bytes())
    assert renamed.name == "other" and renamed.public_key_mldsa44 == message.public_key_mldsa44


def test_imported_vault_signs_with_the_keys_of_its_chains():
    made = imported()
    evm, solana = other_key("evm")[0], made.chain_keys[3].share
    key = made.signing_key("BSC", "m/44/60/0/0/0", "ecdsa")
    assert (key.public_key, key.share.share, key.path) == (evm.public_key, evm.share, "m")
    key = made.signing_key("Solana", "m", "eddsa")
    assert (key.public_key, key.share, key.eddsa) == (solana.public_key, made.share, solana)
    for chain, curve in (("Litecoin", "ecdsa"), ("ethereum", "ecdsa"), ("Ethereum", "eddsa")):
        with pytest.raises(VaultFault, match="without a key for"):
            made.signing_key(chain, "m", curve)
    plain = vault().signing_key("BSC", "m/44/60/0/0/0", "ecdsa")
    assert (plain.public_key, plain.path) == (vault().share.derive("m/44/60/0/0/0"), "m/44/60/0/0/0")


def test_first_of_several_shares_of_one_key_counts():
    """Phones run a ceremony for each chain, and one path gives one key: all devices take the first share."""
    message = vault_pb2.Vault.FromString(imported().to_bytes())
    evm = next(held for held in message.key_shares if held.public_key == other_key("evm")[0].public_key.hex())
    again = message.key_shares.add(public_key=evm.public_key, keyshare=base64.b64encode(b"another sharing").decode())
    read = read_vault(message.SerializeToString())
    assert read.chain_keys[1].share.to_bytes() == base64.b64decode(evm.keyshare)
    assert vault_pb2.Vault.FromString(read.to_bytes()).key_shares[-1] == again


def test_old_vault_is_read_and_written_but_cannot_sign():
    content = gg20_message(party=1).SerializeToString()
    read = opened(legacy_file(content, PASSWORD))
    assert isinstance(read, Gg20Vault)
    assert (read.name, read.party, read.signers, read.threshold) == ("old", "bob", ("ann", "bob", "cleo"), 2)
    assert read.public_key_of("Ethereum", "m/44/60/0/0/0", "ecdsa") == vault().share.derive("m/44/60/0/0/0")
    assert read.public_key_of("Solana", "m", "eddsa") == vault().eddsa.public_key
    assert not hasattr(read, "signing_key") and not hasattr(read, "share")
    assert opened(write_backup(read, PASSWORD)).to_bytes() == content
    with pytest.raises(WireError, match="no DKLS vault"):
        Vault.from_bytes(content)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda message: setattr(message, "local_party_id", "ann"), "another device"),
        (lambda message: setattr(message, "local_party_id", "eve"), "another device"),
        (lambda message: message.signers.remove("bob"), "signers"),
        (lambda message: setattr(message, "public_key_ecdsa", "02" * 33), "no share"),
        (lambda message: setattr(message, "hex_chain_code", "00"), "bytes"),
        (lambda message: setattr(message.key_shares[0], "keyshare", "{"), "JSON"),
        (lambda message: setattr(message.key_shares[0], "keyshare", "[" * 99), "nested"),
        (lambda message: setattr(message.key_shares[0], "keyshare", message.key_shares[1].keyshare), "vault's key"),
    ],
)
def test_old_vault_that_does_not_hold_together(change, reason):
    message = gg20_message(party=1)
    change(message)
    with pytest.raises(VaultDamaged, match=reason):
        opened(plain_file(message.SerializeToString()))


def swap_chain_shares(message):
    message.key_shares[2].keyshare, message.key_shares[3].keyshare = (
        message.key_shares[3].keyshare,
        message.key_shares[2].keyshare,
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda message: setattr(message, "local_party_id", "eve"), "do not name this device"),
        (lambda message: message.signers.append("eve"), "not as many"),
        (lambda message: message.signers.extend("defghijkl"), "signers"),
        (lambda message: setattr(message, "lib_type", 9), "unknown library"),
        (lambda message: message.key_shares.pop(), "no share for the key of a chain"),
        (swap_chain_shares, "not of the vault's key"),
        (lambda message: message.chain_public_keys.extend([message.chain_public_keys[0]] * 128), "too many keys"),
        (lambda message: message.key_shares.extend([message.key_shares[0]] * 128), "too many keys"),
    ],
)
def test_imported_vault_that_does_not_hold_together(change, reason):
    message = vault_pb2.Vault.FromString(imported().to_bytes())
    change(message)
    with pytest.raises(VaultDamaged, match=reason):
        opened(plain_file(message.SerializeToString()))


def test_shares_of_another_party_or_committee_are_refused():
    with pytest.raises(WireError, match="different committees"):
        replace(imported(), chain_keys=imported(1).chain_keys)
    with pytest.raises(WireError, match="different committees"):
        replace(vault(size=3, threshold=2), eddsa=vault(size=3, threshold=3).eddsa)
    with pytest.raises(WireError, match="only an imported vault"):
        replace(imported(), lib="DKLS")


def tampered_share(offset, value):
    """The ECDSA share of a plain file with one byte changed."""
    message = vault_pb2.Vault.FromString(vault().to_bytes())
    share = bytearray(base64.b64decode(message.key_shares[0].keyshare))
    share[offset] ^= value
    message.key_shares[0].keyshare = base64.b64encode(share).decode()
    return plain_file(message.SerializeToString())


@pytest.mark.parametrize(
    ("offset", "reason"),
    [
        (3, "not a key share"),
        (9, "threshold"),
        (10, "party id"),
        (50, "chain code"),
        (80, "point"),
        (150, "share and its point"),
        (172, "rank"),
        (230, "points and public key"),
        (172 + 2 * 98 + 32768, "choice"),
    ],
)
def test_share_that_fails_its_checks(offset, reason):
    with pytest.raises(VaultDamaged, match=reason):
        opened(tampered_share(offset, 0x11))


def test_share_with_more_than_it_should_hold():
    message = vault_pb2.Vault.FromString(vault().to_bytes())
    share = bytearray(base64.b64decode(message.key_shares[0].keyshare))
    share[7] = 3
    message.key_shares[0].keyshare = base64.b64encode(share + b"abc").decode()
    with pytest.raises(VaultDamaged, match="more than this version"):
        opened(plain_file(message.SerializeToString()))


def test_names_of_files():
    assert file_name(vault(1)) == "savings-bob-share2of2.vult"
    odd = replace(vault(), name="a/b\\c:\n‮x" + "y" * 99)
    assert file_name(odd) == "a-b-c---x" + "y" * 51 + "-ann-share1of2.vult"
    assert file_name(replace(vault(), name=" .. ")) == "vault-ann-share1of2.vult"
    assert file_name(read_vault(gg20_message().SerializeToString())) == "old-ann-part1of3.vult"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no vault in the file"),
        (b"%%%%", "not a vault file"),
        (b"AA==", "not a vault file"),
        (b"\xff\xfe", "not a vault file"),
        (b'{"vault": 1}', "JSON"),
        (b'{"vault": 1}'.hex().encode(), "JSON"),
        (base64.b64encode(vault_pb2.VaultContainer(version=1).SerializeToString()), "no vault in the file"),
        (base64.b64encode(vault_pb2.VaultContainer(vault="?").SerializeToString()), "damaged"),
        (file_of(bytes(50), encrypted=True, version=2), "version 2"),
        (file_of(bytes(27), encrypted=True), "truncated"),
        (file_of(b"VLT\x02" + bytes(43), encrypted=True), "truncated"),
        (b"A" * (backup.MAX_FILE + 1), "bytes"),
    ],
)
def test_what_is_no_vault_file(data, reason):
    with pytest.raises(WireError, match=reason):
        only(data)


def test_an_encrypted_file_called_plain():
    container = vault_pb2.VaultContainer.FromString(base64.b64decode(legacy_file(vault().to_bytes(), PASSWORD)))
    container.is_encrypted = False
    with pytest.raises(VaultDamaged):
        opened(base64.b64encode(container.SerializeToString()), None)


# --- zip


def test_several_in_a_zip(quick):
    first, second = write_backup(vault(), PASSWORD), plain_file(imported().to_bytes())
    files = {"x/a.vult": first, "B.BAK": second, "__MACOSX/x/._a.vult": b"junk", "readme.txt": b"hello"}
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        found = read_backups("all.zip", zip_of(files, method))
        assert [one.name for one in found] == ["a.vult", "B.BAK"]
        assert [one.open(PASSWORD).name for one in found] == ["savings", "brought"]


def changed_zip(place, value, files=None):
    """A zip whose directory entry has other bytes at `place`."""
    data = bytearray(zip_of(files or {"a.vult": plain_file(vault().to_bytes())}))
    at = data.index(b"PK\x01\x02") + place
    data[at : at + len(value)] = value
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (zip_of({"readme.txt": b""}), "no vault file"),
        (zip_of({}), "not a vault file"),
        (zip_of({f"{place}.vult": b"x" for place in range(65)}), "over 64"),
        (zip_of({"a.vult": bytes(1 << 22)}), "too large"),
        (zip_of({"a.vult": b"A"}, zipfile.ZIP_LZMA), "unknown way"),
        (zip_of({"a.vult": b"A"}, zipfile.ZIP_BZIP2), "unknown way"),
        (changed_zip(8, b"\x01"), "encrypted"),
        (changed_zip(24, struct.pack("<I", 1 << 30)), "too large"),
        (changed_zip(16, bytes(4)), "damaged"),
        (zip_of({"a.vult": b"A" * 99})[:-30], "damaged"),
        (b"PK\x03\x04" + bytes(backup.MAX_FILE), "bytes"),
    ],
)
def test_zip_that_is_refused(data, reason):
    with pytest.raises(WireError, match=reason):
        read_backups("a.zip", data)


def test_zip_that_grows_over_the_limit_together(monkeypatch):
    monkeypatch.setattr(backup, "MAX_FILE", 1_000_000)
    content = bytes(stream("noise")(300_000))
    with pytest.raises(WireError, match="too large"):
        read_backups("a.zip", zip_of({f"{place}.vult": base64.b64encode(content) for place in range(3)}))


def test_zip_whose_directory_lies_about_sizes(monkeypatch):
    """A small declared size is all that is ever unpacked."""
    data = changed_zip(24, struct.pack("<I", 10), {"a.vult": bytes(1 << 24)})
    with pytest.raises(WireError):
        read_backups("a.zip", data)


# --- fuzz

FILES = [
    plain_file(vault().to_bytes()),
    legacy_file(vault().to_bytes(), PASSWORD),
    zip_of({"a.vult": plain_file(vault().to_bytes()), "b.vult": legacy_file(vault().to_bytes(), PASSWORD)}),
]


def outcome(data):
    """What a person would get: the vaults' bytes, or a typed error."""
    try:
        return [found.open(PASSWORD).to_bytes() for found in read_backups("a", data)]
    except (WireError, WrongPassword, VaultDamaged):
        return None


@settings(max_examples=400, derandomize=True, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes(data):
    assert outcome(data) is None
    assert outcome(b"PK\x03\x04" + data) is None
    assert outcome(base64.b64encode(data)) is None
    assert outcome(file_of(data, encrypted=True)) is None
    assert outcome(file_of(data, encrypted=False)) is None


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.sampled_from(FILES), st.data())
def test_damaged_files(file, data):
    """Cut, changed or doubled somewhere: a value or a typed error."""
    at = data.draw(st.integers(0, len(file) - 1))
    kind = data.draw(st.sampled_from(["cut", "flip", "double", "set"]))
    if kind == "cut":
        damaged = file[:at]
    elif kind == "flip":
        damaged = file[:at] + bytes([file[at] ^ (1 << data.draw(st.integers(0, 7)))]) + file[at + 1 :]
    elif kind == "double":
        damaged = file[:at] + file[at : at + 500] + file[at:]
    else:
        damaged = file[:at] + data.draw(st.binary(min_size=1, max_size=8)) + file[at + 8 :]
    outcome(damaged)


@settings(max_examples=400, derandomize=True, deadline=None)
@given(st.booleans(), st.data())
def test_an_altered_encrypted_file_never_gives_another_vault(current, data):
    """Outside the base64 and inside it, at any place: the same vault or an error."""
    file = CURRENT if current else FILES[1]
    raw = base64.b64decode(file)
    at = data.draw(st.integers(0, min(len(raw), 200) - 1) | st.integers(0, len(raw) - 1))
    altered = raw[:at] + bytes([raw[at] ^ (1 << data.draw(st.integers(0, 7)))]) + raw[at + 1 :]
    held, backup._ROUNDS = backup._ROUNDS, 2
    try:
        assert outcome(base64.b64encode(altered)) in (None, [vault().to_bytes()])
        blob = bytearray(only(file).content)
        blob[data.draw(st.integers(0, len(blob) - 1))] ^= 1 << data.draw(st.integers(0, 7))
        assert outcome(file_of(bytes(blob), encrypted=True)) is None
    finally:
        backup._ROUNDS = held


def _current():
    held, backup._ROUNDS = backup._ROUNDS, 2
    try:
        return write_backup(vault(), PASSWORD)
    finally:
        backup._ROUNDS = held


CURRENT = _current()


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.data())
def test_damaged_directory_of_a_zip(data):
    """The part that zipfile parses, where random damage of the whole seldom falls."""
    file = FILES[2]
    start = file.index(b"PK\x01\x02")
    tail = bytearray(file[start:])
    for _ in range(data.draw(st.integers(1, 4))):
        tail[data.draw(st.integers(0, len(tail) - 1))] = data.draw(st.integers(0, 255))
    outcome(file[:start] + bytes(tail))


def test_zip64_and_overlapping_entries():
    """A directory that names one file's bytes many times grows no more than it may."""
    content = plain_file(vault().to_bytes())
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.vult", content)
    data = target.getvalue()
    start, stop = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entry, end = data[start:stop], bytearray(data[stop:])
    end[8:12] = struct.pack("<HH", 50, 50)
    end[12:16] = struct.pack("<I", 50 * len(entry))
    try:
        found = read_backups("a.zip", data[:start] + 50 * entry + bytes(end))
    except WireError:
        return
    assert sum(len(one.content) for one in found) <= backup.MAX_FILE


def test_new_shares_of_a_vault_with_chain_keys_need_those_too():
    made = imported()
    with pytest.raises(VaultFault, match="not passed on"):
        made.reshared(made.share, made.eddsa, made.signers)
    assert made.reshared(made.share, made.eddsa, made.signers, made.chain_keys).chain_keys == made.chain_keys
