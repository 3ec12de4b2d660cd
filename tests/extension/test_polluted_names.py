"""T40 for the names that the person lends us on a site (window.ethereum, window.solana, window.vultisig): a page that
changed everything it can after our scripts asks and gets exactly what it would otherwise. Before them no page has a
script; what another extension got changed there is all that we have, and fools the page itself.
"""

import itertools
import json
from collections.abc import Callable, Iterator

import pytest
from tests.extension.conftest import ADDRESS, ALL_BYTES, ANSWERS, FAR_END, REPOSITORY, SCRIPTS, SIGNATURE, b64
from tests.extension.test_solana import HOSTILE
from tests.extension.test_vultisig import EVM, ME

NAMES = {
    "ethereum": ("window_ethereum.js",),
    "solana": ("solana_face.js", "window_solana.js", "window_end.js"),
    "vultisig": ("solana_face.js", "window_solana.js", "vultisig.js", "window_end.js"),
}


def thrown(where: str, *names: str) -> str:
    return f"for (const name of {json.dumps(names)}) {where}[name] = () => {{ throw 1 }};"


FIELDS = ("method", "params", "from", "to", "value", "data", "memo", "asset", "ticker", "amount", "onlyIfTrusted")
MORE = {
    "wishes": f"""for (const name of {json.dumps([*FIELDS, "reason", "name", "detail", "features", "signature"])})
        Object.defineProperty(Object.prototype, name, {{value: "forged", writable: true, configurable: true}})""",
    "numbers": "BigInt.prototype.toString = Number.prototype.toString = () => 'forged'; window.BigInt = () => 7n",
    "texts": thrown("String.prototype", "startsWith", "padStart", "slice", "toString", "split", "replace"),
    "lists": thrown("Array.prototype", "map", "find", "findIndex", "join", "slice", "concat", "forEach", "filter")
    + thrown("Array", "from", "of"),
    "sets": thrown("Set.prototype", "add", "has", "delete") + thrown("window", "Set", "Map", "WeakMap"),
    "encoder": thrown("TextEncoder.prototype", "encode") + "window.TextEncoder = undefined",
    "objects": thrown("Object", "assign", "keys", "entries", "getOwnPropertyDescriptor", "getPrototypeOf"),
    "functions": thrown("Function.prototype", "call", "apply", "bind", "toString"),
    "turns": thrown("window", "queueMicrotask", "setTimeout"),
    "typed": thrown("Object.getPrototypeOf(Uint8Array.prototype)", "map", "slice", "fill", "values")
    + "Object.getPrototypeOf(Uint8Array.prototype)[Symbol.iterator] = undefined; Uint8Array.from = undefined",
}
POLLUTION = HOSTILE | MORE

