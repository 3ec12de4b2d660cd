"""The protocol's label numbers (spec/dkls23-wire.md §3): u16be version 1, then a 48-bit number."""


def label(number: int) -> bytes:
    """8 bytes."""
    return b"\x00\x01" + number.to_bytes(6, "big")


DLOG_CHALLENGE = label(1)
ENDEMIC_OT = label(2)
PPRF = label(3)
PPRF_EXPAND = label(4)
PPRF_HASH = label(5)
PPRF_PROOF = label(6)
SOFT_SPOKEN = label(7)
SOFT_SPOKEN_EXPAND = label(8)
SOFT_SPOKEN_MATRIX = label(9)
SOFT_SPOKEN_RANDOMIZE = label(10)
VOLE_GADGET = label(11)
VOLE_THETA = label(12)
VOLE_MU = label(13)
DKG = label(100)
DKG_COMMITMENT_1 = label(101)
DKG_COMMITMENT_2 = label(102)
DKG_PROOF_2 = label(103)
DKG_PROOF_4 = label(104)
DKG_CHAIN_CODE = label(105)
QC = label(106)
QC_COMMITMENT_1 = label(107)
QC_COMMITMENT_2 = label(108)
DSG = label(200)
DSG_COMMITMENT = label(201)
DSG_DIGEST = label(202)
DSG_MTA = label(203)
DSG_ZERO = label(204)
