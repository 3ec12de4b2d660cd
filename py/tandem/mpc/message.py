"""Message framing of a session: ids, signed broadcasts, sealed private messages, aborts (spec/dkls23-wire.md §5,
spec/schnorr-wire.md §2: one format for both protocols).

Opening never raises: bytes that do not authenticate are None to the session, which drops them. What authenticates is
handed on as a payload; its length is the business of the round that expects it.
"""

from hashlib import sha256
from typing import final

from tandem.curve import ed25519, sealing
from tandem.curve.secret import Secret
from tandem.entropy import Rng
from tandem.errors import WireError

HEADER = 36
SIGNED = HEADER + ed25519.SIGNATURE
SEALED = HEADER + sealing.TAG + sealing.NONCE
INTRODUCED = SEALED + 32  # with the sender's exchange key
ABORT_TAG = 2**64 - 1
SETUP_TAG = 0
MESSAGE_TTL = 100  # seconds; nobody looks at it
SETUP_TTL = 0x0122  # the code for 600 s
_PRIVATE = 0x8000
_INTRODUCTION = HEADER + 32


def message_id(tag: int, sender: bytes, receiver: bytes, instance: bytes) -> bytes:
    """H(u64le(tag) || sender || receiver || instance); `receiver` is empty for a broadcast."""
    return sha256(tag.to_bytes(8, "little") + sender + receiver + instance).digest()


def header(identifier: bytes, ttl: int, flags: int) -> bytes:
    """36 bytes: id || u16le ttl || u16le flags."""
    return identifier + ttl.to_bytes(2, "little") + flags.to_bytes(2, "little")


@final
class Channel:
    """One party's keys in one session: what it sends is framed here, what it receives is authenticated here.

    Indexes are positions in the setup message. `meet` must have been told a party's X25519 key before private messages
    from or to it can be opened or made.
    """

    def __init__(
        self,
        instance: bytes,
        seeds: list[Secret],
        me: int,
        rng: Rng,
        *,
        exchange: Secret | None = None,
        flags_sealed: bool = True,
    ) -> None:
        """Draws an X25519 secret, or takes over `exchange` where the setup message already holds its public key.

        `flags_sealed`: what is sealed has flags in its header, as the ECDSA engine writes them; the EdDSA one does not.
        """
        self.me = me
        self.instance = instance
        self._signing = ed25519.SigningKey(seeds[me].reveal())
        self.verify_keys = [ed25519.public_key(seed.reveal()) for seed in seeds]
        self._flags_sealed = flags_sealed
        self._exchange = Secret(rng(32)) if exchange is None else exchange
        self.exchange_key = sealing.public_key(self._exchange.reveal())
        self._outward: dict[int, Secret] = {}
        self._inward: dict[int, Secret] = {}
        self._counter = 0

    @property
    def size(self) -> int:
        return len(self.verify_keys)

    def broadcast_id(self, tag: int, sender: int) -> bytes:
        return message_id(tag, self.verify_keys[sender], b"", self.instance)

    def private_id(self, tag: int, sender: int, receiver: int) -> bytes:
        return message_id(tag, self.verify_keys[sender], self.verify_keys[receiver], self.instance)

    def meet(self, party: int, exchange_key: bytes) -> None:
        """Agree on the two keys with `party`, one a direction. Raises WireError for a low-order key."""
        self._outward[party], self._inward[party] = self._agree(exchange_key)

    def renew(self, rng: Rng) -> None:
        """Another exchange key; everybody has to be met again."""
        self.wipe()
        self._outward.clear()
        self._inward.clear()
        self._exchange = Secret(rng(32))
        self.exchange_key = sealing.public_key(self._exchange.reveal())

    def _agree(self, exchange_key: bytes) -> tuple[Secret, Secret]:
        """The key for what we send and that for what we receive; each hashes its receiver's public key."""
        shared = sealing.agree(self._exchange.reveal(), exchange_key)
        return Secret(sha256(exchange_key + shared).digest()), Secret(sha256(self.exchange_key + shared).digest())

    def box_key(self, exchange_key: bytes) -> Secret:
        """The crypto_box key with the owner of `exchange_key`, who may be we. Raises WireError for a low-order key."""
        return Secret(sealing.box_key(self._exchange.reveal(), exchange_key))

    def has_met(self, party: int) -> bool:
        return party in self._inward

    def sign(self, tag: int, payload: bytes, *, receiver: int | None = None) -> bytes:
        """A broadcast, or a readable message to `receiver`: header || payload || signature."""
        id_ = self.broadcast_id(tag, self.me) if receiver is None else self.private_id(tag, self.me, receiver)
        signed = header(id_, MESSAGE_TTL, 0) + payload
        return signed + self._signing.sign(signed)

    def abort(self) -> bytes:
        """Our announcement that we gave up; 100 bytes, no reason is told."""
        return self.sign(ABORT_TAG, b"")

    def seal(self, tag: int, receiver: int, payload: bytes) -> bytes:
        """A private message: header || ciphertext || tag || nonce. One counter for all receivers (spec §5.3)."""
        flags = _PRIVATE | receiver if self._flags_sealed else 0
        return self._seal(receiver, payload, header(self.private_id(tag, self.me, receiver), MESSAGE_TTL, flags))

    def introduce(self, tag: int, receiver: int, payload: bytes) -> bytes:
        """A private message to one who need not know our exchange key yet: header || key || ciphertext || tag || nonce
        (spec §13). The key in front is authenticated like the header."""
        top = header(self.private_id(tag, self.me, receiver), MESSAGE_TTL, 0) + self.exchange_key
        return self._seal(receiver, payload, top)

    def _seal(self, receiver: int, payload: bytes, top: bytes) -> bytes:
        self._counter += 1
        nonce = self._counter.to_bytes(4, "little") + bytes(8)
        return top + sealing.seal(self._outward[receiver].reveal(), nonce, payload, top) + nonce

    def verified(self, sender: int, message: bytes) -> bytes | None:
        """The payload of a broadcast or a readable message, or None when it is not signed by `sender`."""
        if len(message) < SIGNED:
            return None
        signed, signature = message[: -ed25519.SIGNATURE], message[-ed25519.SIGNATURE :]
        return signed[HEADER:] if ed25519.verify(self.verify_keys[sender], signed, signature) else None

    def unsealed(self, sender: int, message: bytes) -> bytes | None:
        """The payload of a private message of a party we have met, or None when it does not authenticate."""
        return _unseal(self._inward[sender], message, HEADER)

    def introduced(self, sender: int, message: bytes) -> bytes | None:
        """The payload of a message that `introduce` made, whose sender is met by it, or None when it does not
        authenticate. That says no more than that the sender knew our exchange key."""
        if len(message) < INTRODUCED:
            return None
        try:
            outward, inward = self._agree(message[HEADER:_INTRODUCTION])
        except WireError:
            return None
        payload = _unseal(inward, message, _INTRODUCTION)
        if payload is not None:
            self._outward[sender], self._inward[sender] = outward, inward
        return payload

    def wipe(self) -> None:
        """Forget every key but the one that signs our abort, which ends with the object."""
        self._exchange.wipe()
        for key in (*self._outward.values(), *self._inward.values()):
            key.wipe()


def _unseal(key: Secret, message: bytes, top: int) -> bytes | None:
    """What is sealed behind the first `top` bytes, which are authenticated with it."""
    if len(message) < top + sealing.TAG + sealing.NONCE:
        return None
    sealed, nonce = message[top : -sealing.NONCE], message[-sealing.NONCE :]
    return sealing.unseal(key.reveal(), nonce, sealed, message[:top])
