"""Texts that are nearly right: what pages ask, what clients ask a relay, sign-ins."""

import json

from relay.test_pairing import SESSION

TYPED = {
    "types": {
        "EIP712Domain": [{"name": "name", "type": "string"}, {"name": "chainId", "type": "uint256"}],
        "Mail": [{"name": "to", "type": "Person[]"}, {"name": "text", "type": "string"}],
        "Person": [{"name": "wallet", "type": "address"}, {"name": "n", "type": "int8[2][]"}],
    },
    "primaryType": "Mail",
    "domain": {"name": "Mail", "chainId": 1},
    "message": {"to": [{"wallet": "0x" + "11" * 20, "n": [[1, -2]]}], "text": "hi"},
}
SEND = {"from": "0x" + "ab" * 20, "to": "0x" + "cd" * 20, "value": "0x10", "data": "0x", "gas": "0x5208"}
ENTRY = {"address": SEND["to"], "storageKeys": ["0x" + "01" * 32]}
WORD = {"chainId": "0x1", "address": SEND["to"], "nonce": "0x0", "yParity": "0x0", "r": "0x11", "s": "0x22"}
CALLS = [
    {"method": "eth_sendTransaction", "params": [SEND]},
    {"method": "eth_sendTransaction", "params": [{**SEND, "type": "0x1", "accessList": [ENTRY]}]},
    {"method": "eth_signTransaction", "params": [{**SEND, "authorizationList": [WORD], "accessList": [ENTRY]}]},
    {"method": "personal_sign", "params": ["0x6869", SEND["from"]]},
    {"method": "eth_signTypedData_v4", "params": [SEND["from"], json.dumps(TYPED)]},
    {"method": "wallet_switchEthereumChain", "params": [{"chainId": "0x1"}]},
    {"method": "wallet_requestPermissions", "params": [{"eth_accounts": {}}]},
    {"method": "solana:signTransaction", "params": [{"account": "1" * 32, "transaction": "AQ==", "chain": "solana:x"}]},
    {"method": "solana:signIn", "params": [{"domain": "a.example", "resources": ["https://a.example"]}]},
]


ASKED = [
    b"POST /" + SESSION.encode() + b'\napplication/json\n\n\n["a"]',
    b"POST /message/" + SESSION.encode() + b"\napplication/json\nm\n\n"
    b'{"session_id":"s","from":"a","to":["b"],"body":"x","hash":"h","sequence_no":0}',
    b"GET /message/" + SESSION.encode() + b"/b?after=1\n\nm\n\n",
    b"POST /setup-message/" + SESSION.encode() + b"\n\n\n\ntext",
    b"DELETE /message/" + SESSION.encode() + b"/b/h\n\n\n\n",
    b"POST /payload/" + b"0" * 64 + b"\n\n\n\ntext",
]


FIELDS = b'[{"type":"uint8","name":"a","value":1},{"type":"string","name":"b","value":"c"}]'
SIGN_IN = b"""a.example wants you to sign in with your Ethereum account:
0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266

Hello

URI: https://a.example
Version: 1
Chain ID: 1
Nonce: 12345678
Issued At: 2026-11-23T01:02:03Z
Resources:
- https://a.example/x"""
SIWS = SIGN_IN.replace(b"Ethereum", b"Solana").replace(
    b"0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", b"3eHkM3mWjutxbc3EQwnVQHyymDgbZfK4EhZRectK11jV"
)
