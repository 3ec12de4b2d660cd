from tandem.proto import chain_specific_pb2 as _chain_specific_pb2
from tandem.proto import coin_pb2 as _coin_pb2
from tandem.proto import sign_data_pb2 as _sign_data_pb2
from tandem.proto import swap_pb2 as _swap_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CustomMessagePayload(_message.Message):
    __slots__ = ("method", "message", "vault_public_key_ecdsa", "vault_local_party_id", "chain", "dapp_metadata")
    METHOD_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    VAULT_PUBLIC_KEY_ECDSA_FIELD_NUMBER: _ClassVar[int]
    VAULT_LOCAL_PARTY_ID_FIELD_NUMBER: _ClassVar[int]
    CHAIN_FIELD_NUMBER: _ClassVar[int]
    DAPP_METADATA_FIELD_NUMBER: _ClassVar[int]
    method: str
    message: str
    vault_public_key_ecdsa: str
    vault_local_party_id: str
    chain: str
    dapp_metadata: _coin_pb2.DAppMetadata
    def __init__(self, method: _Optional[str] = ..., message: _Optional[str] = ..., vault_public_key_ecdsa: _Optional[str] = ..., vault_local_party_id: _Optional[str] = ..., chain: _Optional[str] = ..., dapp_metadata: _Optional[_Union[_coin_pb2.DAppMetadata, _Mapping]] = ...) -> None: ...

class KeysignMessage(_message.Message):
    __slots__ = ("session_id", "service_name", "encryption_key_hex", "keysign_payload", "use_vultisig_relay", "payload_id", "custom_message_payload", "custom_payload_id")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    SERVICE_NAME_FIELD_NUMBER: _ClassVar[int]
    ENCRYPTION_KEY_HEX_FIELD_NUMBER: _ClassVar[int]
    KEYSIGN_PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    USE_VULTISIG_RELAY_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOM_MESSAGE_PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    CUSTOM_PAYLOAD_ID_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    service_name: str
    encryption_key_hex: str
    keysign_payload: KeysignPayload
    use_vultisig_relay: bool
    payload_id: str
    custom_message_payload: CustomMessagePayload
    custom_payload_id: str
    def __init__(self, session_id: _Optional[str] = ..., service_name: _Optional[str] = ..., encryption_key_hex: _Optional[str] = ..., keysign_payload: _Optional[_Union[KeysignPayload, _Mapping]] = ..., use_vultisig_relay: _Optional[bool] = ..., payload_id: _Optional[str] = ..., custom_message_payload: _Optional[_Union[CustomMessagePayload, _Mapping]] = ..., custom_payload_id: _Optional[str] = ...) -> None: ...

