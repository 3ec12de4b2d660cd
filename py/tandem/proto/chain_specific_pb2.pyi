from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class TransactionType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TRANSACTION_TYPE_UNSPECIFIED: _ClassVar[TransactionType]
    TRANSACTION_TYPE_VOTE: _ClassVar[TransactionType]
    TRANSACTION_TYPE_PROPOSAL: _ClassVar[TransactionType]
    TRANSACTION_TYPE_IBC_TRANSFER: _ClassVar[TransactionType]
    TRANSACTION_TYPE_THOR_MERGE: _ClassVar[TransactionType]
    TRANSACTION_TYPE_THOR_UNMERGE: _ClassVar[TransactionType]
    TRANSACTION_TYPE_TON_DEPOSIT: _ClassVar[TransactionType]
    TRANSACTION_TYPE_TON_WITHDRAW: _ClassVar[TransactionType]
    TRANSACTION_TYPE_GENERIC_CONTRACT: _ClassVar[TransactionType]
    TRANSACTION_TYPE_QBTC_CLAIM_WITH_PROOF: _ClassVar[TransactionType]
TRANSACTION_TYPE_UNSPECIFIED: TransactionType
TRANSACTION_TYPE_VOTE: TransactionType
TRANSACTION_TYPE_PROPOSAL: TransactionType
TRANSACTION_TYPE_IBC_TRANSFER: TransactionType
TRANSACTION_TYPE_THOR_MERGE: TransactionType
TRANSACTION_TYPE_THOR_UNMERGE: TransactionType
TRANSACTION_TYPE_TON_DEPOSIT: TransactionType
TRANSACTION_TYPE_TON_WITHDRAW: TransactionType
TRANSACTION_TYPE_GENERIC_CONTRACT: TransactionType
TRANSACTION_TYPE_QBTC_CLAIM_WITH_PROOF: TransactionType

class UTXOSpecific(_message.Message):
    __slots__ = ("byte_fee", "send_max_amount")
    BYTE_FEE_FIELD_NUMBER: _ClassVar[int]
    SEND_MAX_AMOUNT_FIELD_NUMBER: _ClassVar[int]
    byte_fee: str
    send_max_amount: bool
    def __init__(self, byte_fee: _Optional[str] = ..., send_max_amount: _Optional[bool] = ...) -> None: ...

class CardanoChainSpecific(_message.Message):
    __slots__ = ("byte_fee", "send_max_amount", "ttl")
    BYTE_FEE_FIELD_NUMBER: _ClassVar[int]
    SEND_MAX_AMOUNT_FIELD_NUMBER: _ClassVar[int]
    TTL_FIELD_NUMBER: _ClassVar[int]
    byte_fee: int
    send_max_amount: bool
    ttl: int
    def __init__(self, byte_fee: _Optional[int] = ..., send_max_amount: _Optional[bool] = ..., ttl: _Optional[int] = ...) -> None: ...

class EthereumSpecific(_message.Message):
    __slots__ = ("max_fee_per_gas_wei", "priority_fee", "nonce", "gas_limit")
    MAX_FEE_PER_GAS_WEI_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FEE_FIELD_NUMBER: _ClassVar[int]
    NONCE_FIELD_NUMBER: _ClassVar[int]
    GAS_LIMIT_FIELD_NUMBER: _ClassVar[int]
    max_fee_per_gas_wei: str
    priority_fee: str
    nonce: int
    gas_limit: str
    def __init__(self, max_fee_per_gas_wei: _Optional[str] = ..., priority_fee: _Optional[str] = ..., nonce: _Optional[int] = ..., gas_limit: _Optional[str] = ...) -> None: ...