# The page keeps for itself what it needs to look at the outcome.
KEEP = """
const kept = {then: Promise.prototype.then, apply: Reflect.apply.bind(Reflect), set: Element.prototype.setAttribute};
const root = document.documentElement;
const note = (text) => kept.apply(kept.set, root, ['data-answer', text]);
const all = Uint8Array.from({length: 256}, (_, i) => i);
const legacy = () => ({signatures: [{publicKey: {toBase58: () => 'ADDRESS'}}], serialize: () => all});
const numbers = (bytes) => { let text = ''; for (let i = 0; i < 64; i++) text += bytes[i] + ' '; return text };
const failed = (error) => note('failed ' + (error?.code ?? error));
const then = (promise, read) => {
  const done = (value) => { try { read(value) } catch (error) { failed(error) } };
  kept.apply(kept.then, promise, [done, failed]);
};
const data = Object.getOwnPropertyDescriptor(MessageEvent.prototype, 'data').get;
let asked = '';
addEventListener('message', (event) => {
  const {to, text} = kept.apply(data, event, []);
  if (to === 'tandem:content') kept.apply(kept.set, root, ['data-asked', asked += text + '\\n']);
});
""".replace("ADDRESS", ADDRESS)
ACTS = {
    "ethereum": "then(window.ethereum.request({method: 'eth_chainId'}), note)",
    "solana": """then(window.solana.connect(), ({publicKey}) =>
        then(window.solana.signMessage(all), ({signature}) =>
        then(window.solana.signAndSendTransaction(legacy()), (sent) =>
            note(publicKey.toString() + ' ' + numbers(signature) + sent.signature))))""",
    "vultisig": """then(vultisig.getVault(), ({accounts: {ethereum, solana}}) =>
        then(vultisig.solana.request({method: 'request_accounts'}), (again) =>
        then(vultisig.ethereum.request({method: 'send_transaction',
                params: [{from: 'a', to: 'b', value: '0x10', memo: 'hi'}]}), (hash) =>
            note(ethereum[0] + ' ' + solana[0] + ' ' + again[0] + ' ' + hash))))""",
}
ANSWER = {
    "ethereum": "0x1",
    "solana": f"{ADDRESS} {''.join(f'{byte} ' for byte in SIGNATURE)}",
    "vultisig": f"{ME} {ADDRESS} {ADDRESS} 0xhash",
}
SENT: dict[str, list[dict]] = {
    "ethereum": [{"method": "eth_chainId"}],
    "solana": [
        {"method": "standard:connect", "params": []},
        {"method": "solana:signMessage", "params": [{"account": ADDRESS, "message": b64(ALL_BYTES)}]},
        {"method": "solana:signAndSendTransaction", "params": [{"account": ADDRESS, "transaction": b64(ALL_BYTES)}]},
    ],
    "vultisig": [
        {"method": "eth_accounts"},
        {"method": "standard:connect", "params": [{"silent": True}]},
        {"method": "standard:connect", "params": []},
        {"method": "eth_sendTransaction", "params": [{"from": "a", "to": "b", "value": "0x10", "data": "0x6869"}]},
    ],
}


def base58(raw: bytes) -> str:
    number, text = int.from_bytes(raw, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"[digit] + text
    return text


ANSWER["solana"] += base58(SIGNATURE)


@pytest.fixture(scope="module")
def opened(plain) -> Iterator[Callable]:
    page = plain.new_page()

    def run(*parts: str):
        html = "<!doctype html>" + "".join(f"<script>{part}</script>" for part in parts)
        page.unroute_all()
        page.route("http://plain.test/", lambda route: route.fulfill(body=html, content_type="text/html"))
        page.goto("http://plain.test/", wait_until="commit")
        return page

    yield run
    page.close()


def ours(name: str) -> list[str]:
    return [(REPOSITORY / "extension" / script).read_text() for script in (*SCRIPTS, *NAMES[name])]


FAR = FAR_END % json.dumps(ANSWERS | EVM)
LEFT = "Object.getOwnPropertyNames(window).filter((name) => name.startsWith('tandem'))"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("pollution", ["nothing", *POLLUTION])
def test_t40_after_our_scripts_it_changes_nothing(opened, name: str, pollution: str) -> None:
    left = f"root.dataset.left = {LEFT};"
    page = opened(*ours(name), FAR, f"{KEEP};{left};{POLLUTION.get(pollution, '')};{ACTS[name]}")
    page.locator("html[data-answer]").wait_for(state="attached", timeout=10_000)
    root = page.locator("html")
    assert root.get_attribute("data-answer") == ANSWER[name]
    assert root.get_attribute("data-left") == ""
    asked = root.get_attribute("data-asked") or ""
    assert [json.loads(line) for line in asked.splitlines()] == SENT[name]


@pytest.mark.parametrize(("pollution", "name"), list(zip(POLLUTION, itertools.cycle(NAMES), strict=False)))
def test_t40_before_our_scripts_nothing_of_them_is_left_behind(opened, name: str, pollution: str) -> None:
    """Whether they come up or not: no part that one hands to the next stays where a page could take it."""
    early = KEEP.replace("const ", "var ") + "var names = Object.getOwnPropertyNames, is = String.prototype.startsWith;"
    late = """for (let i = 0, all = names(window); i < all.length; i++)
        if (kept.apply(is, all[i], ['tandem:'])) note(all[i]);
        kept.apply(kept.set, root, ['data-done', '']);"""
    page = opened(FAR + early, POLLUTION[pollution], *ours(name), late)
    page.locator("html[data-done]").wait_for(state="attached", timeout=10_000)
    assert page.locator("html").get_attribute("data-answer") is None
