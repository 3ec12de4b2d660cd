"""What the message methods want signed: text, bytes, or typed data of either kind."""

from tandem.chains.ethereum import networks, typed_data
from tandem.chains.ethereum.networks import Network
from tandem.chains.ethereum.payload import Signable
from tandem.chains.ethereum.sign_in import sign_in_summary
from tandem.chains.ethereum.summary import message_summary, typed_tokens
from tandem.chains.ethereum.typed_data import TypedData
from tandem.chains.ethereum.typed_data_v1 import METHOD, TypedFields, fields_summary, parse_fields
from tandem.chains.reading import readable
from tandem.errors import BadRequest, WireError, WrongNetwork
from tandem.provider.record import Record
from tandem.provider.request import Call, message_params, parse_call, typed_data_params
from tandem.wallet.ethereum import simulation
from tandem.wallet.ethereum.looked import NOTHING
from tandem.wallet.ethereum.node import Node
from tandem.wallet.ethereum.transaction import looked
from tandem.wire import Json, un0x


def content(call: Call) -> bytes | TypedData | TypedFields:
    """Raises BadRequest."""
    if call.method == "personal_sign":
        return message_params(call.params)[0]
    _, text = typed_data_params(call.params)
    try:
        if call.method == METHOD:
            return parse_fields(text)
        made = typed_data.parse(text)
    except WireError as wrong:
        raise BadRequest(wrong.detail) from wrong
    if call.method == "eth_signTypedData_v3" and made.has_arrays:
        raise BadRequest("arrays are version 4")  # for everything else both versions sign the same
    return made


def signable(call: Call) -> Signable:
    """The same as it goes to the phone. Raises BadRequest."""
    made = content(call)
    return made.hashes if isinstance(made, TypedFields) else made


def signer(call: Call) -> bytes:
    """The account that is to sign, 20 bytes. Raises BadRequest."""
    return message_params(call.params)[1] if call.method == "personal_sign" else typed_data_params(call.params)[0]


def summary(record: Record, now: float) -> dict[str, Json]:
    """The fields of the message screen; `now` in epoch seconds. Raises BadRequest, WrongNetwork."""
    made, chain = content(parse_call(record.text)), networks.chain_id(record.chain)
    if isinstance(made, TypedFields):
        return fields_summary(made)
    account = un0x(record.account or "", size=20)
    told = message_summary(made, record.origin, account, looked(record).tokens)
    if isinstance(made, TypedData):
        if made.chain_id not in (None, chain):
            raise WrongNetwork
        return told
    text = readable(made)
    signs_in = None
    if text is not None:
        signs_in = sign_in_summary(text, origin=record.origin, account=account, chain_id=chain, now=now)
    return told if signs_in is None else told | {"siwe": signs_in}


async def look(node: Node, network: Network, record: Record) -> dict[str, Json] | None:
    """What the contracts of the tokens in typed data say of themselves, for the record's `chosen`; None where there is
    nothing to ask. The screen does not wait for it, and a contract that does not answer stays an address."""
    made = content(parse_call(record.text))
    if not isinstance(made, TypedData) or made.chain_id is None:
        return None
    wanted = typed_tokens(made, un0x(record.account or "", size=20))
    found = await simulation.tokens(node, network, wanted, NOTHING)
    return {"looked": found.to_json()} if found.tokens else None
