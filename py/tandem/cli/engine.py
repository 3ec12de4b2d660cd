"""`tandem engine`: our MPC engine as a process, so that a party in any test or program can be ours.

Each input line is a JSON object `{"verb": …, …}`, each answer line `{"ok": …}` or `{"err": "<class>: <text>",
"party": …, "must_ban": …}`; bytes are hex, handles are numbers. A broken line gets an error and the driver lives on.

    keygen_setup{t,ids,key_id?} → hex       keygen{setup,id} → handle         finish_share{h} → share handle
    sign_setup{key_id,path,hash,ids} → hex  sign{setup,id,share} → handle     finish_bytes{h} → hex
    refresh{setup,id,share} → handle        migrate{setup,id,secret,pk,cc} → handle
    qc_setup{share,ids,olds,t,news} → hex   qc{setup,id,share?} → handle      (olds, news: places in ids)
    import{key,cc?,t,ids} → {h,setup}       import{setup,id} → handle         (the first of ids brings the key)
    export{share,ids} → {h,setup}           export{setup,id,share} → handle   (the first of ids gets the key)
    load{bytes} → share handle              bytes{h} → hex                    info{h} → {pk,key_id,cc,n,t,party_id}
    out{h} → null or {body,to}              in{h,msg} → true when over        drop{h}

`to` lists the names of the receivers. The verbs that make a setup or a session, and `load`, take `curve`, "ecdsa"
unless they say "eddsa"; the other verbs are the same for both. For EdDSA `sign_setup` takes `msg`, 1 to 65536 bytes,
instead of `hash`, and `path` may be missing. `finish_bytes` gives r‖s‖recovery id, the 64 bytes of Ed25519, or the
exported private key; `finish_share` gives null to a party that is not in the new quorum. Exit code 0 at end of input.
"""

import argparse
import sys
from collections.abc import Callable
from typing import TypeAlias

from tandem.cli import engine_sessions as sessions
from tandem.cli.engine_sessions import AnySession, AnyShare, Result
from tandem.curve import sealing
from tandem.curve.secret import Secret
from tandem.entropy import random_bytes
from tandem.errors import TandemError, WireError
from tandem.mpc import setup as setups
from tandem.mpc.dkls.sign import Signature
from tandem.mpc.session import Outgoing
from tandem.wire import Json, json_text, parse_json, unhex

MAX_LINE = 4 << 20  # a share of 2-of-10 is 1.2 million hex digits
MAX_HANDLES = 1000

Request: TypeAlias = dict[str, Json]


class _Party:
    """A running session and what of it has not been asked for yet."""

    def __init__(self, session: AnySession, names: tuple[str, ...]) -> None:
        self.session = session
        self._names = names
        self._queue: list[Outgoing] = []
        session.start()

    def work(self) -> None:
        while self.session.advance():
            pass
        self._queue += self.session.outgoing()

    def next(self) -> Json:
        self.work()
        if not self._queue:
            return None
        message = self._queue.pop(0)
        mine = self.session.party
        to: list[Json] = [
            name for index, name in enumerate(self._names) if index != mine and message.to in (None, index)
        ]
        return {"body": message.body.hex(), "to": to}


