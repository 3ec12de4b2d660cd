"""Two kinds of party behind one interface, as processes: ours (`tandem engine`) and the real engine (node)."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("TANDEM_BUILD", ROOT / "build"))
ENGINE = BUILD / "npm/@vultisig/sdk/dist/lib/dkls"


class Refused(Exception):
    """The driver answered with an error."""

    def __init__(self, answer):
        super().__init__(answer["err"])
        self.party = answer["party"]
        self.must_ban = answer["must_ban"]


class Driver:
    """A process that answers one JSON line to each."""

    def __init__(self, kind):
        self.kind = kind
        command = {
            "ours": [sys.executable, "-m", "tandem", "engine"],
            "real": ["node", str(Path(__file__).with_name("engine.mjs")), str(ENGINE.parent)],
        }[kind]
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "py")}
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)

    def raw(self, line):
        self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def __call__(self, verb, **arguments):
        answer = self.raw(json.dumps({"verb": verb, **arguments}).encode())
        if "err" in answer:
            raise Refused(answer)
        return answer["ok"]

    def close(self):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


class Player:
    """A named party of a ceremony at a driver."""

    def __init__(self, driver, name, handle):
        self.driver, self.name, self.handle = driver, name, handle
        self.over = False


def play(players, rng=None, repeats=0):
    """Carry messages until everybody is over; `rng` shuffles and duplicates them.

    Whenever nothing moves, all that was sent is carried again in its order, up to `repeats` times: the Schnorr engine
    loses messages that come early (spec/schnorr-wire.md §4.2), and this is what our relay client does about it.
    """
    pending, carried = [], []
    while True:
        for player in players:
            while (message := player.driver("out", h=player.handle)) is not None:
                pending += [(name, message["body"]) for name in message["to"]]
        if not pending and repeats and not all(player.over for player in players):
            repeats, rng = repeats - 1, None
            pending, carried = carried, []
        if not pending:
            break
        if rng is not None:
            rng.shuffle(pending)
            if rng.random() < 0.2:
                pending.append(pending[0])
        name, body = pending.pop(0)
        carried.append((name, body))
        target = next(player for player in players if player.name == name)
        if not target.over:
            target.over = target.driver("in", h=target.handle, msg=body)
    stalled = [player.name for player in players if not player.over]
    assert not stalled, f"stalled: {stalled}"


def keygen(seats, threshold, setup_by=None, key_id=None, rng=None, curve="ecdsa", setup_curve=None, repeats=0):
    """`seats` is name -> driver. Returns name -> share bytes in hex."""
    names = list(seats)
    setup = (setup_by or seats[names[0]])(
        "keygen_setup", t=threshold, ids=names, key_id=key_id, curve=setup_curve or curve
    )
    players = [Player(seats[name], name, seats[name]("keygen", setup=setup, id=name, curve=curve)) for name in names]
    play(players, rng, repeats)
    return shares_of(players)


def shares_of(players):
    """Name -> share bytes in hex, or None for who is not in the new quorum."""
    shares = {}
    for player in players:
        share = player.driver("finish_share", h=player.handle)
        shares[player.name] = None if share is None else player.driver("bytes", h=share)
        for handle in (share, player.handle) if player.driver.kind == "ours" else ():
            if handle is not None:
                player.driver("drop", h=handle)
    return shares


def load(seats, shares, curve="ecdsa"):
    """Name -> handle, of whoever has a share."""
    return {
        name: driver("load", bytes=shares[name], curve=curve)
        for name, driver in seats.items()
        if shares.get(name) is not None
    }


def unload(seats, loaded):
    """Let go of what `load` gave: a driver holds only so many."""
    for name, handle in loaded.items():
        seats[name]("drop", h=handle)


def reshare(seats, shares, threshold, news, olds=None, rng=None, setup_by=None, curve="ecdsa", repeats=0):
    """`seats` are all parties in the setup's order; those in `olds` bring their share of `shares`, those in `news`,
    in their new order, get one. Returns shares like `keygen`, None for the others."""
    names, olds = list(seats), list(shares) if olds is None else olds
    loaded = load({name: seats[name] for name in olds}, shares, curve)
    maker = setup_by or olds[0]
    setup = seats[maker](
        "qc_setup",
        share=loaded[maker],
        ids=names,
        olds=[names.index(name) for name in olds],
        t=threshold,
        news=[names.index(name) for name in news],
        curve=curve,
    )
    players = [
        Player(seat, name, seat("qc", setup=setup, id=name, share=loaded.get(name), curve=curve))
        for name, seat in seats.items()
    ]
    play(players, rng, repeats)
    unload(seats, loaded)
    return shares_of(players)


def refresh(seats, shares, rng=None, setup_by=None, key_id=None, curve="ecdsa", repeats=0):
    """All of `shares`, made anew."""
    names = list(seats)
    loaded = load(seats, shares, curve)
    info = seats[names[0]]("info", h=loaded[names[0]])
    maker = seats[setup_by or names[0]]
    setup = maker("keygen_setup", t=info["t"], ids=names, key_id=key_id or info["key_id"], curve=curve)
    players = [
        Player(seat, name, seat("refresh", setup=setup, id=name, share=loaded[name], curve=curve))
        for name, seat in seats.items()
    ]
    play(players, rng, repeats)
    unload(seats, loaded)
    return shares_of(players)


def migrate(seats, threshold, secrets, public_key, chain_code, rng=None, curve="ecdsa", repeats=0):
    """From additive shares, name -> bytes."""
    names = list(seats)
    setup = seats[names[0]]("keygen_setup", t=threshold, ids=names, curve=curve)
    key = {"pk": public_key.hex(), "cc": chain_code.hex()}
    players = [
        Player(seat, name, seat("migrate", setup=setup, id=name, secret=secrets[name].hex(), **key, curve=curve))
        for name, seat in seats.items()
    ]
    play(players, rng, repeats)
    return shares_of(players)


def import_key(seats, threshold, private_key, chain_code=None, rng=None, curve="ecdsa", repeats=0):
    """The first of `seats` brings the key."""
    names = list(seats)
    code = None if chain_code is None else chain_code.hex()
    made = seats[names[0]]("import", key=private_key.hex(), cc=code, t=threshold, ids=names, curve=curve)
    players = [Player(seats[names[0]], names[0], made["h"])]
    for name in names[1:]:
        players.append(Player(seats[name], name, seats[name]("import", setup=made["setup"], id=name, curve=curve)))
    play(players, rng, repeats)
    return shares_of(players)


def export_key(seats, shares, rng=None, curve="ecdsa"):
    """The first of `seats` gets the private key."""
    names = list(seats)
    loaded = load(seats, shares, curve)
    made = seats[names[0]]("export", share=loaded[names[0]], ids=names, curve=curve)
    receiver = Player(seats[names[0]], names[0], made["h"])
    players = [receiver]
    for name in names[1:]:
        handle = seats[name]("export", setup=made["setup"], id=name, share=loaded[name], curve=curve)
        players.append(Player(seats[name], name, handle))
        players[-1].over = True  # it only sends
    play(players, rng)
    unload(seats, loaded)
    return bytes.fromhex(receiver.driver("finish_bytes", h=receiver.handle))


def sign(seats, shares, digest, path, setup_by=None, rng=None, curve="ecdsa", repeats=0):
    """Each of `seats` signs with its share of `shares`, wherever that was made. Returns the bytes all agree on."""
    names = list(seats)
    loaded = {name: seats[name]("load", bytes=shares[name], curve=curve) for name in names}
    key_id = seats[names[0]]("info", h=loaded[names[0]])["key_id"]
    setup = (setup_by or seats[names[0]])(
        "sign_setup",
        key_id=key_id,
        path=path,
        ids=names,
        curve=curve,
        **{"hash" if curve == "ecdsa" else "msg": digest.hex()},
    )
    players = [
        Player(seats[name], name, seats[name]("sign", setup=setup, id=name, share=loaded[name], curve=curve))
        for name in names
    ]
    play(players, rng, repeats)
    results = {player.driver("finish_bytes", h=player.handle) for player in players}
    assert len(results) == 1
    for player in players:
        player.driver("drop", h=loaded[player.name])
        if player.driver.kind == "ours":
            player.driver("drop", h=player.handle)
    return bytes.fromhex(results.pop())
