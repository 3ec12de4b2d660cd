from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class TronTransferContractPayload(_message.Message):
    __slots__ = ("to_address", "owner_address", "amount")
    TO_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    OWNER_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    to_address: str
    owner_address: str
    amount: str
    def __init__(self, to_address: _Optional[str] = ..., owner_address: _Optional[str] = ..., amount: _Optional[str] = ...) -> None: ...

class TronTriggerSmartContractPayload(_message.Message):
    __slots__ = ("owner_address", "contract_address", "call_value", "call_token_value", "token_id", "data")
    OWNER_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    CONTRACT_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    CALL_VALUE_FIELD_NUMBER: _ClassVar[int]
    CALL_TOKEN_VALUE_FIELD_NUMBER: _ClassVar[int]
    TOKEN_ID_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    owner_address: str
    contract_address: str
    call_value: str
    call_token_value: str
    token_id: int
    data: str
    def __init__(self, owner_address: _Optional[str] = ..., contract_address: _Optional[str] = ..., call_value: _Optional[str] = ..., call_token_value: _Optional[str] = ..., token_id: _Optional[int] = ..., data: _Optional[str] = ...) -> None: ...

class TronTransferAssetContractPayload(_message.Message):
    __slots__ = ("to_address", "owner_address", "amount", "asset_name")
    TO_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    OWNER_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    ASSET_NAME_FIELD_NUMBER: _ClassVar[int]
    to_address: str
    owner_address: str
    amount: str
    asset_name: str
    def __init__(self, to_address: _Optional[str] = ..., owner_address: _Optional[str] = ..., amount: _Optional[str] = ..., asset_name: _Optional[str] = ...) -> None: ...

class CosmosCoin(_message.Message):
    __slots__ = ("denom", "amount")
    DENOM_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    denom: str
    amount: str
    def __init__(self, denom: _Optional[str] = ..., amount: _Optional[str] = ...) -> None: ...

class WasmExecuteContractPayload(_message.Message):
    __slots__ = ("sender_address", "contract_address", "execute_msg", "coins")
    SENDER_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    CONTRACT_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    EXECUTE_MSG_FIELD_NUMBER: _ClassVar[int]
    COINS_FIELD_NUMBER: _ClassVar[int]
    sender_address: str
    contract_address: str
    execute_msg: str
    coins: _containers.RepeatedCompositeFieldContainer[CosmosCoin]
    def __init__(self, sender_address: _Optional[str] = ..., contract_address: _Optional[str] = ..., execute_msg: _Optional[str] = ..., coins: _Optional[_Iterable[_Union[CosmosCoin, _Mapping]]] = ...) -> None: ...

class CosmosFee(_message.Message):
    __slots__ = ("amount", "gas", "payer", "granter", "fee_payer")
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    GAS_FIELD_NUMBER: _ClassVar[int]
    PAYER_FIELD_NUMBER: _ClassVar[int]
    GRANTER_FIELD_NUMBER: _ClassVar[int]
    FEE_PAYER_FIELD_NUMBER: _ClassVar[int]
    amount: _containers.RepeatedCompositeFieldContainer[CosmosCoin]
    gas: str
    payer: str
    granter: str
    fee_payer: str
    def __init__(self, amount: _Optional[_Iterable[_Union[CosmosCoin, _Mapping]]] = ..., gas: _Optional[str] = ..., payer: _Optional[str] = ..., granter: _Optional[str] = ..., fee_payer: _Optional[str] = ...) -> None: ...

class CosmosMsg(_message.Message):
    __slots__ = ("type", "value")
    TYPE_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    type: str
    value: str
    def __init__(self, type: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...

class SignAmino(_message.Message):
    __slots__ = ("fee", "msgs")
    FEE_FIELD_NUMBER: _ClassVar[int]
    MSGS_FIELD_NUMBER: _ClassVar[int]
    fee: CosmosFee
    msgs: _containers.RepeatedCompositeFieldContainer[CosmosMsg]
    def __init__(self, fee: _Optional[_Union[CosmosFee, _Mapping]] = ..., msgs: _Optional[_Iterable[_Union[CosmosMsg, _Mapping]]] = ...) -> None: ...

class SignDirect(_message.Message):
    __slots__ = ("body_bytes", "auth_info_bytes", "chain_id", "account_number")
    BODY_BYTES_FIELD_NUMBER: _ClassVar[int]
    AUTH_INFO_BYTES_FIELD_NUMBER: _ClassVar[int]
    CHAIN_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_NUMBER_FIELD_NUMBER: _ClassVar[int]
    body_bytes: str
    auth_info_bytes: str
    chain_id: str
    account_number: str
    def __init__(self, body_bytes: _Optional[str] = ..., auth_info_bytes: _Optional[str] = ..., chain_id: _Optional[str] = ..., account_number: _Optional[str] = ...) -> None: ...

class SignSolana(_message.Message):
    __slots__ = ("raw_transactions",)
    RAW_TRANSACTIONS_FIELD_NUMBER: _ClassVar[int]
    raw_transactions: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, raw_transactions: _Optional[_Iterable[str]] = ...) -> None: ...

