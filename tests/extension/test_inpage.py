"""The provider in a real page: announcement, legacy styles, exact errors, and a page that pollutes everything (T40)."""

import pytest
from tests.extension.conftest import PAGE, REPOSITORY

POLLUTION = {
    "object_then": "Object.prototype.then = function () { throw 1 }",
    "promise_then": "Promise.prototype.then = () => { throw 1 }",
    "promise": "window.Promise = function () { throw 1 }",
    "json": "JSON.stringify = () => '{}'; JSON.parse = () => ({result: 'forged'})",
    "array_iterator": "Array.prototype[Symbol.iterator] = () => { throw 1 }",
    "array_to_json": "Array.prototype.toJSON = () => 'forged'",
    "object_to_json": "Object.prototype.toJSON = () => 'forged'",
    "object_setters": """for (const name of ["id", "to", "text", "error", "event", "0", "code", "value"])
        Object.defineProperty(Object.prototype, name,
            {set() { throw 1 }, get() { return 'forged' }, configurable: true})""",
    "reflect": "Reflect.apply = () => 'forged'; Function.prototype.call = Function.prototype.apply = () => { throw 1 }",
    "map": "Map.prototype.get = Map.prototype.set = () => { throw 1 }; window.Map = undefined",
    "define_property": "Object.defineProperty = Object.create = Object.freeze = () => { throw 1 }",
    "post_message": "window.postMessage = () => { throw 1 }",
    "message_event": """for (const name of ["data", "source", "origin"])
        Object.defineProperty(MessageEvent.prototype, name, {get() { return 'forged' }})""",
    "listeners": "window.addEventListener('message', (event) => event.stopImmediatePropagation(), true)",
    "uuid": "crypto.getRandomValues = () => { throw 1 }; crypto.randomUUID = () => 'forged'",
    "error": "window.Error = function () { throw 1 }",
}

# Everything happens inside the polluted page; the answer is read off an attribute, through the test's own world.
KEEP = """
const kept = {then: Promise.prototype.then, apply: Reflect.apply.bind(Reflect), set: Element.prototype.setAttribute};
const root = document.documentElement;
const note = (text) => kept.apply(kept.set, root, ['data-answer', text]);
let provider;
addEventListener('eip6963:announceProvider', (event) => { provider = event.detail.provider });
dispatchEvent(new Event('eip6963:requestProvider'));
"""
ASK = """
;kept.apply(kept.then, provider.request({method: 'eth_chainId', params: [{a: 1}]}),
  [note, (e) => note('error ' + e.code)]);
"""


@pytest.fixture
def page(context):
    page = context.new_page()
    yield page
    page.close()


def test_announced_synchronously_and_takes_a_free_window_ethereum(page, site):
    page.goto(site.url)
    assert page.evaluate("seen.early && tandem === window.ethereum && seen.announced.length === 1")
    info = page.evaluate("seen.announced[0].info")
    assert (info["name"], info["rdns"]) == ("Tandem", "app.tandem.wallet")
    assert info["icon"].startswith("data:image/svg+xml;base64,")
    assert page.evaluate("Object.isFrozen(seen.announced[0]) && Object.isFrozen(seen.announced[0].info)")
    assert page.evaluate("tandem.isMetaMask") is None


def test_another_wallet_can_take_window_ethereum(page, site):
    page.goto(site.url)
    assert page.evaluate("window.ethereum = {other: true}; window.ethereum.other")
    assert (
        page.evaluate("Object.defineProperty(window, 'ethereum', {get: () => 'theirs'}); window.ethereum") == "theirs"
    )


def test_another_wallet_is_never_overridden(context, site):
    page = context.new_page()
    page.add_init_script("Object.defineProperty(window, 'ethereum', {value: {other: true}, configurable: true})")
    page.goto(site.url)
    other = page.evaluate("window.ethereum.other === true || window.ethereum === tandem")
    page.close()
    assert other


def test_silent_calls_need_no_python(page, site):
    page.goto(site.url)
    assert page.evaluate("ask('eth_chainId')") == {"result": "0x1"}
    assert page.evaluate("ask('net_version')") == {"result": "1"}
    assert page.evaluate("ask('eth_accounts')") == {"result": []}
    assert page.evaluate("tandem.chainId") == "0x1"
    assert page.evaluate("tandem.isConnected()") is True