class Engine:
    """The verbs over one table of handles."""

    def __init__(self) -> None:
        self._handles: dict[int, _Party | AnyShare] = {}
        self._last = 0
        self._verbs: dict[str, Callable[[Request], Json]] = {
            "keygen_setup": self._keygen_setup,
            "keygen": self._keygen,
            "sign_setup": self._sign_setup,
            "sign": self._sign,
            "refresh": self._refresh,
            "migrate": self._migrate,
            "qc_setup": self._reshare_setup,
            "qc": self._reshare,
            "import": self._import,
            "export": self._export,
            "load": self._load,
            "bytes": lambda request: self._share(request).to_bytes().hex(),
            "info": self._info,
            "out": lambda request: self._party(request).next(),
            "in": self._in,
            "finish_share": self._finish_share,
            "finish_bytes": self._finish_bytes,
            "drop": self._drop,
        }

    def answer(self, line: str) -> str:
        """One answer line for one request line; it never raises."""
        try:
            request = parse_json(line, limit=MAX_LINE)
            if not isinstance(request, dict):
                raise WireError("not an object")
            _curve(request)
            verb = self._verbs.get(_text(request, "verb"))
            if verb is None:
                raise WireError("unknown verb")
            return json_text({"ok": verb(request)})
        except TandemError as error:
            text = f"{type(error).__name__}: {error.detail}"
            return json_text({"err": text, "party": error.party, "must_ban": error.must_ban})
        except Exception as error:  # the driver must live on; the class alone tells nothing secret
            return json_text({"err": f"Bug: {type(error).__name__}", "party": None, "must_ban": False})

    def _keep(self, thing: _Party | AnyShare) -> Json:
        if len(self._handles) >= MAX_HANDLES:
            raise WireError("too many handles")
        self._last += 1
        self._handles[self._last] = thing
        return self._last

    def _thing(self, request: Request, key: str) -> _Party | AnyShare:
        handle = request.get(key)
        if not isinstance(handle, int) or handle not in self._handles:
            raise WireError("unknown handle")
        return self._handles[handle]

    def _share(self, request: Request, key: str = "h") -> AnyShare:
        thing = self._thing(request, key)
        if isinstance(thing, _Party):
            raise WireError("not a share")
        return thing

    def _party(self, request: Request) -> _Party:
        thing = self._thing(request, "h")
        if not isinstance(thing, _Party):
            raise WireError("not a session")
        return thing

    def _keygen_setup(self, request: Request) -> Json:
        key_id = None if request.get("key_id") is None else _bytes(request, "key_id")
        return setups.build_keygen(_number(request, "t"), _names(request), key_id=key_id).hex()

    def _keygen(self, request: Request) -> Json:
        setup = setups.parse_keygen(_bytes(request, "setup"))
        name = _text(request, "id")
        return self._keep(_Party(sessions.keygen(_curve(request), setup, name), setup.names))

    def _sign_setup(self, request: Request) -> Json:
        curve = _curve(request)
        ecdsa = curve == "ecdsa"
        path, message = _text(request, "path", None if ecdsa else "m"), _bytes(request, "hash" if ecdsa else "msg")
        return setups.build_sign(_bytes(request, "key_id"), path, message, _names(request), curve=curve).hex()

    def _sign(self, request: Request) -> Json:
        setup, name = setups.parse_sign(_bytes(request, "setup"), _curve(request)), _text(request, "id")
        return self._keep(_Party(sessions.sign(setup, name, self._bring(request)), setup.names))

    def _refresh(self, request: Request) -> Json:
        setup, name = setups.parse_keygen(_bytes(request, "setup")), _text(request, "id")
        return self._keep(_Party(sessions.refresh(setup, name, self._bring(request)), setup.names))

    def _migrate(self, request: Request) -> Json:
        setup, name = setups.parse_keygen(_bytes(request, "setup")), _text(request, "id")
        secret, public_key, chain_code = Secret(_bytes(request, "secret")), _bytes(request, "pk"), _bytes(request, "cc")
        session = sessions.migrate(_curve(request), setup, name, secret, public_key, chain_code)
        return self._keep(_Party(session, setup.names))

    def _reshare_setup(self, request: Request) -> Json:
        share = self._share(request, "share")
        return setups.build_reshare(
            share.key_id,
            share.public_key,
            _number(request, "t"),
            _names(request),
            _numbers(request, "olds"),
            _numbers(request, "news"),
            curve=sessions.curve_of(share),
        ).hex()

    def _reshare(self, request: Request) -> Json:
        curve, name = _curve(request), _text(request, "id")
        setup = setups.parse_reshare(_bytes(request, "setup"), curve)
        share = None if request.get("share") is None else self._share(request, "share")
        return self._keep(_Party(sessions.reshare(curve, setup, name, share), setup.names))

    def _import(self, request: Request) -> Json:
        curve = _curve(request)
        if "setup" in request:
            setup, name = setups.parse_keygen(_bytes(request, "setup")), _text(request, "id")
            return self._keep(_Party(sessions.join_import(curve, setup, name), setup.names))
        made, key = setups.build_keygen(_number(request, "t"), _names(request)), Secret(_bytes(request, "key"))
        setup = setups.parse_keygen(made)
        chain_code = None if request.get("cc") is None else _bytes(request, "cc")
        session = sessions.initiate_import(curve, setup, setup.names[0], key, chain_code)
        return {"h": self._keep(_Party(session, setup.names)), "setup": made.hex()}

    def _export(self, request: Request) -> Json:
        share = self._bring(request)
        if "setup" in request:
            setup, name = setups.parse_export(_bytes(request, "setup")), _text(request, "id")
            return self._keep(_Party(sessions.send_export(setup, name, share), setup.names))
        exchange = Secret(random_bytes(32))
        made = setups.build_export(share.key_id, sealing.public_key(exchange.reveal()), _names(request))
        setup = setups.parse_export(made)
        session = sessions.receive_export(setup, setup.names[0], share, exchange)
        return {"h": self._keep(_Party(session, setup.names)), "setup": made.hex()}

    def _bring(self, request: Request) -> AnyShare:
        """The share that a ceremony of this curve is begun with."""
        share = self._share(request, "share")
        if sessions.curve_of(share) != _curve(request):
            raise WireError("a share of the other curve")
        return share

    def _load(self, request: Request) -> Json:
        return self._keep(sessions.load(_curve(request), _bytes(request, "bytes")))

    def _info(self, request: Request) -> Json:
        share = self._share(request)
        return {
            "pk": share.public_key.hex(),
            "key_id": share.key_id.hex(),
            "cc": share.chain_code.hex(),
            "n": share.n,
            "t": share.threshold,
            "party_id": share.party_id,
        }

    def _in(self, request: Request) -> Json:
        party = self._party(request)
        party.session.receive(_bytes(request, "msg"))
        party.work()
        return party.session.finished

    def _finish_share(self, request: Request) -> Json:
        result = self._result(request)
        if result is None:
            return None
        if not isinstance(result, AnyShare):
            raise WireError("not a keygen")
        return self._keep(result)

    def _finish_bytes(self, request: Request) -> Json:
        result = self._result(request)
        match result:
            case bytes():
                return result.hex()
            case Signature():
                return result.to_bytes().hex()
            case Secret():
                return result.reveal().hex()
        raise WireError("not a signing")

    def _result(self, request: Request) -> Result:
        session = self._party(request).session
        if not session.finished:
            raise WireError("the session is not over")
        return session.result()

    def _drop(self, request: Request) -> Json:
        thing = self._thing(request, "h")
        if isinstance(thing, _Party):
            thing.session.close()
        self._handles = {handle: other for handle, other in self._handles.items() if other is not thing}
        return None


