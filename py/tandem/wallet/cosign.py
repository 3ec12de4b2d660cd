"""From an approved record to its result: the phone invited, the digest signed together, the transaction sent."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from tandem.ceremony import Devices, Job, Progress, host_keysign, invite_keysign
from tandem.chains.ethereum import PATH, message
from tandem.chains.ethereum.address import from_public_key
from tandem.chains.ethereum.payload import message_payload, transaction_payload
from tandem.chains.ethereum.tx import assemble, digest, transaction_hash
from tandem.chains.jsonrpc import NodeRefused
from tandem.errors import Bug, TandemError
from tandem.mpc.dkls.sign import Signature
from tandem.ports import Task
from tandem.proto.keysign_pb2 import CustomMessagePayload, KeysignPayload
from tandem.provider.codes import told
from tandem.provider.record import Record
from tandem.provider.request import message_params, parse_call
from tandem.wallet.book import Book
from tandem.wallet.desk import account_of, token_of, transaction_of
from tandem.wallet.host import Host
from tandem.wallet.keys import Keys
from tandem.wallet.node import Node
from tandem.wallet.qr import qr
from tandem.wire import Json


@dataclass(slots=True)
class PhoneStep:
    """What the screen shows while the phone is awaited and signing."""

    link: str
    code: dict[str, Json]
    expires: int
    progress: Progress

    def to_json(self) -> dict[str, Json]:
        at = self.progress
        return {
            "link": self.link,
            "qr": self.code,
            "stage": at.stage,
            "round": at.round,
            "rounds": at.rounds,
            "item": at.item,
            "items": at.items,
            "peers": list(at.peers),
        }


class Cosigner:
    """Runs one task per approved record."""

    def __init__(
        self,
        host: Host,
        book: Book,
        keys: Keys,
        node: Node,
        devices: Callable[[], Devices],
        changed: Callable[[], None],
        over: Callable[[Record], Awaitable[None]],
    ) -> None:
        self._host, self._book, self._keys, self._node = host, book, keys, node
        self._devices, self._changed, self._over = devices, changed, over
        self.steps: dict[str, PhoneStep] = {}
        self._tasks: dict[str, Task] = {}

    def begin(self, record: Record) -> None:
        """Takes the record to its end in a task of its own."""
        self._tasks[record.id] = self._host.tasks.spawn(self._run(record))

    def stop(self, record_id: str) -> None:
        """Ends the task; the record is the caller's to close."""
        task = self._tasks.pop(record_id, None)
        if task is not None:
            task.cancel()
        self.steps.pop(record_id, None)

    async def _run(self, record: Record) -> None:
        try:
            if record.kind == "message":
                record = await self._message(record)
            else:
                record = await self._transaction(record)
        except NodeRefused as refused:
            failed: dict[str, Json] = {
                "code": refused.node_code,
                "message": refused.node_message,
                "data": refused.node_data,
            }
            record = self._book.records[record.id].failed(failed)
        except TandemError as error:
            record = self._book.records[record.id].failed(told(error))
        finally:
            self.steps.pop(record.id, None)
            self._tasks.pop(record.id, None)
        await self._over(record)

    async def _message(self, record: Record) -> Record:
        content, _ = message_params(parse_call(record.text).params)
        vault = self._keys.vault
        payload = message_payload(content, vault_public_key=vault.public_key, party=vault.party)
        signature = await self._sign(record, payload, message.digest(content))
        signed = message.signature_bytes(signature.r, signature.s, signature.recovery_id)
        return self._book.records[record.id].finished("0x" + signed.hex())

    async def _transaction(self, record: Record) -> Record:
        network = self._book.network(record.chain_id)
        if record.raw is None:
            made, vault = transaction_of(record), self._keys.vault
            payload = transaction_payload(
                made,
                network=network,
                account=account_of(record),
                public_key=self._keys.account_key(),
                vault_public_key=vault.public_key,
                party=vault.party,
                token=token_of(record),
                origin=record.origin,
            )
            signature = await self._sign(record, payload, digest(made))
            raw = assemble(made, signature.r, signature.s, signature.recovery_id)
            record = replace(
                self._book.records[record.id].moved("signed"),
                raw="0x" + raw.hex(),
                transaction="0x" + transaction_hash(raw).hex(),
            )
            await self._book.write_record(record)
            self._changed()
        await self._send(record)
        record = await self._book.write_record(self._book.records[record.id].moved("broadcast"))
        return record.finished(record.transaction)

    async def _send(self, record: Record) -> None:
        """Sending the same bytes twice is one transaction, so a node that has them already is no failure."""
        network = self._book.network(record.chain_id)
        try:
            await self._node.call(network, "eth_sendRawTransaction", [record.raw])
        except NodeRefused:
            if await self._node.call(network, "eth_getTransactionByHash", [record.transaction]) is None:
                raise

    async def _sign(self, record: Record, payload: KeysignPayload | CustomMessagePayload, what: bytes) -> Signature:
        """One signature over `what`, made with the phone. Raises the ceremony's typed errors."""
        vault, devices = self._keys.vault, self._devices()
        if from_public_key(self._keys.account_key()) != account_of(record):
            raise Bug("the record's account is not the vault's")
        invitation = await invite_keysign(
            devices, payload=payload, vault_public_key=vault.public_key.hex(), party=vault.party
        )
        deadline = self._host.clock.now() + self._book.settings.phone_wait_seconds
        step = PhoneStep(invitation.link, qr(invitation.link), int(deadline), Progress("waiting", (), 0, 4, 1, 1))
        self.steps[record.id] = step
        self._changed()

        def report(progress: Progress) -> None:
            step.progress = progress
            self._changed()
            if progress.stage == "running" and self._book.records[record.id].state == "awaiting_phone":
                self._book.records[record.id] = self._book.records[record.id].moved("signing")

        signatures = await host_keysign(
            devices,
            invitation,
            party=vault.party,
            share=vault.share,
            signers=vault.signers,
            jobs=(Job(what, PATH),),
            report=report,
            deadline=deadline,
        )
        return signatures[0]
