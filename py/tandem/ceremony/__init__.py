"""Ceremonies with other devices over a relay (relay-and-sessions §4.2, §5, §6.1), each as host and as joiner.

The host shows the link; the joiners follow it. `deadline` (seconds since the epoch) ends the wait for people; an
exchange that has begun by then gets `pace.exchange` seconds at most. Failures are typed: CosignerTimeout,
CosignerDeclined, RelayFault, SetupRefused, CosignerFault, Banned. A ban is durable before it is reported, an instance
id before its first message. What was sent is repeated in the background until the others have shown that they have it.

Against the incumbents' habits: the setup's path and committee are checked too; junk is skipped, never fatal; a joiner
takes the sealed setup message for the start signal (the /start list is not authenticated).
"""

from tandem.ceremony.devices import Devices, Job, Journal, Keygenned, Progress, Report, family_threshold
from tandem.ceremony.invite import (
    complete_invitation,
    decline,
    invite_key_import,
    invite_keygen,
    invite_keysign,
    invite_migrate,
    invite_reshare,
)
from tandem.ceremony.key_import import SeedKeys, host_key_import, join_key_import, keys_of_seed
from tandem.ceremony.keygen import ROUNDS, host_keygen, join_keygen
from tandem.ceremony.keysign import AnySignature, host_keysign, join_keysign
from tandem.ceremony.migrate import host_migrate, join_migrate
from tandem.ceremony.reshare import Held, host_reshare, join_reshare
from tandem.relay.line import Pace
from tandem.relay.pairing import (
    KeygenInvitation,
    KeyImportInvitation,
    KeysignInvitation,
    MigrateInvitation,
    ReshareInvitation,
    parse_link,
)

__all__ = [
    "ROUNDS",
    "AnySignature",
    "Devices",
    "Held",
    "Job",
    "Journal",
    "KeyImportInvitation",
    "KeygenInvitation",
    "Keygenned",
    "KeysignInvitation",
    "MigrateInvitation",
    "Pace",
    "Progress",
    "Report",
    "ReshareInvitation",
    "SeedKeys",
    "complete_invitation",
    "decline",
    "family_threshold",
    "host_key_import",
    "host_keygen",
    "host_keysign",
    "host_migrate",
    "host_reshare",
    "invite_key_import",
    "invite_keygen",
    "invite_keysign",
    "invite_migrate",
    "invite_reshare",
    "join_key_import",
    "join_keygen",
    "join_keysign",
    "join_migrate",
    "join_reshare",
    "keys_of_seed",
    "parse_link",
]
