"""Every error Tandem raises on purpose, whom it blames, and what a dApp is told of it.

    TandemError
    ├── what a page asked  BadRequest (ParseFault, InvalidRequest, WrongNetwork, BlobTransaction), UnknownMethod,
    │                      NotPermitted (SiteBlocked, FrameRefused, ChainNotPermitted), UnknownChain, AlreadyAsked,
    │                      TooMany, BatchFault (UnsupportedCapability, UnsupportedChain, DuplicateBatch, UnknownBatch,
    │                      BatchTooLarge, NotAtomic)
    ├── a person's No      UserRejected, CosignerDeclined
    ├── nobody's fault     Transport (RelayFault, ServiceFault, CosignerTimeout, Cancelled, Expired, PageGone,
    │                      Restarted, Interrupted)
    ├── a network's node   ChainNodeError (ChainUnreachable, AlreadyMined, FeeRisen, FailsNow, InsufficientFunds)
    ├── bytes from outside WireError (PaymentLink, ConnectLink, VaultLink, CeremonyLink)
    ├── another device     CosignerFault (MalformedMessage, SessionMismatch, FailedCheck, PeerAborted, CheatedOT),
    │                      SetupRefused, Banned, ServerRefused
    └── this device        VaultFault (WrongPassword, VaultDamaged, VaultLocked, KdfFault), EntropyFault, Bug

`code` is the JSON-RPC code a page sees, `reason` the stable key of `data.reason` (docs/errors.md) and of the
sentence in `_locales`, `must_ban` whether the party may never be signed with again (spec: dkls23 checks; a failed
OT or VOLE check leaks about a bit of the long-lived share each time). The text of an exception never reaches a page.
"""

from typing import ClassVar