class THORChainSpecific(_message.Message):
    __slots__ = ("account_number", "sequence", "fee", "is_deposit", "transaction_type")
    ACCOUNT_NUMBER_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    FEE_FIELD_NUMBER: _ClassVar[int]
    IS_DEPOSIT_FIELD_NUMBER: _ClassVar[int]
    TRANSACTION_TYPE_FIELD_NUMBER: _ClassVar[int]
    account_number: int
    sequence: int
    fee: int
    is_deposit: bool
    transaction_type: TransactionType
    def __init__(self, account_number: _Optional[int] = ..., sequence: _Optional[int] = ..., fee: _Optional[int] = ..., is_deposit: _Optional[bool] = ..., transaction_type: _Optional[_Union[TransactionType, str]] = ...) -> None: ...

class MAYAChainSpecific(_message.Message):
    __slots__ = ("account_number", "sequence", "is_deposit")
    ACCOUNT_NUMBER_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    IS_DEPOSIT_FIELD_NUMBER: _ClassVar[int]
    account_number: int
    sequence: int
    is_deposit: bool
    def __init__(self, account_number: _Optional[int] = ..., sequence: _Optional[int] = ..., is_deposit: _Optional[bool] = ...) -> None: ...

class CosmosIbcDenomTrace(_message.Message):
    __slots__ = ("path", "base_denom", "latest_block")
    PATH_FIELD_NUMBER: _ClassVar[int]
    BASE_DENOM_FIELD_NUMBER: _ClassVar[int]
    LATEST_BLOCK_FIELD_NUMBER: _ClassVar[int]
    path: str
    base_denom: str
    latest_block: str
    def __init__(self, path: _Optional[str] = ..., base_denom: _Optional[str] = ..., latest_block: _Optional[str] = ...) -> None: ...

class CosmosIbcInfo(_message.Message):
    __slots__ = ("source_port", "source_channel", "revision_number", "revision_height")
    SOURCE_PORT_FIELD_NUMBER: _ClassVar[int]
    SOURCE_CHANNEL_FIELD_NUMBER: _ClassVar[int]
    REVISION_NUMBER_FIELD_NUMBER: _ClassVar[int]
    REVISION_HEIGHT_FIELD_NUMBER: _ClassVar[int]
    source_port: str
    source_channel: str
    revision_number: int
    revision_height: int
    def __init__(self, source_port: _Optional[str] = ..., source_channel: _Optional[str] = ..., revision_number: _Optional[int] = ..., revision_height: _Optional[int] = ...) -> None: ...

class CosmosSpecific(_message.Message):
    __slots__ = ("account_number", "sequence", "gas", "transaction_type", "ibc_denom_traces", "ibc_info", "gas_limit")
    ACCOUNT_NUMBER_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    GAS_FIELD_NUMBER: _ClassVar[int]
    TRANSACTION_TYPE_FIELD_NUMBER: _ClassVar[int]
    IBC_DENOM_TRACES_FIELD_NUMBER: _ClassVar[int]
    IBC_INFO_FIELD_NUMBER: _ClassVar[int]
    GAS_LIMIT_FIELD_NUMBER: _ClassVar[int]
    account_number: int
    sequence: int
    gas: int
    transaction_type: TransactionType
    ibc_denom_traces: CosmosIbcDenomTrace
    ibc_info: CosmosIbcInfo
    gas_limit: int
    def __init__(self, account_number: _Optional[int] = ..., sequence: _Optional[int] = ..., gas: _Optional[int] = ..., transaction_type: _Optional[_Union[TransactionType, str]] = ..., ibc_denom_traces: _Optional[_Union[CosmosIbcDenomTrace, _Mapping]] = ..., ibc_info: _Optional[_Union[CosmosIbcInfo, _Mapping]] = ..., gas_limit: _Optional[int] = ...) -> None: ...