def test_connect_event_comes_once_with_the_chain(page, site):
    page.goto(site.url)
    page.evaluate("window.events = []; tandem.on('connect', (data) => events.push(data)); 0")
    page.evaluate("ask('eth_chainId').then(() => ask('eth_accounts'))")
    assert page.evaluate("events") == [{"chainId": "0x1"}]


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ("undefined", -32600),
        ("{}", -32600),
        ("{method: ''}", -32600),
        ("{method: 7}", -32600),
        ("'eth_chainId'", -32600),
    ],
)
def test_a_request_without_method_is_refused(page, site, args, code):
    page.goto(site.url)
    assert page.evaluate(f"tandem.request({args}).catch((e) => e.code)") == code


@pytest.mark.parametrize(
    "params",
    [
        "(() => { const a = []; a.push(a); return a })()",
        "[1n]",
        "['x'.repeat(1100000)]",
    ],
)
def test_parameters_that_are_no_json_or_too_large_are_invalid(page, site, params):
    page.goto(site.url)
    assert page.evaluate(f"tandem.request({{method: 'eth_call', params: {params}}}).catch((e) => e.code)") == -32602


def test_older_call_styles(page, site):
    page.goto(site.url)
    answer = "new Promise((done) => tandem.sendAsync({id: 3, method: 'eth_chainId'}, (e, r) => done([e, r])))"
    assert page.evaluate(answer) == [None, {"id": 3, "jsonrpc": "2.0", "result": "0x1"}]
    batch = """new Promise((done) => tandem.sendAsync(
        [{id: 1, method: 'eth_chainId'}, {id: 2, method: 'net_version'}], (e, r) => done(r.map((x) => x.result))))"""
    assert page.evaluate(batch) == ["0x1", "1"]
    assert page.evaluate("tandem.send('eth_chainId').then((r) => r.result)") == "0x1"
    assert page.evaluate("tandem.send({id: 9, method: 'net_version'})") == {"id": 9, "jsonrpc": "2.0", "result": "1"}


def test_listeners_once_and_removed(page, site):
    page.goto(site.url)
    page.evaluate("""() => {
      window.heard = [];
      const gone = () => heard.push('gone');
      tandem.on('chainChanged', gone).removeListener('chainChanged', gone);
      tandem.on('chainChanged', () => { throw new Error('a listener of the page') });
      tandem.once('chainChanged', (id) => heard.push('once ' + id));
      tandem.on('chainChanged', (id) => heard.push(id));
      for (const data of ['0x2', '0x2', '0x3'])
        window.postMessage({to: 'tandem:page', event: 'chainChanged', data}, '*');
    }""")
    page.wait_for_timeout(100)
    assert page.evaluate("heard") == ["once 0x2", "0x2", "0x3"]


@pytest.mark.parametrize("name", POLLUTION)
def test_t40_pollution_after_injection_changes_nothing(page, site, name):
    site.before = (KEEP + POLLUTION[name] + ASK).encode()
    page.goto(site.url, wait_until="commit")
    page.locator("html[data-answer]").wait_for(state="attached")
    assert page.locator("html").get_attribute("data-answer") == "0x1"


def test_t41_forged_answers_fool_only_the_page(page, site, context):
    page.goto(site.url)
    page.evaluate("window.postMessage({to: 'tandem:page', event: 'accountsChanged', data: ['0xforged']}, '*')")
    page.wait_for_timeout(50)
    assert page.evaluate("tandem.selectedAddress") == "0xforged"
    assert page.evaluate("ask('eth_accounts')") == {"result": []}


def test_t39_opaque_origin_is_refused(page, site):
    page.goto(site.url + "/frame")
    frame = page.frames[1]
    frame.wait_for_load_state()
    assert frame.evaluate("ask('eth_requestAccounts')")["code"] == 4100


def test_insecure_origin_is_refused(page, site, context):
    context.route("http://insecure.test/**", lambda route: route.fulfill(body=PAGE.decode(), content_type="text/html"))
    page.goto("http://insecure.test/")
    answer = page.evaluate("ask('eth_chainId')")
    assert (answer["code"], answer["reason"]) == (4100, "origin_refused")


def test_provider_is_small():
    assert (REPOSITORY / "extension/inpage.js").stat().st_size <= 15_000


def test_a_notification_is_a_message_event(page, site):
    page.goto(site.url)
    page.evaluate("window.heard = []; tandem.on('message', (data) => heard.push(data)); 0")
    told = {"type": "eth_subscription", "data": {"subscription": "0x1", "result": {"number": "0x2"}}}
    page.evaluate("(data) => window.postMessage({to: 'tandem:page', event: 'message', data}, '*')", told)
    page.evaluate("window.postMessage({to: 'tandem:page', event: 'message', data: {type: 7}}, '*')")
    page.wait_for_timeout(100)
    assert page.evaluate("heard") == [told]