class TonMessage(_message.Message):
    __slots__ = ("to", "amount", "payload", "state_init")
    TO_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    STATE_INIT_FIELD_NUMBER: _ClassVar[int]
    to: str
    amount: str
    payload: str
    state_init: str
    def __init__(self, to: _Optional[str] = ..., amount: _Optional[str] = ..., payload: _Optional[str] = ..., state_init: _Optional[str] = ...) -> None: ...

class SignTon(_message.Message):
    __slots__ = ("ton_messages",)
    TON_MESSAGES_FIELD_NUMBER: _ClassVar[int]
    ton_messages: _containers.RepeatedCompositeFieldContainer[TonMessage]
    def __init__(self, ton_messages: _Optional[_Iterable[_Union[TonMessage, _Mapping]]] = ...) -> None: ...

class BitcoinInput(_message.Message):
    __slots__ = ("hash", "index", "amount", "script_pub_key", "script_type", "sighash_type", "is_ours", "redeem_script", "sequence")
    HASH_FIELD_NUMBER: _ClassVar[int]
    INDEX_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    SCRIPT_PUB_KEY_FIELD_NUMBER: _ClassVar[int]
    SCRIPT_TYPE_FIELD_NUMBER: _ClassVar[int]
    SIGHASH_TYPE_FIELD_NUMBER: _ClassVar[int]
    IS_OURS_FIELD_NUMBER: _ClassVar[int]
    REDEEM_SCRIPT_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    hash: str
    index: int
    amount: int
    script_pub_key: str
    script_type: str
    sighash_type: int
    is_ours: bool
    redeem_script: str
    sequence: int
    def __init__(self, hash: _Optional[str] = ..., index: _Optional[int] = ..., amount: _Optional[int] = ..., script_pub_key: _Optional[str] = ..., script_type: _Optional[str] = ..., sighash_type: _Optional[int] = ..., is_ours: _Optional[bool] = ..., redeem_script: _Optional[str] = ..., sequence: _Optional[int] = ...) -> None: ...

class BitcoinOutput(_message.Message):
    __slots__ = ("amount", "address", "op_return_data", "script_pub_key", "is_change")
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    OP_RETURN_DATA_FIELD_NUMBER: _ClassVar[int]
    SCRIPT_PUB_KEY_FIELD_NUMBER: _ClassVar[int]
    IS_CHANGE_FIELD_NUMBER: _ClassVar[int]
    amount: int
    address: str
    op_return_data: str
    script_pub_key: str
    is_change: bool
    def __init__(self, amount: _Optional[int] = ..., address: _Optional[str] = ..., op_return_data: _Optional[str] = ..., script_pub_key: _Optional[str] = ..., is_change: _Optional[bool] = ...) -> None: ...

class SignBitcoin(_message.Message):
    __slots__ = ("version", "locktime", "inputs", "outputs")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    LOCKTIME_FIELD_NUMBER: _ClassVar[int]
    INPUTS_FIELD_NUMBER: _ClassVar[int]
    OUTPUTS_FIELD_NUMBER: _ClassVar[int]
    version: int
    locktime: int
    inputs: _containers.RepeatedCompositeFieldContainer[BitcoinInput]
    outputs: _containers.RepeatedCompositeFieldContainer[BitcoinOutput]
    def __init__(self, version: _Optional[int] = ..., locktime: _Optional[int] = ..., inputs: _Optional[_Iterable[_Union[BitcoinInput, _Mapping]]] = ..., outputs: _Optional[_Iterable[_Union[BitcoinOutput, _Mapping]]] = ...) -> None: ...

class SignSui(_message.Message):
    __slots__ = ("unsigned_tx_msg",)
    UNSIGNED_TX_MSG_FIELD_NUMBER: _ClassVar[int]
    unsigned_tx_msg: str
    def __init__(self, unsigned_tx_msg: _Optional[str] = ...) -> None: ...

class SignRipple(_message.Message):
    __slots__ = ("raw_json",)
    RAW_JSON_FIELD_NUMBER: _ClassVar[int]
    raw_json: str
    def __init__(self, raw_json: _Optional[str] = ...) -> None: ...
