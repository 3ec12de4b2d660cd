"""All-but-one OT from a puncturable PRF (Roy 2022): 64 trees of 16 leaves a pair of parties (spec §6.3).

The sender knows all leaves, the receiver all but one a tree; which one stays secret. All trees are worked on at once,
level by level, and the punctured path is followed with masks (tandem.mpc.dkls.lanes), never by indexing.
"""

from hmac import compare_digest

from tandem.mpc.dkls.labels import PPRF, PPRF_EXPAND, PPRF_HASH, PPRF_PROOF
from tandem.mpc.dkls.lanes import bits, cut, differs, fill, ones, spread
from tandem.mpc.keyshare import LEAVES, SEED, TREES
from tandem.mpc.transcript import Family, Script

DEPTH = 4
PROOF = 64
CORRECTIONS = (DEPTH - 1) * 2 * SEED
TREE = CORRECTIONS + 2 * PROOF
MESSAGE = TREES * TREE  # 20480

_EXPAND = Script(PPRF).field(b"session-id", 32).field(PPRF_EXPAND, SEED).challenge(b"", SEED).challenge(b"", SEED)
_LEVEL = _EXPAND.family()
_PROVE = Script(PPRF).field(b"session-id", 32).field(PPRF_PROOF, SEED).challenge(b"", PROOF).family()
_LANE = TREES * SEED
_ALL = (1 << (8 * _LANE)) - 1


def _hash_script() -> Family:
    script = Script(PPRF).field(b"session-id", 32)
    for _ in range(LEAVES):
        script.field(b"", PROOF)
    return script.challenge(PPRF_HASH, PROOF).family()


_HASH = _hash_script()


def _load(pieces: list[bytes]) -> int:
    """One piece a tree, as lanes."""
    return int.from_bytes(b"".join(pieces), "little")


def _children(level: Family, nodes: list[int]) -> list[int]:
    """Both children of each node, for all trees: 2y and 2y + 1 of y."""
    rows = [row for node in nodes for row in cut(node.to_bytes(_LANE, "little"), SEED)]
    grown = level.all(rows)
    children = []
    for at in range(0, len(grown), 2 * TREES):
        children += [_load(grown[at : at + 2 * TREES : 2]), _load(grown[at + 1 : at + 2 * TREES : 2])]
    return children


def _xor(values: list[int]) -> int:
    result = 0
    for value in values:
        result ^= value
    return result


def _proofs(session_id: bytes, leaves: list[int]) -> list[int]:
    """P(s_y) for each leaf y, as lanes of 64 bytes a tree."""
    rows = [row for leaf in leaves for row in cut(leaf.to_bytes(_LANE, "little"), SEED)]
    proofs = _PROVE.bind(session_id).first(rows)
    return [_load(proofs[at : at + TREES]) for at in range(0, LEAVES * TREES, TREES)]


def _digests(session_id: bytes, proofs: list[int]) -> list[bytes]:
    """s~ of each tree."""
    columns = [cut(proof.to_bytes(TREES * PROOF, "little"), PROOF) for proof in proofs]
    return _HASH.bind(session_id).first(b"".join(tree) for tree in zip(*columns, strict=True))


def _tree_major(leaves: list[int]) -> bytes:
    columns = [cut(leaf.to_bytes(_LANE, "little"), SEED) for leaf in leaves]
    return b"".join(seed for tree in zip(*columns, strict=True) for seed in tree)


def build(session_id: bytes, keys: list[tuple[bytes, bytes]]) -> tuple[bytes, bytes]:
    """From 256 OT key pairs: all leaves (64 * 16 * 32 bytes, tree-major) and the message to the receiver."""
    level = _LEVEL.bind(session_id)
    nodes = [_load([pair[side] for pair in keys[0::DEPTH]]) for side in (0, 1)]
    corrections: list[list[bytes]] = []
    for depth in range(1, DEPTH):
        nodes = _children(level, nodes)
        for side in (0, 1):
            correction = _load([pair[side] for pair in keys[depth::DEPTH]]) ^ _xor(nodes[side::2])
            corrections.append(cut(correction.to_bytes(_LANE, "little"), SEED))
    proofs = _proofs(session_id, nodes)
    digests = _digests(session_id, proofs)
    sums = cut(_xor(proofs).to_bytes(TREES * PROOF, "little"), PROOF)
    message = b"".join(
        b"".join(part) for part in zip(*corrections, digests, sums, strict=True)
    )  # per tree: t[0][0] t[0][1] ... s~ t~
    return _tree_major(nodes), message


def evaluate(session_id: bytes, choices: bytes, keys: list[bytes], message: bytes) -> tuple[bytes, bytes] | None:
    """From the 256 chosen keys: the punctured index of each tree (64 bytes) and all leaves with zeros there.

    None when the sender's hash does not fit. A wrong correction on the side that was not chosen stays unseen: inherent
    selective failure of the construction (spec §6.3).
    """
    trees = cut(message, TREE)
    level = _LEVEL.bind(session_id)
    flags = bits(choices)
    one = ones(TREES, SEED)
    right = spread(flags[0::DEPTH], SEED)  # flag lanes: the chosen side
    rho = _load(keys[0::DEPTH])
    nodes = [rho & ~fill(right, SEED), rho & fill(right, SEED)]
    hole = one ^ right  # lanes: the punctured index so far
    for depth in range(1, DEPTH):
        known = [fill(differs(hole, y, TREES, SEED), SEED) for y in range(len(nodes))]
        grown = _children(level, nodes)
        children = [child & known[place // 2] for place, child in enumerate(grown)]
        right = spread(flags[depth::DEPTH], SEED)
        take = fill(right, SEED)
        at = (depth - 1) * 2 * SEED
        given_0 = _load([tree[at : at + SEED] for tree in trees]) ^ _xor(children[0::2])
        given_1 = _load([tree[at + SEED : at + 2 * SEED] for tree in trees]) ^ _xor(children[1::2])
        found = given_0 ^ ((given_0 ^ given_1) & take) ^ _load(keys[depth::DEPTH])
        for y, mask in enumerate(known):
            missing = found & (_ALL ^ mask)
            children[2 * y] |= missing & (_ALL ^ take)
            children[2 * y + 1] |= missing & take
        nodes = children
        hole = (hole << 1) + (one ^ right)
    punctured = hole.to_bytes(_LANE, "little")[::SEED]
    at_64 = spread(punctured, PROOF)
    known = [fill(differs(at_64, y, TREES, PROOF), PROOF) for y in range(LEAVES)]
    proofs = [proof & mask for proof, mask in zip(_proofs(session_id, nodes), known, strict=True)]
    missing = _load([tree[CORRECTIONS + PROOF :] for tree in trees]) ^ _xor(proofs)
    proofs = [proof | (missing & ~mask) for proof, mask in zip(proofs, known, strict=True)]
    expected = b"".join(tree[CORRECTIONS : CORRECTIONS + PROOF] for tree in trees)
    if not compare_digest(b"".join(_digests(session_id, proofs)), expected):
        return None
    return punctured, _tree_major(nodes)
