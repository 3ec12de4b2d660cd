"""`tandem engine`: every verb, and lines that must not kill it."""

import json

import pytest

from tandem.__main__ import main
from tandem.cli import engine as driver
from tandem.cli.engine import Engine
from tandem.curve import ed25519

IDS = ["ann", "bob"]


@pytest.fixture
def ask():
    engine = Engine()

    def call(verb, **arguments):
        return json.loads(engine.answer(json.dumps({"verb": verb, **arguments})))

    call.line = lambda line: json.loads(engine.answer(line))
    return call


def play(ask, handles, silent=()):
    over = set(silent)
    while len(over) < len(handles):
        for name, handle in handles.items():
            while (message := ask("out", h=handle)["ok"]) is not None:
                assert set(message["to"]) <= set(handles) - {name}
                for other in message["to"]:
                    if ask("in", h=handles[other], msg=message["body"])["ok"]:
                        over.add(other)


def test_all_verbs(ask):
    setup = ask("keygen_setup", t=2, ids=IDS, key_id="ab" * 32, curve="ecdsa")["ok"]
    handles = {name: ask("keygen", setup=setup, id=name)["ok"] for name in IDS}
    play(ask, handles)
    shares = {name: ask("finish_share", h=handle)["ok"] for name, handle in handles.items()}
    info = ask("info", h=shares["bob"])["ok"]
    assert (info["n"], info["t"], info["party_id"], info["key_id"]) == (2, 2, 1, "ab" * 32)
    assert len(info["pk"]) == 66 and len(info["cc"]) == 64
    again = ask("load", bytes=ask("bytes", h=shares["ann"])["ok"])["ok"]
    setup = ask("sign_setup", key_id="ab" * 32, path="m/1", hash="11" * 32, ids=IDS)["ok"]
    handles = {
        name: ask("sign", setup=setup, id=name, share=share)["ok"]
        for name, share in (("ann", again), ("bob", shares["bob"]))
    }
    play(ask, handles)
    signatures = {ask("finish_bytes", h=handle)["ok"] for handle in handles.values()}
    assert len(signatures) == 1 and len(signatures.pop()) == 130
    assert ask("drop", h=again) == {"ok": None}
    assert ask("info", h=again)["err"].startswith("WireError")


def test_a_failed_session_says_whom_and_whether_to_ban(ask):
    setup = ask("keygen_setup", t=2, ids=IDS)["ok"]
    ann, bob = (ask("keygen", setup=setup, id=name)["ok"] for name in IDS)
    assert ask("finish_share", h=ann)["err"].startswith("WireError")
    ask("out", h=bob)
    assert ask("drop", h=bob) == {"ok": None}
    refused = ask("keygen", setup=setup, id="eve")
    assert refused == {"err": "SetupRefused: we are not named", "party": None, "must_ban": False}


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{",
        "[]",
        "null",
        "1",
        '"keygen"',
        "{}",
        '{"verb":1}',
        '{"verb":"nothing"}',
        '{"verb":"load"}',
        '{"verb":"load","bytes":"zz"}',
        '{"verb":"load","bytes":"00"}',
        '{"verb":"info","h":99}',
        '{"verb":"info","h":"1"}',
        '{"verb":"keygen_setup","t":"2","ids":["a","b"]}',
        '{"verb":"keygen_setup","t":300,"ids":["a","b"]}',
        '{"verb":"keygen_setup","t":2,"ids":["a","b",2]}',
        '{"verb":"keygen_setup","t":2,"ids":["a","\\ud800"]}',
        '{"verb":"keygen_setup","t":2,"ids":"ab"}',
        '{"verb":"keygen_setup","t":2,"ids":["a","b"],"curve":"p256"}',
        '{"verb":"sign","setup":"00","id":"a","share":1}',
        "[" * 10000,
        '{"verb":"' + "x" * 100,
    ],
)
def test_broken_lines(ask, line):
    answer = ask.line(line)
    assert set(answer) == {"err", "party", "must_ban"} and answer["must_ban"] is False
    assert not answer["err"].startswith("Bug")
    assert "ok" in ask("keygen_setup", t=2, ids=IDS)


