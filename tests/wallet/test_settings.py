"""What single sites find of us, as the person chose it: kept, exclusive, taken over from how it was stored before."""

import json
from collections.abc import Callable

import pytest

from wallet.conftest import ORIGIN, Stage

OTHER = "https://other.example"


def test_what_a_site_finds_is_one_choice_and_outlives_a_restart(play: Callable) -> None:
    async def story(stage: Stage) -> None:
        await stage.boot()
        await stage.call("set_window", origin=ORIGIN, names=["ethereum", "solana"])
        await stage.call("set_window", origin=OTHER, names=["none"])
        chosen = {ORIGIN: ["solana", "ethereum"], OTHER: ["none"]}
        assert stage.state["settings"]["window"] == chosen
        for origin, names in (
            ("http://dapp.example", ["none"]),
            ("null", ["none"]),
            (ORIGIN + "/path", ["none"]),
            (ORIGIN, ["none", "ethereum"]),
            (ORIGIN, ["bitcoin"]),
            (ORIGIN, "none"),
            (ORIGIN, None),
            (1, ["none"]),
        ):
            assert (await stage.send("set_window", origin=origin, names=names))["err"]["code"] == -32602
        await stage.crash()
        await stage.boot()
        assert stage.state["settings"]["window"] == chosen
        await stage.call("set_window", origin=ORIGIN, names=["none"])
        await stage.call("set_window", origin=OTHER, names=[])
        assert stage.state["settings"]["window"] == {ORIGIN: ["none"]}

    play(story)


@pytest.mark.parametrize("conflict", [False, True])
def test_what_was_stored_as_lists_is_taken_over(play: Callable, conflict: bool) -> None:
    async def story(stage: Stage) -> None:
        await stage.boot()
        await stage.call("set_settings", relay_url=stage.relay_url)
        await stage.crash()
        before = json.loads(stage.store.values["settings"])
        del before["window"]
        lists = {"window_solana": [OTHER], "window_ethereum": [ORIGIN], "window_vultisig": []}
        before |= lists | {"window_none": [ORIGIN] * conflict}
        stage.store.values["settings"] = json.dumps(before).encode()
        await stage.boot()
        wanted = {OTHER: ["solana"], ORIGIN: ["none"] if conflict else ["ethereum"]}
        assert stage.state["settings"]["window"] == wanted
        assert stage.state["settings"]["relay_url"] == stage.relay_url and "settings.broken" not in stage.store.values

    play(story)


def test_so_many_sites_and_no_more(play: Callable) -> None:
    """As many as the four lists of before could hold; what is taken over from them survives the next start as well."""

    async def story(stage: Stage) -> None:
        await stage.boot()
        await stage.call("set_settings", relay_url=stage.relay_url)
        await stage.crash()
        before = json.loads(stage.store.values["settings"])
        del before["window"]
        for name in ("solana", "ethereum", "vultisig", "none"):
            before[f"window_{name}"] = [f"https://{name}{number}.example" for number in range(200)]
        stage.store.values["settings"] = json.dumps(before).encode()
        await stage.boot()
        assert (await stage.send("set_window", origin=ORIGIN, names=["none"]))["err"]["code"] == -32602
        await stage.call("set_window", origin="https://none7.example", names=["solana"])
        await stage.crash()
        await stage.boot()
        window = stage.state["settings"]["window"]
        assert len(window) == 800 and window["https://none7.example"] == ["solana"]
        assert "settings.broken" not in stage.store.values
        await stage.call("set_window", origin="https://solana7.example", names=[])
        await stage.call("set_window", origin=ORIGIN, names=["none"])

    play(story)
