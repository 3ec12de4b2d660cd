"""Vaults of every kind, and their files as the apps write them."""

import hashlib
import io
import zipfile
from base64 import b64encode
from functools import cache

from Crypto.Cipher import AES

from adversary.faulty_party import results, stream
from mpc.committee import NAMES, key, keygen_setup
from mpc.gg20 import numbers, share_text
from mpc.schnorr.committee import key as eddsa_key
from tandem.curve.edwards import L
from tandem.curve.scalar import N
from tandem.mpc.dkls import keygen as dkls
from tandem.mpc.schnorr import keygen as schnorr
from tandem.mpc.shamir import lagrange
from tandem.proto import vault_pb2
from tandem.proto.keygen_pb2 import LIB_TYPE_GG20
from tandem.vault.vault import ChainKey, Vault

CREATED = 1_700_000_000


def vault(party=0, name="savings", threshold=2, size=2):
    shares = key(threshold, size)[party], eddsa_key(threshold, size)[party]
    return Vault(name, NAMES[party], NAMES[:size], *shares, CREATED)


@cache
def other_key(seed, protocol=dkls):
    """The shares of one more key of ann and bob."""
    setup = keygen_setup(2, 2, seed)
    return tuple(results([protocol.keygen(setup, name, rng=stream(seed + name)) for name in setup.names]))


def imported(party=0):
    """Bitcoin and Ethereum have keys of their own, BSC shares Ethereum's, Solana has one of the other curve."""
    evm, bitcoin = other_key("evm")[party], other_key("bitcoin")[party]
    solana = other_key("solana", schnorr)[party]
    keys = (("Bitcoin", bitcoin), ("Ethereum", evm), ("BSC", evm), ("Solana", solana))
    shares = key(2, 2)[party], eddsa_key(2, 2)[party]
    return Vault(
        "brought", NAMES[party], NAMES[:2], *shares, CREATED, "KeyImport", tuple(ChainKey(*entry) for entry in keys)
    )


def gg20_message(party=0, signers=NAMES[:3], seed=7):
    """A `Vault` message of the protocol before, of the same keys as `vault()`: shares as tss-lib would have saved
    them."""
    name, keys, code = signers[party], (key(2, 2), eddsa_key(2, 2)), key(2, 2)[0].chain_code
    message = vault_pb2.Vault(
        name="old",
        public_key_ecdsa=keys[0][0].public_key.hex(),
        public_key_eddsa=keys[1][0].public_key.hex(),
        signers=signers,
        hex_chain_code=code.hex(),
        local_party_id=name,
        lib_type=LIB_TYPE_GG20,
        created_at={"seconds": CREATED},
    )
    for shares, eddsa in zip(keys, (False, True), strict=True):
        data = numbers(private_key(shares, eddsa=eddsa), signers, name, eddsa=eddsa, seed=seed)
        public_key = shares[0].public_key
        message.key_shares.add(public_key=public_key.hex(), keyshare=share_text(public_key, data, name, eddsa=eddsa))
    return message


def private_key(shares, *, eddsa=False):
    """The scalar that all these shares are of."""
    order, endian = (L, "little") if eddsa else (N, "big")
    xs = {share.party_id: share.party_id + 1 if eddsa else share.xs[share.party_id] for share in shares}
    parts = (lagrange(xs, one.party_id, order) * int.from_bytes(one.share.reveal(), endian) for one in shares)
    return sum(parts) % order


def plain_file(message):
    return file_of(message, encrypted=False)


def legacy_file(message, password):
    """As all apps wrote it, and the server and older SDKs still do."""
    nonce = stream("nonce")(12)
    text, tag = AES.new(hashlib.sha256(password).digest(), AES.MODE_GCM, nonce=nonce).encrypt_and_digest(message)
    return file_of(nonce + text + tag, encrypted=True)


def file_of(content, *, encrypted, version=1):
    container = vault_pb2.VaultContainer(version=version, vault=b64encode(content).decode(), is_encrypted=encrypted)
    return b64encode(container.SerializeToString())


def zip_of(files, method=zipfile.ZIP_DEFLATED):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()
