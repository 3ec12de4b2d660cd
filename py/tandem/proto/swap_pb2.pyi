from tandem.proto import coin_pb2 as _coin_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Erc20ApprovePayload(_message.Message):
    __slots__ = ("amount", "spender", "reset_allowance_first")
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    SPENDER_FIELD_NUMBER: _ClassVar[int]
    RESET_ALLOWANCE_FIRST_FIELD_NUMBER: _ClassVar[int]
    amount: str
    spender: str
    reset_allowance_first: bool
    def __init__(self, amount: _Optional[str] = ..., spender: _Optional[str] = ..., reset_allowance_first: _Optional[bool] = ...) -> None: ...

class THORChainSwapPayload(_message.Message):
    __slots__ = ("from_address", "from_coin", "to_coin", "vault_address", "router_address", "from_amount", "to_amount_decimal", "to_amount_limit", "streaming_interval", "streaming_quantity", "expiration_time", "is_affiliate", "fee")
    FROM_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    FROM_COIN_FIELD_NUMBER: _ClassVar[int]
    TO_COIN_FIELD_NUMBER: _ClassVar[int]
    VAULT_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    ROUTER_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    FROM_AMOUNT_FIELD_NUMBER: _ClassVar[int]
    TO_AMOUNT_DECIMAL_FIELD_NUMBER: _ClassVar[int]
    TO_AMOUNT_LIMIT_FIELD_NUMBER: _ClassVar[int]
    STREAMING_INTERVAL_FIELD_NUMBER: _ClassVar[int]
    STREAMING_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    EXPIRATION_TIME_FIELD_NUMBER: _ClassVar[int]
    IS_AFFILIATE_FIELD_NUMBER: _ClassVar[int]
    FEE_FIELD_NUMBER: _ClassVar[int]
    from_address: str
    from_coin: _coin_pb2.Coin
    to_coin: _coin_pb2.Coin
    vault_address: str
    router_address: str
    from_amount: str
    to_amount_decimal: str
    to_amount_limit: str
    streaming_interval: str
    streaming_quantity: str
    expiration_time: int
    is_affiliate: bool
    fee: str
    def __init__(self, from_address: _Optional[str] = ..., from_coin: _Optional[_Union[_coin_pb2.Coin, _Mapping]] = ..., to_coin: _Optional[_Union[_coin_pb2.Coin, _Mapping]] = ..., vault_address: _Optional[str] = ..., router_address: _Optional[str] = ..., from_amount: _Optional[str] = ..., to_amount_decimal: _Optional[str] = ..., to_amount_limit: _Optional[str] = ..., streaming_interval: _Optional[str] = ..., streaming_quantity: _Optional[str] = ..., expiration_time: _Optional[int] = ..., is_affiliate: _Optional[bool] = ..., fee: _Optional[str] = ...) -> None: ...

class OneInchTransaction(_message.Message):
    __slots__ = ("to", "data", "value", "gas_price", "gas", "swap_fee", "swap_fee_chain", "swap_fee_token_id", "swap_fee_decimals")
    FROM_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    GAS_PRICE_FIELD_NUMBER: _ClassVar[int]
    GAS_FIELD_NUMBER: _ClassVar[int]
    SWAP_FEE_FIELD_NUMBER: _ClassVar[int]
    SWAP_FEE_CHAIN_FIELD_NUMBER: _ClassVar[int]
    SWAP_FEE_TOKEN_ID_FIELD_NUMBER: _ClassVar[int]
    SWAP_FEE_DECIMALS_FIELD_NUMBER: _ClassVar[int]
    to: str
    data: str
    value: str
    gas_price: str
    gas: int
    swap_fee: str
    swap_fee_chain: str
    swap_fee_token_id: str
    swap_fee_decimals: int
    def __init__(self, to: _Optional[str] = ..., data: _Optional[str] = ..., value: _Optional[str] = ..., gas_price: _Optional[str] = ..., gas: _Optional[int] = ..., swap_fee: _Optional[str] = ..., swap_fee_chain: _Optional[str] = ..., swap_fee_token_id: _Optional[str] = ..., swap_fee_decimals: _Optional[int] = ..., **kwargs) -> None: ...

class OneInchQuote(_message.Message):
    __slots__ = ("dst_amount", "tx")
    DST_AMOUNT_FIELD_NUMBER: _ClassVar[int]
    TX_FIELD_NUMBER: _ClassVar[int]
    dst_amount: str
    tx: OneInchTransaction
    def __init__(self, dst_amount: _Optional[str] = ..., tx: _Optional[_Union[OneInchTransaction, _Mapping]] = ...) -> None: ...