class TandemError(Exception):
    """Base of the tree. `party` is the culprit's party index, where one is proved."""

    code: ClassVar[int] = -32603
    reason: ClassVar[str] = "internal"
    must_ban: ClassVar[bool] = False

    def __init__(self, detail: str = "", *, party: int | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.party = party


class BadRequest(TandemError):
    """The page's request has the wrong shape, size or depth, or contradicts itself."""

    code = -32602
    reason = "bad_request"


class ParseFault(BadRequest):
    """The text is not JSON within our bounds."""

    code = -32700
    reason = "parse"


class InvalidRequest(BadRequest):
    """JSON, but not a request object."""

    code = -32600
    reason = "invalid_request"


class WrongNetwork(BadRequest):
    """The transaction names another chain than the one the site is on."""

    reason = "wrong_network"


class BlobTransaction(BadRequest):
    """A transaction that carries blobs (EIP-4844)."""

    reason = "blob_transaction"


class UnknownMethod(TandemError):
    """A method that does not exist here or is refused on purpose."""

    code = 4200
    reason = "unsupported_method"


class NotPermitted(TandemError):
    """The origin holds no permission for the account or the act."""

    code = 4100
    reason = "not_permitted"


class SiteBlocked(NotPermitted):
    """The person does not want to be asked by this origin."""

    reason = "site_blocked"


class FrameRefused(NotPermitted):
    """A page that is embedded in another site's page asks to connect, and that site is not connected either."""

    reason = "frame_refused"


class ChainNotPermitted(NotPermitted):
    """The person limited the site to other networks."""

    reason = "chain_not_permitted"


class UnknownChain(TandemError):
    """A chain id that this wallet has no network for."""

    code = 4902
    reason = "unknown_chain"


class AlreadyAsked(TandemError):
    """The origin asks the same method again, with other parameters, while the first question is on the screen."""

    code = -32002
    reason = "already_asked"


class BatchFault(TandemError):
    """Base of what EIP-5792 has codes for; never raised itself."""

    code = 5700
    reason = "unsupported_capability"


class UnsupportedCapability(BatchFault):
    """The batch insists on a capability that this wallet does not have."""


class UnsupportedChain(BatchFault):
    """The batch is for a chain that this wallet has no network for."""

    code = 5710
    reason = "unsupported_chain"


class DuplicateBatch(BatchFault):
    """The origin has used this batch id before."""

    code = 5720
    reason = "duplicate_batch"


class UnknownBatch(BatchFault):
    """The origin has no batch with this id."""

    code = 5730
    reason = "unknown_batch"


class BatchTooLarge(BatchFault):
    """More calls than a person could judge in one approval."""

    code = 5740
    reason = "batch_too_large"


class NotAtomic(BatchFault):
    """The batch has to be all or nothing, and an account without code cannot promise that."""

    code = 5760
    reason = "not_atomic"


class UserRejected(TandemError):
    """An explicit No in the browser; a closed window is not one."""

    code = 4001
    reason = "user_rejected"


class CosignerDeclined(TandemError):
    """An explicit No on the phone."""

    code = 4001
    reason = "phone_declined"


class TooMany(TandemError):
    """The origin asks more often than a person could answer."""

    code = -32005
    reason = "rate_limited"


class Transport(TandemError):
    """Something between the devices failed; nobody is to blame and a new attempt is safe."""

    reason = "transport"


class RelayFault(Transport):
    """The relay cannot be reached, or answers outside its own protocol."""

    reason = "relay_unreachable"


class ServiceFault(Transport):
    """A service beside the relay (the fast vault's server, the push service) cannot be reached or refuses."""

    reason = "service_unreachable"


class CosignerTimeout(Transport):
    """The phone did not join, or fell silent, before the deadline."""

    reason = "phone_timeout"


class Cancelled(Transport):
    """Stopped by the person in the wallet, after the phone was asked."""

    reason = "cancelled"


class Expired(Transport):
    """The request waited for a person's decision for too long; that is no No."""

    reason = "request_expired"


class PageGone(Transport):
    """The page that asked was closed or left, and nobody decided on its request soon after."""

    reason = "page_gone"


class Restarted(Transport):
    """The wallet was restarted while the phone was awaited, or a message was being signed: nothing was sent."""

    reason = "wallet_restarted"


class Interrupted(Transport):
    """The wallet was restarted while the devices were signing a transaction, and the chain does not know it yet. The
    phone may have finished, and sent it."""

    reason = "signing_interrupted"


class ChainNodeError(TandemError):
    """The chain's node refused the call, or answers nonsense."""

    code = -32000
    reason = "chain_node"


class ChainUnreachable(ChainNodeError):
    """None of the network's nodes answers, or those that do are of another chain."""

    code = 4901
    reason = "chain_unreachable"


class AlreadyMined(ChainNodeError):
    """A transaction with that nonce is in a block: it can be neither sped up nor cancelled."""

    reason = "already_mined"


class FeeRisen(ChainNodeError):
    """The network asks for more than the fee that was approved; told before the phone is invited again."""

    reason = "fee_risen"


class FailsNow(ChainNodeError):
    """By the node's simulation what was approved would fail, which it would not when it was; told likewise."""

    reason = "fails_now"


class InsufficientFunds(ChainNodeError):
    """The account's balance is below amount plus the highest fee; told before the phone is asked."""

    reason = "insufficient_funds"


class WireError(TandemError):
    """Bytes or text that are not of the format they claim. Raised by parsers and by nothing else."""

    reason = "malformed"


class PaymentLink(WireError):
    """A link of the apps' that asks for a payment, or a bare address: nothing to take part in."""

    reason = "payment_link"


class ConnectLink(WireError):
    """A link by which a site wants to reach a phone app."""

    reason = "connect_link"


class VaultLink(WireError):
    """The QR by which an app shares a vault's public keys; there is no share in it."""

    reason = "vault_link"


class CeremonyLink(WireError):
    """A link to a ceremony that this device cannot take part in."""

    reason = "ceremony_link"


class CosignerFault(TandemError):
    """An authentic message of `party` is wrong."""

    reason = "cosigner_fault"


class MalformedMessage(CosignerFault):
    """The message is authentic and does not decode."""


class SessionMismatch(CosignerFault):
    """The message belongs to another session; never grounds for a ban (security.md T09)."""


class FailedCheck(CosignerFault):
    """The message fails a check of the paper that leaks nothing long-lived."""


class PeerAborted(CosignerFault):
    """The party announced that it gave up."""

    reason = "cosigner_aborted"


class CheatedOT(CosignerFault):
    """A failed OT-extension, VOLE or signing-consistency check: the share leaks if this is retried."""

    reason = "cosigner_cheated"
    must_ban = True


class SetupRefused(TandemError):
    """The setup message differs from what the person approved."""

    reason = "setup_refused"


class Banned(TandemError):
    """A party of the committee is banned since an earlier CheatedOT; the vault needs new shares."""

    reason = "banned"


class ServerRefused(TandemError):
    """The vault server does not sign with that password."""

    reason = "server_password"


class VaultFault(TandemError):
    """The vault at rest."""

    reason = "vault"


class WrongPassword(VaultFault):
    """Authentication failed: the password is wrong or the vault was altered; the two look the same on purpose."""

    reason = "wrong_password"


class VaultDamaged(VaultFault):
    """The outer structure is broken (truncated, unknown version, weak parameters); nothing was overwritten."""

    reason = "vault_damaged"


class VaultLocked(VaultFault):
    """The act needs the vault to be unlocked."""

    reason = "locked"


class KdfFault(VaultFault):
    """argon2id could not run here (no worker, no memory); says nothing of the password or the vault."""

    reason = "key_derivation"


class EntropyFault(TandemError):
    """The system's random source failed its self-test: nothing may start."""

    reason = "entropy"


class Bug(TandemError):
    """An invariant of ours does not hold."""

    reason = "internal"