def test_handles_are_of_one_kind_and_not_without_number(ask, monkeypatch):
    setup = ask("keygen_setup", t=2, ids=IDS)["ok"]
    handles = {name: ask("keygen", setup=setup, id=name, curve="eddsa")["ok"] for name in IDS}
    assert ask("info", h=handles["ann"])["err"] == ask("bytes", h=handles["ann"])["err"] == "WireError: not a share"
    assert ask("finish_share", h=handles["ann"])["err"] == "WireError: the session is not over"
    play(ask, handles)
    share = ask("finish_share", h=handles["ann"])["ok"]
    assert ask("out", h=share)["err"] == ask("finish_bytes", h=share)["err"] == "WireError: not a session"
    monkeypatch.setattr(driver, "MAX_HANDLES", 3)  # both sessions and the share
    assert ask("keygen", setup=setup, id="ann")["err"] == "WireError: too many handles"
    assert ask("drop", h=share) == {"ok": None}
    assert "ok" in ask("keygen", setup=setup, id="ann")


def test_programs(capsys):
    assert main(["--help"]) == 0 and "engine" in capsys.readouterr().out
    assert main(["nothing"]) == main([]) == 2


def test_all_verbs_for_eddsa(ask):
    setup = ask("keygen_setup", t=2, ids=IDS)["ok"]
    handles = {name: ask("keygen", setup=setup, id=name, curve="eddsa")["ok"] for name in IDS}
    play(ask, handles)
    shares = {name: ask("finish_share", h=handle)["ok"] for name, handle in handles.items()}
    info = ask("info", h=shares["bob"])["ok"]
    assert (info["n"], info["t"], info["party_id"]) == (2, 2, 1)
    assert len(info["pk"]) == len(info["key_id"]) == len(info["cc"]) == 64
    again = ask("load", bytes=ask("bytes", h=shares["ann"])["ok"], curve="eddsa")["ok"]
    message = "ab" * 1232
    setup = ask("sign_setup", key_id=info["key_id"], msg=message, ids=IDS, curve="eddsa")["ok"]
    handles = {
        name: ask("sign", setup=setup, id=name, share=share, curve="eddsa")["ok"]
        for name, share in (("ann", again), ("bob", shares["bob"]))
    }
    play(ask, handles)
    (signature,) = {ask("finish_bytes", h=handle)["ok"] for handle in handles.values()}
    assert ed25519.verify(bytes.fromhex(info["pk"]), bytes.fromhex(message), bytes.fromhex(signature))


def test_curves_are_not_mixed_up(ask):
    setup = ask("keygen_setup", t=2, ids=IDS)["ok"]
    handles = {name: ask("keygen", setup=setup, id=name, curve="eddsa")["ok"] for name in IDS}
    play(ask, handles)
    share = ask("finish_share", h=handles["ann"])["ok"]
    assert ask("finish_bytes", h=handles["ann"])["err"] == "WireError: not a signing"
    assert ask("load", bytes=ask("bytes", h=share)["ok"])["err"].startswith("WireError")
    setup = ask("sign_setup", key_id="ab" * 32, path="m", hash="11" * 32, ids=IDS)["ok"]
    assert ask("sign", setup=setup, id="ann", share=share)["err"] == "WireError: a share of the other curve"
    assert ask("keygen", setup=setup, id="ann", curve="p256")["err"] == "WireError: unknown curve"
    assert ask("sign_setup", key_id="ab" * 32, hash="11" * 32, ids=IDS, curve="eddsa")["err"].startswith("WireError")


def shares_of(ask, handles):
    return {name: ask("finish_share", h=handle)["ok"] for name, handle in handles.items()}


def made(ask, curve):
    setup = ask("keygen_setup", t=2, ids=IDS, curve=curve)["ok"]
    handles = {name: ask("keygen", setup=setup, id=name, curve=curve)["ok"] for name in IDS}
    play(ask, handles)
    return shares_of(ask, handles)


