from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class Coin(_message.Message):
    __slots__ = ("chain", "ticker", "address", "contract_address", "decimals", "price_provider_id", "is_native_token", "hex_public_key", "logo")
    CHAIN_FIELD_NUMBER: _ClassVar[int]
    TICKER_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    CONTRACT_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    DECIMALS_FIELD_NUMBER: _ClassVar[int]
    PRICE_PROVIDER_ID_FIELD_NUMBER: _ClassVar[int]
    IS_NATIVE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    HEX_PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
    LOGO_FIELD_NUMBER: _ClassVar[int]
    chain: str
    ticker: str
    address: str
    contract_address: str
    decimals: int
    price_provider_id: str
    is_native_token: bool
    hex_public_key: str
    logo: str
    def __init__(self, chain: _Optional[str] = ..., ticker: _Optional[str] = ..., address: _Optional[str] = ..., contract_address: _Optional[str] = ..., decimals: _Optional[int] = ..., price_provider_id: _Optional[str] = ..., is_native_token: _Optional[bool] = ..., hex_public_key: _Optional[str] = ..., logo: _Optional[str] = ...) -> None: ...

class DAppMetadata(_message.Message):
    __slots__ = ("name", "url", "icon_url")
    NAME_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    ICON_URL_FIELD_NUMBER: _ClassVar[int]
    name: str
    url: str
    icon_url: str
    def __init__(self, name: _Optional[str] = ..., url: _Optional[str] = ..., icon_url: _Optional[str] = ...) -> None: ...