class KeysignPayload(_message.Message):
    __slots__ = ("coin", "to_address", "to_amount", "utxo_specific", "ethereum_specific", "thorchain_specific", "maya_specific", "cosmos_specific", "solana_specific", "polkadot_specific", "suiche_specific", "ton_specific", "ripple_specific", "tron_specific", "cardano", "utxo_info", "memo", "thorchain_swap_payload", "mayachain_swap_payload", "oneinch_swap_payload", "kyberswap_swap_payload", "swapkit_swap_payload", "erc20_approve_payload", "vault_public_key_ecdsa", "vault_local_party_id", "lib_type", "skip_broadcast", "wasm_execute_contract_payload", "tron_transfer_contract_payload", "tron_trigger_smart_contract_payload", "tron_transfer_asset_contract_payload", "sign_amino", "sign_direct", "sign_solana", "sign_ton", "sign_bitcoin", "sign_sui", "sign_ripple", "is_qbtc_claim", "dapp_metadata")
    COIN_FIELD_NUMBER: _ClassVar[int]
    TO_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    TO_AMOUNT_FIELD_NUMBER: _ClassVar[int]
    UTXO_SPECIFIC_FIELD_NUMBER: _ClassVar[int]
    ETHEREUM_SPECIFIC_FIELD_NUMBER: _ClassVar[int]
    THORCHAIN_SPECIFIC_FIELD_NUMBER: _ClassVar[int]
    MAYA_SPECIFIC_FIELD_NUMBER: _ClassVar[int]
    COSMOS_SPECIFIC_FIELD_NUMBER: _ClassVar[int]
    SOLANA_SPECIFIC_FIELD_NUMBER: _ClassVar[int]
    POLKADOT_SPECIFIC_FIELD_NUMBER: _ClassVar[int]
    SUICHE_SPECIFIC_FIELD_NUMBER: _ClassVar[int]
    TON_SPECIFIC_FIELD_NUMBER: _ClassVar[int]
    RIPPLE_SPECIFIC_FIELD_NUMBER: _ClassVar[int]
    TRON_SPECIFIC_FIELD_NUMBER: _ClassVar[int]
    CARDANO_FIELD_NUMBER: _ClassVar[int]
    UTXO_INFO_FIELD_NUMBER: _ClassVar[int]
    MEMO_FIELD_NUMBER: _ClassVar[int]
    THORCHAIN_SWAP_PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    MAYACHAIN_SWAP_PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    ONEINCH_SWAP_PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    KYBERSWAP_SWAP_PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    SWAPKIT_SWAP_PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    ERC20_APPROVE_PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    VAULT_PUBLIC_KEY_ECDSA_FIELD_NUMBER: _ClassVar[int]
    VAULT_LOCAL_PARTY_ID_FIELD_NUMBER: _ClassVar[int]
    LIB_TYPE_FIELD_NUMBER: _ClassVar[int]
    SKIP_BROADCAST_FIELD_NUMBER: _ClassVar[int]
    WASM_EXECUTE_CONTRACT_PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    TRON_TRANSFER_CONTRACT_PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    TRON_TRIGGER_SMART_CONTRACT_PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    TRON_TRANSFER_ASSET_CONTRACT_PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    SIGN_AMINO_FIELD_NUMBER: _ClassVar[int]
    SIGN_DIRECT_FIELD_NUMBER: _ClassVar[int]
    SIGN_SOLANA_FIELD_NUMBER: _ClassVar[int]
    SIGN_TON_FIELD_NUMBER: _ClassVar[int]
    SIGN_BITCOIN_FIELD_NUMBER: _ClassVar[int]
    SIGN_SUI_FIELD_NUMBER: _ClassVar[int]
    SIGN_RIPPLE_FIELD_NUMBER: _ClassVar[int]
    IS_QBTC_CLAIM_FIELD_NUMBER: _ClassVar[int]
    DAPP_METADATA_FIELD_NUMBER: _ClassVar[int]
    coin: _coin_pb2.Coin
    to_address: str
    to_amount: str
    utxo_specific: _chain_specific_pb2.UTXOSpecific
    ethereum_specific: _chain_specific_pb2.EthereumSpecific
    thorchain_specific: _chain_specific_pb2.THORChainSpecific
    maya_specific: _chain_specific_pb2.MAYAChainSpecific
    cosmos_specific: _chain_specific_pb2.CosmosSpecific
    solana_specific: _chain_specific_pb2.SolanaSpecific
    polkadot_specific: _chain_specific_pb2.PolkadotSpecific
    suiche_specific: _chain_specific_pb2.SuiSpecific
    ton_specific: _chain_specific_pb2.TonSpecific
    ripple_specific: _chain_specific_pb2.RippleSpecific
    tron_specific: _chain_specific_pb2.TronSpecific
    cardano: _chain_specific_pb2.CardanoChainSpecific
    utxo_info: _containers.RepeatedCompositeFieldContainer[_chain_specific_pb2.UtxoInfo]
    memo: str
    thorchain_swap_payload: _swap_pb2.THORChainSwapPayload
    mayachain_swap_payload: _swap_pb2.THORChainSwapPayload
    oneinch_swap_payload: _swap_pb2.OneInchSwapPayload
    kyberswap_swap_payload: _swap_pb2.KyberSwapPayload
    swapkit_swap_payload: _swap_pb2.SwapKitSwapPayload
    erc20_approve_payload: _swap_pb2.Erc20ApprovePayload
    vault_public_key_ecdsa: str
    vault_local_party_id: str
    lib_type: str
    skip_broadcast: bool
    wasm_execute_contract_payload: _sign_data_pb2.WasmExecuteContractPayload
    tron_transfer_contract_payload: _sign_data_pb2.TronTransferContractPayload
    tron_trigger_smart_contract_payload: _sign_data_pb2.TronTriggerSmartContractPayload
    tron_transfer_asset_contract_payload: _sign_data_pb2.TronTransferAssetContractPayload
    sign_amino: _sign_data_pb2.SignAmino
    sign_direct: _sign_data_pb2.SignDirect
    sign_solana: _sign_data_pb2.SignSolana
    sign_ton: _sign_data_pb2.SignTon
    sign_bitcoin: _sign_data_pb2.SignBitcoin
    sign_sui: _sign_data_pb2.SignSui
    sign_ripple: _sign_data_pb2.SignRipple
    is_qbtc_claim: bool
    dapp_metadata: _coin_pb2.DAppMetadata
    def __init__(self, coin: _Optional[_Union[_coin_pb2.Coin, _Mapping]] = ..., to_address: _Optional[str] = ..., to_amount: _Optional[str] = ..., utxo_specific: _Optional[_Union[_chain_specific_pb2.UTXOSpecific, _Mapping]] = ..., ethereum_specific: _Optional[_Union[_chain_specific_pb2.EthereumSpecific, _Mapping]] = ..., thorchain_specific: _Optional[_Union[_chain_specific_pb2.THORChainSpecific, _Mapping]] = ..., maya_specific: _Optional[_Union[_chain_specific_pb2.MAYAChainSpecific, _Mapping]] = ..., cosmos_specific: _Optional[_Union[_chain_specific_pb2.CosmosSpecific, _Mapping]] = ..., solana_specific: _Optional[_Union[_chain_specific_pb2.SolanaSpecific, _Mapping]] = ..., polkadot_specific: _Optional[_Union[_chain_specific_pb2.PolkadotSpecific, _Mapping]] = ..., suiche_specific: _Optional[_Union[_chain_specific_pb2.SuiSpecific, _Mapping]] = ..., ton_specific: _Optional[_Union[_chain_specific_pb2.TonSpecific, _Mapping]] = ..., ripple_specific: _Optional[_Union[_chain_specific_pb2.RippleSpecific, _Mapping]] = ..., tron_specific: _Optional[_Union[_chain_specific_pb2.TronSpecific, _Mapping]] = ..., cardano: _Optional[_Union[_chain_specific_pb2.CardanoChainSpecific, _Mapping]] = ..., utxo_info: _Optional[_Iterable[_Union[_chain_specific_pb2.UtxoInfo, _Mapping]]] = ..., memo: _Optional[str] = ..., thorchain_swap_payload: _Optional[_Union[_swap_pb2.THORChainSwapPayload, _Mapping]] = ..., mayachain_swap_payload: _Optional[_Union[_swap_pb2.THORChainSwapPayload, _Mapping]] = ..., oneinch_swap_payload: _Optional[_Union[_swap_pb2.OneInchSwapPayload, _Mapping]] = ..., kyberswap_swap_payload: _Optional[_Union[_swap_pb2.KyberSwapPayload, _Mapping]] = ..., swapkit_swap_payload: _Optional[_Union[_swap_pb2.SwapKitSwapPayload, _Mapping]] = ..., erc20_approve_payload: _Optional[_Union[_swap_pb2.Erc20ApprovePayload, _Mapping]] = ..., vault_public_key_ecdsa: _Optional[str] = ..., vault_local_party_id: _Optional[str] = ..., lib_type: _Optional[str] = ..., skip_broadcast: _Optional[bool] = ..., wasm_execute_contract_payload: _Optional[_Union[_sign_data_pb2.WasmExecuteContractPayload, _Mapping]] = ..., tron_transfer_contract_payload: _Optional[_Union[_sign_data_pb2.TronTransferContractPayload, _Mapping]] = ..., tron_trigger_smart_contract_payload: _Optional[_Union[_sign_data_pb2.TronTriggerSmartContractPayload, _Mapping]] = ..., tron_transfer_asset_contract_payload: _Optional[_Union[_sign_data_pb2.TronTransferAssetContractPayload, _Mapping]] = ..., sign_amino: _Optional[_Union[_sign_data_pb2.SignAmino, _Mapping]] = ..., sign_direct: _Optional[_Union[_sign_data_pb2.SignDirect, _Mapping]] = ..., sign_solana: _Optional[_Union[_sign_data_pb2.SignSolana, _Mapping]] = ..., sign_ton: _Optional[_Union[_sign_data_pb2.SignTon, _Mapping]] = ..., sign_bitcoin: _Optional[_Union[_sign_data_pb2.SignBitcoin, _Mapping]] = ..., sign_sui: _Optional[_Union[_sign_data_pb2.SignSui, _Mapping]] = ..., sign_ripple: _Optional[_Union[_sign_data_pb2.SignRipple, _Mapping]] = ..., is_qbtc_claim: _Optional[bool] = ..., dapp_metadata: _Optional[_Union[_coin_pb2.DAppMetadata, _Mapping]] = ...) -> None: ...