class SolanaSpecific(_message.Message):
    __slots__ = ("recent_block_hash", "priority_fee", "from_token_associated_address", "to_token_associated_address", "program_id", "compute_limit")
    RECENT_BLOCK_HASH_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FEE_FIELD_NUMBER: _ClassVar[int]
    FROM_TOKEN_ASSOCIATED_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    TO_TOKEN_ASSOCIATED_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    PROGRAM_ID_FIELD_NUMBER: _ClassVar[int]
    COMPUTE_LIMIT_FIELD_NUMBER: _ClassVar[int]
    recent_block_hash: str
    priority_fee: str
    from_token_associated_address: str
    to_token_associated_address: str
    program_id: bool
    compute_limit: str
    def __init__(self, recent_block_hash: _Optional[str] = ..., priority_fee: _Optional[str] = ..., from_token_associated_address: _Optional[str] = ..., to_token_associated_address: _Optional[str] = ..., program_id: _Optional[bool] = ..., compute_limit: _Optional[str] = ...) -> None: ...

class PolkadotSpecific(_message.Message):
    __slots__ = ("recent_block_hash", "nonce", "current_block_number", "spec_version", "transaction_version", "genesis_hash", "gas")
    RECENT_BLOCK_HASH_FIELD_NUMBER: _ClassVar[int]
    NONCE_FIELD_NUMBER: _ClassVar[int]
    CURRENT_BLOCK_NUMBER_FIELD_NUMBER: _ClassVar[int]
    SPEC_VERSION_FIELD_NUMBER: _ClassVar[int]
    TRANSACTION_VERSION_FIELD_NUMBER: _ClassVar[int]
    GENESIS_HASH_FIELD_NUMBER: _ClassVar[int]
    GAS_FIELD_NUMBER: _ClassVar[int]
    recent_block_hash: str
    nonce: int
    current_block_number: str
    spec_version: int
    transaction_version: int
    genesis_hash: str
    gas: int
    def __init__(self, recent_block_hash: _Optional[str] = ..., nonce: _Optional[int] = ..., current_block_number: _Optional[str] = ..., spec_version: _Optional[int] = ..., transaction_version: _Optional[int] = ..., genesis_hash: _Optional[str] = ..., gas: _Optional[int] = ...) -> None: ...

class SuiCoin(_message.Message):
    __slots__ = ("coin_type", "coin_object_id", "version", "digest", "balance", "previous_transaction")
    COIN_TYPE_FIELD_NUMBER: _ClassVar[int]
    COIN_OBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    BALANCE_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    coin_type: str
    coin_object_id: str
    version: str
    digest: str
    balance: str
    previous_transaction: str
    def __init__(self, coin_type: _Optional[str] = ..., coin_object_id: _Optional[str] = ..., version: _Optional[str] = ..., digest: _Optional[str] = ..., balance: _Optional[str] = ..., previous_transaction: _Optional[str] = ...) -> None: ...

class SuiSpecific(_message.Message):
    __slots__ = ("reference_gas_price", "coins", "gas_budget")
    REFERENCE_GAS_PRICE_FIELD_NUMBER: _ClassVar[int]
    COINS_FIELD_NUMBER: _ClassVar[int]
    GAS_BUDGET_FIELD_NUMBER: _ClassVar[int]
    reference_gas_price: str
    coins: _containers.RepeatedCompositeFieldContainer[SuiCoin]
    gas_budget: str
    def __init__(self, reference_gas_price: _Optional[str] = ..., coins: _Optional[_Iterable[_Union[SuiCoin, _Mapping]]] = ..., gas_budget: _Optional[str] = ...) -> None: ...

class TonSpecific(_message.Message):
    __slots__ = ("sequence_number", "expire_at", "bounceable", "send_max_amount", "jetton_address", "is_active_destination")
    SEQUENCE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_AT_FIELD_NUMBER: _ClassVar[int]
    BOUNCEABLE_FIELD_NUMBER: _ClassVar[int]
    SEND_MAX_AMOUNT_FIELD_NUMBER: _ClassVar[int]
    JETTON_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    IS_ACTIVE_DESTINATION_FIELD_NUMBER: _ClassVar[int]
    sequence_number: int
    expire_at: int
    bounceable: bool
    send_max_amount: bool
    jetton_address: str
    is_active_destination: bool
    def __init__(self, sequence_number: _Optional[int] = ..., expire_at: _Optional[int] = ..., bounceable: _Optional[bool] = ..., send_max_amount: _Optional[bool] = ..., jetton_address: _Optional[str] = ..., is_active_destination: _Optional[bool] = ...) -> None: ...

