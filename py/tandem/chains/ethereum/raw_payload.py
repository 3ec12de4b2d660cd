"""Transactions for which Vultisig's keysign payload has no fields: with an access list, or with authorizations.

They travel as a custom message, whose text is the unsigned bytes. For an EVM chain every app of the family signs the
hash of these as they are (relay spec §6.3), which is the transaction's digest. All that such an app can show is the
method and the digits. A reader of ours takes the transaction out of them, whatever the message calls itself.
"""

from typing import Final

from tandem.chains.ethereum import tx
from tandem.chains.ethereum.networks import BY_WIRE, Network
from tandem.chains.ethereum.tx import Transaction
from tandem.errors import WireError
from tandem.proto.keysign_pb2 import CustomMessagePayload
from tandem.wire import un0x

# Not sign_message, which iOS signs unhashed, and not eth_signTypedData_v4; any other is the same to the apps, and this
# one tells whoever looks at the phone what it is.
METHOD: Final = "eth_signTransaction"
OWN_NAMES: Final = (METHOD, "eth_sendTransaction")
ANY: Final = "Ethereum"  # what the apps call every EVM chain in a message


def has_fields(what: Transaction, network: Network) -> bool:
    """Whether the keysign payload says all of it."""
    return what.kind == network.kind and not what.access_list and not what.authorizations


def wire_name(network: Network) -> str:
    """What the message calls the network: a name that the apps know, as they refuse others or take Ethereum's key."""
    return ANY if ":" in network.wire else network.wire


def raw_payload(
    what: Transaction, *, network: Network, vault_public_key: bytes, party: str, origin: str
) -> CustomMessagePayload:
    payload = CustomMessagePayload(
        method=METHOD,
        message="0x" + tx.unsigned(what).hex(),
        vault_public_key_ecdsa=vault_public_key.hex(),
        vault_local_party_id=party,
        chain=wire_name(network),
    )
    payload.dapp_metadata.url = origin
    return payload


def read_raw(payload: CustomMessagePayload) -> Transaction | None:
    """The transaction that the message is; None where it is none. Raises WireError for one that is not understood, and
    for one of another chain than the message says."""
    try:
        data = un0x(payload.message)
    except WireError:
        return None
    if not tx.is_transaction(data):
        return None
    what = tx.read_unsigned(data)
    named = BY_WIRE.get(payload.chain or ANY)
    if named is None or (named.wire != ANY and named.chain_id != what.chain_id):
        raise WireError("a transaction of another chain than its message says")
    return what
