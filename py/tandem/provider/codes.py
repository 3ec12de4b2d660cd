"""What a page is told of an error: one code, one fixed sentence, one `data.reason` per kind (docs/errors.md)."""

from typing import Final

from tandem.errors import TandemError
from tandem.wire import Json

SENTENCES: Final[dict[str, str]] = {
    "internal": "The wallet failed internally.",
    "bad_request": "The request's parameters are not valid.",
    "parse": "The request is not JSON.",
    "invalid_request": "The request is not a JSON-RPC request.",
    "wrong_network": "The transaction is for another network than the one this site is on.",
    "blob_transaction": "Transactions with blobs (EIP-4844) are not signed by this wallet.",
    "unsupported_method": "The wallet does not support this method.",
    "not_permitted": "This site has no permission for that: it has to connect first.",
    "site_blocked": "The user has blocked this site.",
    "frame_refused": "A page inside another site's page can only connect where that site is connected.",
    "chain_not_permitted": "The user has limited this site to other networks.",
    "unknown_chain": "The wallet has no network with this chain id.",
    "already_asked": "The same question is waiting for an answer in the wallet.",
    "unsupported_capability": "The wallet does not have a capability that the batch insists on.",
    "unsupported_chain": "The wallet has no network with the batch's chain id.",
    "duplicate_batch": "A batch with this id exists already.",
    "unknown_batch": "There is no batch with this id.",
    "batch_too_large": "The batch has too many calls.",
    "not_atomic": "The wallet cannot carry out these calls all or nothing.",
    "user_rejected": "The user rejected the request.",
    "phone_declined": "The request was declined on the phone.",
    "rate_limited": "Too many requests. Try again later.",
    "transport": "The devices could not reach each other.",
    "relay_unreachable": "The relay between browser and phone cannot be reached.",
    "server_password": "The server that signs with this vault did not take the password.",
    "service_unreachable": "The server that signs with this vault cannot be reached or refused.",
    "phone_timeout": "The phone did not answer in time.",
    "cancelled": "The request was cancelled.",
    "request_expired": "Nobody decided on the request in time.",
    "page_gone": "The page that asked was closed before anybody decided.",
    "wallet_restarted": "The wallet was restarted before the phone had signed. Nothing was sent.",
    "signing_interrupted": "The wallet was restarted while the devices were signing. The phone may have sent it.",
    "chain_node": "The network's node gave no answer that can be used.",
    "chain_unreachable": "None of the network's nodes can be reached.",
    "already_mined": "A transaction with that nonce is in a block already.",
    "fee_risen": "The network's fee has risen above what was approved.",
    "fails_now": "What was approved would fail now.",
    "insufficient_funds": "The account does not hold enough for the amount and the fee.",
    "malformed": "Malformed data.",
    "payment_link": "This link asks for a payment or is an address. Open it in the phone app.",
    "connect_link": "This link connects a site with a phone app. Open it there.",
    "vault_link": "These are a vault's public keys only. Its backup file holds the share.",
    "ceremony_link": "This link invites to something that this device cannot take part in.",
    "cosigner_fault": "The phone's part of the signing was not valid.",
    "cosigner_aborted": "The phone stopped the signing.",
    "cosigner_cheated": "The signing failed a security check. The vault needs new shares.",
    "setup_refused": "What was to be signed is not what was approved.",
    "banned": "A device of this vault is banned after a failed security check. The vault needs new shares.",
    "vault": "The vault cannot be used.",
    "wrong_password": "The password does not open the vault.",
    "vault_damaged": "The stored vault is damaged.",
    "locked": "The wallet is locked.",
    "key_derivation": "The password cannot be checked on this device now.",
    "entropy": "The system's random source failed its test.",
}


def told(error: TandemError) -> dict[str, Json]:
    """The error object for the page: never the exception's own text."""
    return {"code": error.code, "message": SENTENCES[error.reason], "data": {"reason": error.reason}}
