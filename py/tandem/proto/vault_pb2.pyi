import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from tandem.proto import keygen_pb2 as _keygen_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class VaultContainer(_message.Message):
    __slots__ = ("version", "vault", "is_encrypted")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    VAULT_FIELD_NUMBER: _ClassVar[int]
    IS_ENCRYPTED_FIELD_NUMBER: _ClassVar[int]
    version: int
    vault: str
    is_encrypted: bool
    def __init__(self, version: _Optional[int] = ..., vault: _Optional[str] = ..., is_encrypted: _Optional[bool] = ...) -> None: ...

class Vault(_message.Message):
    __slots__ = ("name", "public_key_ecdsa", "public_key_eddsa", "signers", "created_at", "hex_chain_code", "key_shares", "local_party_id", "reshare_prefix", "lib_type", "chain_public_keys", "public_key_mldsa44", "public_key_frozt", "public_key_fromt")
    class KeyShare(_message.Message):
        __slots__ = ("public_key", "keyshare")
        PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
        KEYSHARE_FIELD_NUMBER: _ClassVar[int]
        public_key: str
        keyshare: str
        def __init__(self, public_key: _Optional[str] = ..., keyshare: _Optional[str] = ...) -> None: ...
    class ChainPublicKey(_message.Message):
        __slots__ = ("public_key", "chain", "is_eddsa")
        PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
        CHAIN_FIELD_NUMBER: _ClassVar[int]
        IS_EDDSA_FIELD_NUMBER: _ClassVar[int]
        public_key: str
        chain: str
        is_eddsa: bool
        def __init__(self, public_key: _Optional[str] = ..., chain: _Optional[str] = ..., is_eddsa: _Optional[bool] = ...) -> None: ...
    NAME_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_KEY_ECDSA_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_KEY_EDDSA_FIELD_NUMBER: _ClassVar[int]
    SIGNERS_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    HEX_CHAIN_CODE_FIELD_NUMBER: _ClassVar[int]
    KEY_SHARES_FIELD_NUMBER: _ClassVar[int]
    LOCAL_PARTY_ID_FIELD_NUMBER: _ClassVar[int]
    RESHARE_PREFIX_FIELD_NUMBER: _ClassVar[int]
    LIB_TYPE_FIELD_NUMBER: _ClassVar[int]
    CHAIN_PUBLIC_KEYS_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_KEY_MLDSA44_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_KEY_FROZT_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_KEY_FROMT_FIELD_NUMBER: _ClassVar[int]
    name: str
    public_key_ecdsa: str
    public_key_eddsa: str
    signers: _containers.RepeatedScalarFieldContainer[str]
    created_at: _timestamp_pb2.Timestamp
    hex_chain_code: str
    key_shares: _containers.RepeatedCompositeFieldContainer[Vault.KeyShare]
    local_party_id: str
    reshare_prefix: str
    lib_type: _keygen_pb2.LibType
    chain_public_keys: _containers.RepeatedCompositeFieldContainer[Vault.ChainPublicKey]
    public_key_mldsa44: str
    public_key_frozt: str
    public_key_fromt: str
    def __init__(self, name: _Optional[str] = ..., public_key_ecdsa: _Optional[str] = ..., public_key_eddsa: _Optional[str] = ..., signers: _Optional[_Iterable[str]] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., hex_chain_code: _Optional[str] = ..., key_shares: _Optional[_Iterable[_Union[Vault.KeyShare, _Mapping]]] = ..., local_party_id: _Optional[str] = ..., reshare_prefix: _Optional[str] = ..., lib_type: _Optional[_Union[_keygen_pb2.LibType, str]] = ..., chain_public_keys: _Optional[_Iterable[_Union[Vault.ChainPublicKey, _Mapping]]] = ..., public_key_mldsa44: _Optional[str] = ..., public_key_frozt: _Optional[str] = ..., public_key_fromt: _Optional[str] = ...) -> None: ...