class RippleSpecific(_message.Message):
    __slots__ = ("sequence", "gas", "last_ledger_sequence", "destination_tag")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    GAS_FIELD_NUMBER: _ClassVar[int]
    LAST_LEDGER_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    DESTINATION_TAG_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    gas: int
    last_ledger_sequence: int
    destination_tag: int
    def __init__(self, sequence: _Optional[int] = ..., gas: _Optional[int] = ..., last_ledger_sequence: _Optional[int] = ..., destination_tag: _Optional[int] = ...) -> None: ...

class TronSpecific(_message.Message):
    __slots__ = ("timestamp", "expiration", "block_header_timestamp", "block_header_number", "block_header_version", "block_header_tx_trie_root", "block_header_parent_hash", "block_header_witness_address", "gas_estimation")
    TIMESTAMP_FIELD_NUMBER: _ClassVar[int]
    EXPIRATION_FIELD_NUMBER: _ClassVar[int]
    BLOCK_HEADER_TIMESTAMP_FIELD_NUMBER: _ClassVar[int]
    BLOCK_HEADER_NUMBER_FIELD_NUMBER: _ClassVar[int]
    BLOCK_HEADER_VERSION_FIELD_NUMBER: _ClassVar[int]
    BLOCK_HEADER_TX_TRIE_ROOT_FIELD_NUMBER: _ClassVar[int]
    BLOCK_HEADER_PARENT_HASH_FIELD_NUMBER: _ClassVar[int]
    BLOCK_HEADER_WITNESS_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    GAS_ESTIMATION_FIELD_NUMBER: _ClassVar[int]
    timestamp: int
    expiration: int
    block_header_timestamp: int
    block_header_number: int
    block_header_version: int
    block_header_tx_trie_root: str
    block_header_parent_hash: str
    block_header_witness_address: str
    gas_estimation: int
    def __init__(self, timestamp: _Optional[int] = ..., expiration: _Optional[int] = ..., block_header_timestamp: _Optional[int] = ..., block_header_number: _Optional[int] = ..., block_header_version: _Optional[int] = ..., block_header_tx_trie_root: _Optional[str] = ..., block_header_parent_hash: _Optional[str] = ..., block_header_witness_address: _Optional[str] = ..., gas_estimation: _Optional[int] = ...) -> None: ...

class CardanoTokenAsset(_message.Message):
    __slots__ = ("policy_id", "asset_name_hex", "amount")
    POLICY_ID_FIELD_NUMBER: _ClassVar[int]
    ASSET_NAME_HEX_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    policy_id: str
    asset_name_hex: str
    amount: str
    def __init__(self, policy_id: _Optional[str] = ..., asset_name_hex: _Optional[str] = ..., amount: _Optional[str] = ...) -> None: ...

class UtxoInfo(_message.Message):
    __slots__ = ("hash", "amount", "index", "cardano_tokens")
    HASH_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    INDEX_FIELD_NUMBER: _ClassVar[int]
    CARDANO_TOKENS_FIELD_NUMBER: _ClassVar[int]
    hash: str
    amount: int
    index: int
    cardano_tokens: _containers.RepeatedCompositeFieldContainer[CardanoTokenAsset]
    def __init__(self, hash: _Optional[str] = ..., amount: _Optional[int] = ..., index: _Optional[int] = ..., cardano_tokens: _Optional[_Iterable[_Union[CardanoTokenAsset, _Mapping]]] = ...) -> None: ...