def _curve(request: Request) -> setups.Curve:
    match _text(request, "curve", "ecdsa"):
        case "ecdsa":
            return "ecdsa"
        case "eddsa":
            return "eddsa"
    raise WireError("unknown curve")


def _text(request: Request, key: str, usual: str | None = None) -> str:
    value = request.get(key, usual)
    if not isinstance(value, str):
        raise WireError(f"{key}: not a string")
    return value


def _bytes(request: Request, key: str) -> bytes:
    return unhex(_text(request, key))


def _number(request: Request, key: str) -> int:
    value = request.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        raise WireError(f"{key}: not a number")
    return value


def _numbers(request: Request, key: str) -> list[int]:
    value = request.get(key)
    if not isinstance(value, list):
        raise WireError(f"{key}: not a list")
    numbers = [number for number in value if isinstance(number, int) and not isinstance(number, bool)]
    if len(numbers) != len(value) or not all(0 <= number < 256 for number in numbers):
        raise WireError(f"{key}: not bytes")
    return numbers


def _names(request: Request) -> list[str]:
    value = request.get("ids")
    if not isinstance(value, list):
        raise WireError("ids: not a list")
    names = [name for name in value if isinstance(name, str)]
    if len(names) != len(value):
        raise WireError("ids: not strings")
    return names


def main(argv: list[str]) -> int:
    """Answer lines until the input ends."""
    argparse.ArgumentParser(prog="tandem engine", description="Our MPC engine over JSON lines.").parse_args(argv)
    engine = Engine()
    for raw in sys.stdin.buffer:
        line = raw.decode("utf-8", "replace").strip()
        if line:
            print(engine.answer(line), flush=True)
    return 0
