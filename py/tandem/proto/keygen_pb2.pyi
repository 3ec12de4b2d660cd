from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class LibType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LIB_TYPE_GG20: _ClassVar[LibType]
    LIB_TYPE_DKLS: _ClassVar[LibType]
    LIB_TYPE_KEYIMPORT: _ClassVar[LibType]

class SingleKeygenType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SINGLE_KEYGEN_TYPE_MLDSA: _ClassVar[SingleKeygenType]
LIB_TYPE_GG20: LibType
LIB_TYPE_DKLS: LibType
LIB_TYPE_KEYIMPORT: LibType
SINGLE_KEYGEN_TYPE_MLDSA: SingleKeygenType

class KeygenMessage(_message.Message):
    __slots__ = ("session_id", "hex_chain_code", "service_name", "encryption_key_hex", "use_vultisig_relay", "vault_name", "lib_type", "chains", "is_tss_batch")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    HEX_CHAIN_CODE_FIELD_NUMBER: _ClassVar[int]
    SERVICE_NAME_FIELD_NUMBER: _ClassVar[int]
    ENCRYPTION_KEY_HEX_FIELD_NUMBER: _ClassVar[int]
    USE_VULTISIG_RELAY_FIELD_NUMBER: _ClassVar[int]
    VAULT_NAME_FIELD_NUMBER: _ClassVar[int]
    LIB_TYPE_FIELD_NUMBER: _ClassVar[int]
    CHAINS_FIELD_NUMBER: _ClassVar[int]
    IS_TSS_BATCH_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    hex_chain_code: str
    service_name: str
    encryption_key_hex: str
    use_vultisig_relay: bool
    vault_name: str
    lib_type: LibType
    chains: _containers.RepeatedScalarFieldContainer[str]
    is_tss_batch: bool
    def __init__(self, session_id: _Optional[str] = ..., hex_chain_code: _Optional[str] = ..., service_name: _Optional[str] = ..., encryption_key_hex: _Optional[str] = ..., use_vultisig_relay: _Optional[bool] = ..., vault_name: _Optional[str] = ..., lib_type: _Optional[_Union[LibType, str]] = ..., chains: _Optional[_Iterable[str]] = ..., is_tss_batch: _Optional[bool] = ...) -> None: ...

class ReshareMessage(_message.Message):
    __slots__ = ("session_id", "hex_chain_code", "service_name", "public_key_ecdsa", "old_parties", "encryption_key_hex", "use_vultisig_relay", "old_reshare_prefix", "vault_name", "is_tss_batch", "lib_type", "chains")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    HEX_CHAIN_CODE_FIELD_NUMBER: _ClassVar[int]
    SERVICE_NAME_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_KEY_ECDSA_FIELD_NUMBER: _ClassVar[int]
    OLD_PARTIES_FIELD_NUMBER: _ClassVar[int]
    ENCRYPTION_KEY_HEX_FIELD_NUMBER: _ClassVar[int]
    USE_VULTISIG_RELAY_FIELD_NUMBER: _ClassVar[int]
    OLD_RESHARE_PREFIX_FIELD_NUMBER: _ClassVar[int]
    VAULT_NAME_FIELD_NUMBER: _ClassVar[int]
    IS_TSS_BATCH_FIELD_NUMBER: _ClassVar[int]
    LIB_TYPE_FIELD_NUMBER: _ClassVar[int]
    CHAINS_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    hex_chain_code: str
    service_name: str
    public_key_ecdsa: str
    old_parties: _containers.RepeatedScalarFieldContainer[str]
    encryption_key_hex: str
    use_vultisig_relay: bool
    old_reshare_prefix: str
    vault_name: str
    is_tss_batch: bool
    lib_type: LibType
    chains: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, session_id: _Optional[str] = ..., hex_chain_code: _Optional[str] = ..., service_name: _Optional[str] = ..., public_key_ecdsa: _Optional[str] = ..., old_parties: _Optional[_Iterable[str]] = ..., encryption_key_hex: _Optional[str] = ..., use_vultisig_relay: _Optional[bool] = ..., old_reshare_prefix: _Optional[str] = ..., vault_name: _Optional[str] = ..., is_tss_batch: _Optional[bool] = ..., lib_type: _Optional[_Union[LibType, str]] = ..., chains: _Optional[_Iterable[str]] = ...) -> None: ...

class SingleKeygenMessage(_message.Message):
    __slots__ = ("session_id", "hex_chain_code", "service_name", "public_key_ecdsa", "encryption_key_hex", "use_vultisig_relay", "vault_name", "lib_type", "single_keygen_type")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    HEX_CHAIN_CODE_FIELD_NUMBER: _ClassVar[int]
    SERVICE_NAME_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_KEY_ECDSA_FIELD_NUMBER: _ClassVar[int]
    ENCRYPTION_KEY_HEX_FIELD_NUMBER: _ClassVar[int]
    USE_VULTISIG_RELAY_FIELD_NUMBER: _ClassVar[int]
    VAULT_NAME_FIELD_NUMBER: _ClassVar[int]
    LIB_TYPE_FIELD_NUMBER: _ClassVar[int]
    SINGLE_KEYGEN_TYPE_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    hex_chain_code: str
    service_name: str
    public_key_ecdsa: str
    encryption_key_hex: str
    use_vultisig_relay: bool
    vault_name: str
    lib_type: LibType
    single_keygen_type: SingleKeygenType
    def __init__(self, session_id: _Optional[str] = ..., hex_chain_code: _Optional[str] = ..., service_name: _Optional[str] = ..., public_key_ecdsa: _Optional[str] = ..., encryption_key_hex: _Optional[str] = ..., use_vultisig_relay: _Optional[bool] = ..., vault_name: _Optional[str] = ..., lib_type: _Optional[_Union[LibType, str]] = ..., single_keygen_type: _Optional[_Union[SingleKeygenType, str]] = ...) -> None: ...