class OneInchSwapPayload(_message.Message):
    __slots__ = ("from_coin", "to_coin", "from_amount", "to_amount_decimal", "quote", "provider")
    FROM_COIN_FIELD_NUMBER: _ClassVar[int]
    TO_COIN_FIELD_NUMBER: _ClassVar[int]
    FROM_AMOUNT_FIELD_NUMBER: _ClassVar[int]
    TO_AMOUNT_DECIMAL_FIELD_NUMBER: _ClassVar[int]
    QUOTE_FIELD_NUMBER: _ClassVar[int]
    PROVIDER_FIELD_NUMBER: _ClassVar[int]
    from_coin: _coin_pb2.Coin
    to_coin: _coin_pb2.Coin
    from_amount: str
    to_amount_decimal: str
    quote: OneInchQuote
    provider: str
    def __init__(self, from_coin: _Optional[_Union[_coin_pb2.Coin, _Mapping]] = ..., to_coin: _Optional[_Union[_coin_pb2.Coin, _Mapping]] = ..., from_amount: _Optional[str] = ..., to_amount_decimal: _Optional[str] = ..., quote: _Optional[_Union[OneInchQuote, _Mapping]] = ..., provider: _Optional[str] = ...) -> None: ...

class KyberSwapTransaction(_message.Message):
    __slots__ = ("to", "data", "value", "gas_price", "gas", "fee")
    FROM_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    GAS_PRICE_FIELD_NUMBER: _ClassVar[int]
    GAS_FIELD_NUMBER: _ClassVar[int]
    FEE_FIELD_NUMBER: _ClassVar[int]
    to: str
    data: str
    value: str
    gas_price: str
    gas: int
    fee: int
    def __init__(self, to: _Optional[str] = ..., data: _Optional[str] = ..., value: _Optional[str] = ..., gas_price: _Optional[str] = ..., gas: _Optional[int] = ..., fee: _Optional[int] = ..., **kwargs) -> None: ...

class KyberSwapQuote(_message.Message):
    __slots__ = ("dst_amount", "tx")
    DST_AMOUNT_FIELD_NUMBER: _ClassVar[int]
    TX_FIELD_NUMBER: _ClassVar[int]
    dst_amount: str
    tx: KyberSwapTransaction
    def __init__(self, dst_amount: _Optional[str] = ..., tx: _Optional[_Union[KyberSwapTransaction, _Mapping]] = ...) -> None: ...

class KyberSwapPayload(_message.Message):
    __slots__ = ("from_coin", "to_coin", "from_amount", "to_amount_decimal", "quote")
    FROM_COIN_FIELD_NUMBER: _ClassVar[int]
    TO_COIN_FIELD_NUMBER: _ClassVar[int]
    FROM_AMOUNT_FIELD_NUMBER: _ClassVar[int]
    TO_AMOUNT_DECIMAL_FIELD_NUMBER: _ClassVar[int]
    QUOTE_FIELD_NUMBER: _ClassVar[int]
    from_coin: _coin_pb2.Coin
    to_coin: _coin_pb2.Coin
    from_amount: str
    to_amount_decimal: str
    quote: KyberSwapQuote
    def __init__(self, from_coin: _Optional[_Union[_coin_pb2.Coin, _Mapping]] = ..., to_coin: _Optional[_Union[_coin_pb2.Coin, _Mapping]] = ..., from_amount: _Optional[str] = ..., to_amount_decimal: _Optional[str] = ..., quote: _Optional[_Union[KyberSwapQuote, _Mapping]] = ...) -> None: ...

class SwapKitSwapPayload(_message.Message):
    __slots__ = ("from_coin", "to_coin", "from_amount", "to_amount_decimal", "tx_type", "tx_payload", "target_address", "inbound_address", "memo", "sub_provider", "swap_id")
    FROM_COIN_FIELD_NUMBER: _ClassVar[int]
    TO_COIN_FIELD_NUMBER: _ClassVar[int]
    FROM_AMOUNT_FIELD_NUMBER: _ClassVar[int]
    TO_AMOUNT_DECIMAL_FIELD_NUMBER: _ClassVar[int]
    TX_TYPE_FIELD_NUMBER: _ClassVar[int]
    TX_PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    TARGET_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    INBOUND_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    MEMO_FIELD_NUMBER: _ClassVar[int]
    SUB_PROVIDER_FIELD_NUMBER: _ClassVar[int]
    SWAP_ID_FIELD_NUMBER: _ClassVar[int]
    from_coin: _coin_pb2.Coin
    to_coin: _coin_pb2.Coin
    from_amount: str
    to_amount_decimal: str
    tx_type: str
    tx_payload: bytes
    target_address: str
    inbound_address: str
    memo: str
    sub_provider: str
    swap_id: str
    def __init__(self, from_coin: _Optional[_Union[_coin_pb2.Coin, _Mapping]] = ..., to_coin: _Optional[_Union[_coin_pb2.Coin, _Mapping]] = ..., from_amount: _Optional[str] = ..., to_amount_decimal: _Optional[str] = ..., tx_type: _Optional[str] = ..., tx_payload: _Optional[bytes] = ..., target_address: _Optional[str] = ..., inbound_address: _Optional[str] = ..., memo: _Optional[str] = ..., sub_provider: _Optional[str] = ..., swap_id: _Optional[str] = ...) -> None: ...
