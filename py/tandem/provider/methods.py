"""Every method a page may call, and what it needs. What is not in the table and no read of the node does not exist.

CAIP-25 (wallet_createSession and its family) is refused: see docs/provider.md.
"""

import re
from enum import Enum
from typing import Final


class Needs(Enum):
    """What stands between the call and its effect."""

    NOTHING = "silent; answered at once"
    NODE = "passed through to the chain's node"
    CONNECT = "a person's yes to showing the account"
    NETWORK = "a known network; the origin's own choice"
    ADDITION = "permission, and a person's yes here: something is added to the wallet's lists"
    SIGN_IN = "a person's yes here and on the phone; shows the account and proves it"
    MESSAGE = "permission, a person's yes here and on the phone"
    SIGNATURE = "the same, of a transaction that the page gets back and sends itself"
    TRANSACTION = "permission, a person's yes here and on the phone, then broadcast"
    REFUSED = "known, and refused on purpose"

    @property
    def asks(self) -> bool:
        """Whether the call becomes a record that a person decides on."""
        return self in (
            Needs.CONNECT,
            Needs.ADDITION,
            Needs.SIGN_IN,
            Needs.MESSAGE,
            Needs.SIGNATURE,
            Needs.TRANSACTION,
        )


METHODS: Final[dict[str, Needs]] = {
    "eth_accounts": Needs.NOTHING,
    "eth_chainId": Needs.NOTHING,
    "net_version": Needs.NOTHING,
    "eth_coinbase": Needs.NOTHING,
    "web3_clientVersion": Needs.NOTHING,
    "personal_ecRecover": Needs.NOTHING,
    "eth_subscribe": Needs.NOTHING,
    "eth_unsubscribe": Needs.NOTHING,
    "wallet_getPermissions": Needs.NOTHING,
    "wallet_revokePermissions": Needs.NOTHING,
    "wallet_getCapabilities": Needs.NOTHING,
    "wallet_getCallsStatus": Needs.NOTHING,
    "wallet_showCallsStatus": Needs.NOTHING,
    "eth_requestAccounts": Needs.CONNECT,
    "wallet_requestPermissions": Needs.CONNECT,
    "wallet_switchEthereumChain": Needs.NETWORK,
    "wallet_addEthereumChain": Needs.ADDITION,
    "wallet_watchAsset": Needs.ADDITION,
    "personal_sign": Needs.MESSAGE,
    "eth_signTypedData": Needs.MESSAGE,
    "eth_signTypedData_v3": Needs.MESSAGE,
    "eth_signTypedData_v4": Needs.MESSAGE,
    "eth_sendTransaction": Needs.TRANSACTION,
    "wallet_sendCalls": Needs.TRANSACTION,
    "eth_signTransaction": Needs.SIGNATURE,
    "eth_sign": Needs.REFUSED,
    "eth_decrypt": Needs.REFUSED,
    "eth_getEncryptionPublicKey": Needs.REFUSED,
    "wallet_createSession": Needs.REFUSED,
    "wallet_getSession": Needs.REFUSED,
    "wallet_invokeMethod": Needs.REFUSED,
    "wallet_revokeSession": Needs.REFUSED,
} | dict.fromkeys(
    (
        "eth_blobBaseFee",
        "eth_blockNumber",
        "eth_call",
        "eth_createAccessList",
        "eth_estimateGas",
        "eth_feeHistory",
        "eth_gasPrice",
        "eth_getBalance",
        "eth_getBlockByHash",
        "eth_getBlockByNumber",
        "eth_getBlockReceipts",
        "eth_getBlockTransactionCountByHash",
        "eth_getBlockTransactionCountByNumber",
        "eth_getCode",
        "eth_getLogs",
        "eth_getProof",
        "eth_getStorageAt",
        "eth_getTransactionByBlockHashAndIndex",
        "eth_getTransactionByBlockNumberAndIndex",
        "eth_getTransactionByHash",
        "eth_getTransactionCount",
        "eth_getTransactionReceipt",
        "eth_getUncleCountByBlockHash",
        "eth_getUncleCountByBlockNumber",
        "eth_maxPriorityFeePerGas",
        "eth_sendRawTransaction",
        "eth_syncing",
        "net_listening",
        "web3_sha3",
    ),
    Needs.NODE,
)
_READ: Final = re.compile(r"eth_get[A-Z][A-Za-z]{0,48}", re.ASCII)


def needs_of(method: str) -> Needs | None:
    """What an EVM method needs; None where it does not exist. Reads that only some nodes know are theirs to judge."""
    return METHODS.get(method) or (Needs.NODE if _READ.fullmatch(method) else None)