@pytest.mark.parametrize("curve", ["ecdsa", "eddsa"])
def test_quorum_change_and_refresh(ask, curve):
    shares = made(ask, curve)
    before = ask("info", h=shares["ann"])["ok"]
    ids = [*IDS, "cleo"]
    setup = ask("qc_setup", share=shares["ann"], ids=ids, olds=[0, 1], t=2, news=[2, 0], curve=curve)["ok"]
    handles = {name: ask("qc", setup=setup, id=name, share=shares.get(name), curve=curve)["ok"] for name in ids}
    play(ask, handles)
    assert ask("finish_bytes", h=handles["ann"])["err"] == "WireError: not a signing"
    shares = shares_of(ask, handles)
    assert shares.pop("bob") is None
    after = ask("info", h=shares["cleo"])["ok"]
    assert (after["pk"], after["party_id"], after["n"]) == (before["pk"], 0, 2)
    if curve == "eddsa":
        return  # a new EdDSA share has no chain code, which refresh would miss (spec/schnorr-wire.md §9)
    ids = ["cleo", "ann"]
    setup = ask("keygen_setup", t=2, ids=ids, key_id=after["key_id"])["ok"]
    handles = {name: ask("refresh", setup=setup, id=name, share=shares[name], curve=curve)["ok"] for name in ids}
    play(ask, handles)
    assert ask("info", h=shares_of(ask, handles)["ann"])["ok"]["pk"] == before["pk"]


KEYS = {  # private key 5 and its public key
    "ecdsa": ("05".rjust(64, "0"), "022f8bde4d1a07209355b4a7250a5c5128e88b84bddc619ab7cba8d569b240efe4"),
    "eddsa": ("05".ljust(64, "0"), "edc876d6831fd2105d0b4389ca2e283166469289146e2ce06faefe98b22548df"),
}


@pytest.mark.parametrize("curve", ["ecdsa", "eddsa"])
def test_import_and_export(ask, curve):
    key, public_key = KEYS[curve]
    started = ask("import", key=key, cc="11" * 32, t=2, ids=IDS, curve=curve)["ok"]
    handles = {"ann": started["h"], "bob": ask("import", setup=started["setup"], id="bob", curve=curve)["ok"]}
    play(ask, handles)
    shares = shares_of(ask, handles)
    info = ask("info", h=shares["bob"])["ok"]
    assert (info["pk"], info["cc"]) == (public_key, "11" * 32)
    started = ask("export", share=shares["bob"], ids=["bob", "ann"], curve=curve)["ok"]
    sender = ask("export", setup=started["setup"], id="ann", share=shares["ann"], curve=curve)["ok"]
    play(ask, {"bob": started["h"], "ann": sender}, silent=["ann"])
    assert ask("finish_bytes", h=started["h"])["ok"] == key
    assert ask("finish_share", h=started["h"])["err"] == "WireError: not a keygen"


@pytest.mark.parametrize("curve", ["ecdsa", "eddsa"])
def test_migrate(ask, curve):
    key, public_key = KEYS[curve]
    secrets = {"ann": key.replace("5", "2"), "bob": key.replace("5", "3")}
    setup = ask("keygen_setup", t=2, ids=IDS)["ok"]
    handles = {
        name: ask("migrate", setup=setup, id=name, secret=secrets[name], pk=public_key, cc="22" * 32, curve=curve)["ok"]
        for name in IDS
    }
    play(ask, handles)
    info = ask("info", h=shares_of(ask, handles)["ann"])["ok"]
    assert (info["pk"], info["cc"]) == (public_key, "22" * 32)


def test_shares_of_the_other_curve(ask):
    share = made(ask, "eddsa")["ann"]
    setup = ask("qc_setup", share=share, ids=[*IDS, "cleo"], olds=[0, 1], t=2, news=[0, 2], curve="eddsa")["ok"]
    other = "WireError: a share of the other curve"
    ecdsa = ask("keygen_setup", t=2, ids=IDS)["ok"]
    assert ask("refresh", setup=ecdsa, id="ann", share=share)["err"] == other
    assert ask("export", share=share, ids=IDS)["err"] == other
    assert ask("qc", setup=setup, id="ann", share=share)["err"].startswith("WireError")
    share = made(ask, "ecdsa")["ann"]
    assert ask("qc", setup=setup, id="ann", share=share, curve="eddsa")["err"] == other


@pytest.mark.parametrize("olds", ["01", [0, True], [0, 256], [0, -1], [0, "1"], None])
def test_places_that_are_none(ask, olds):
    share = made(ask, "eddsa")["ann"]
    answer = ask("qc_setup", share=share, ids=IDS, olds=olds, t=2, news=[0, 1], curve="eddsa")
    assert answer["err"].startswith("WireError: olds")
