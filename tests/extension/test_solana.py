"""The Wallet Standard wallet in a page: its shape, exact bytes both ways, events, and a hostile page.

Most tests load the page's scripts themselves into a plain browser and play the extension's side of the channel, so
that both directions can be seen without Python; the registration and silent answers are tested in the extension.
"""

import json

import pytest
from tests.extension.conftest import (
    ACCOUNT,
    ADDRESS,
    ALL_BYTES,
    ANSWERS,
    KEY,
    PAGE,
    REPOSITORY,
    SCRIPTS,
    SIGNATURE,
    b64,
)
from tests.extension.test_inpage import POLLUTION

# ---- in the extension ----------------------------------------------------------------------------------------------


@pytest.fixture
def page(context):
    page = context.new_page()
    yield page
    page.close()


def test_registered_once_under_our_own_name(page, site):
    page.goto(site.url)
    assert page.evaluate("wallets.map((one) => one.name)") == ["Tandem"]
    assert page.evaluate("wallet.icon").startswith("data:image/svg+xml;base64,")
    assert page.evaluate("'tandem:channel' in window") is False
    assert page.evaluate("'solana' in window || 'phantom' in window || 'wallets' in navigator") is False


def test_the_icon_is_a_picture(page, site):
    page.goto(site.url)
    assert page.evaluate("""() => new Promise((done) => {
      const image = new Image(); image.onload = () => done(image.width > 0); image.onerror = () => done(false);
      image.src = wallet.icon; })""")


def test_an_app_that_listens_before_us_hears_the_registration(context, site):
    page = context.new_page()
    page.add_init_script("""window.early = [];
        addEventListener("wallet-standard:register-wallet",
            (event) => event.detail({register: (one) => early.push(one)}))""")
    page.goto(site.url)
    heard = page.evaluate("early.map((one) => one === wallet)")
    page.close()
    assert heard == [True]


def test_a_silent_connect_needs_no_python(page, site):
    page.goto(site.url)
    assert page.evaluate("wallet.features['standard:connect'].connect({silent: true})") == {"accounts": []}
    assert page.evaluate("wallet.accounts") == []


def test_a_refused_origin_gets_the_code(page, site, context):
    context.route("http://insecure.test/**", lambda route: route.fulfill(body=PAGE.decode(), content_type="text/html"))
    page.goto("http://insecure.test/")
    asked = "wallet.features['standard:connect'].connect().catch(({code, data}) => [code, data.reason])"
    assert page.evaluate(asked) == [4100, "origin_refused"]


# ---- the wallet's shape ---------------------------------------------------------------------------------------------


def test_the_shape_is_the_standards(load):
    page = load()
    assert page.evaluate("[wallet.version, wallet.name, wallet.chains]") == [
        "1.0.0",
        "Tandem",
        ["solana:mainnet", "solana:devnet", "solana:localnet"],
    ]
    versions = page.evaluate("Object.fromEntries(Object.entries(wallet.features).map(([k, v]) => [k, v.version]))")
    assert versions == {
        "standard:connect": "1.0.0",
        "standard:disconnect": "1.0.0",
        "standard:events": "1.0.0",
        "solana:signAndSendTransaction": "1.0.0",
        "solana:signTransaction": "1.0.0",
        "solana:signMessage": "1.1.0",
        "solana:signIn": "1.0.0",
    }
    for name in ("solana:signTransaction", "solana:signAndSendTransaction"):
        assert page.evaluate(f"wallet.features['{name}'].supportedTransactionVersions") == ["legacy", 0]
    assert page.evaluate(
        "[wallet, wallet.features, wallet.chains, ...Object.values(wallet.features)].every(Object.isFrozen)"
    )


def test_accounts_are_frozen_and_give_copies_of_the_key(load):
    page = load()
    assert page.evaluate("connect().then(({accounts}) => accounts === wallet.accounts && accounts.length === 1)")
    assert page.evaluate("Object.isFrozen(wallet.accounts) && Object.isFrozen(wallet.accounts[0])")
    assert page.evaluate("wallet.accounts[0].publicKey.fill(9) && hex(wallet.accounts[0].publicKey)") == KEY.hex()
    assert page.evaluate("[wallet.accounts[0].address, wallet.accounts[0].chains, wallet.accounts[0].features]") == [
        ADDRESS,
        ["solana:mainnet", "solana:devnet", "solana:localnet"],
        ["solana:signAndSendTransaction", "solana:signTransaction", "solana:signMessage", "solana:signIn"],
    ]


# ---- what travels ---------------------------------------------------------------------------------------------------


def test_connecting_and_disconnecting(load):
    page = load()
    page.evaluate("wallet.features['standard:connect'].connect({silent: true, onlyIfTrusted: true})")
    page.evaluate("connect()")
    assert page.evaluate("wallet.features['standard:disconnect'].disconnect().then((given) => given === undefined)")
    assert page.evaluate("wallet.accounts.length") == 0
    assert page.evaluate("sent") == [
        {"method": "standard:connect", "params": [{"silent": True}]},
        {"method": "standard:connect", "params": []},
        {"method": "standard:disconnect", "params": []},
    ]


def test_every_byte_value_survives_both_ways(load):
    page = load()
    output = page.evaluate("""async () => {
      const {accounts: [account]} = await connect();
      const outputs = await wallet.features['solana:signMessage'].signMessage({account, message: all});
      return outputs.map((one) => [hex(one.signedMessage), hex(one.signature), one.signatureType]);
    }""")
    assert output == [[ALL_BYTES.hex(), SIGNATURE.hex(), "ed25519"]]
    assert page.evaluate("sent[1]") == {
        "method": "solana:signMessage",
        "params": [{"account": ADDRESS, "message": b64(ALL_BYTES)}],
    }


def test_several_transactions_keep_their_order(load):
    page = load()
    output = page.evaluate("""async () => {
      const {accounts: [account]} = await connect();
      const outputs = await wallet.features['solana:signTransaction'].signTransaction(
        {account, transaction: new Uint8Array([1])}, {account, transaction: new Uint8Array([2, 3]), options: {x: 1}});
      return outputs.map((one) => hex(one.signedTransaction));
    }""")
    assert output == [b"one".hex(), ALL_BYTES.hex()]
    assert page.evaluate("sent[1].params") == [
        {"account": ADDRESS, "transaction": b64(b"\x01")},
        {"account": ADDRESS, "transaction": b64(b"\x02\x03")},
    ]


def test_sending_names_chain_and_options(load):
    page = load()
    output = page.evaluate("""async () => {
      const {accounts: [account]} = await connect();
      const [one] = await wallet.features['solana:signAndSendTransaction'].signAndSendTransaction(
        {account, chain: 'solana:devnet', transaction: all.subarray(3, 5), options: {skipPreflight: true}});
      return hex(one.signature);
    }""")
    assert output == SIGNATURE.hex()
    assert page.evaluate("sent[1].params") == [
        {
            "account": ADDRESS,
            "transaction": b64(b"\x03\x04"),
            "chain": "solana:devnet",
            "options": {"skipPreflight": True},
        }
    ]


def test_sign_in_passes_the_fields_and_connects(load):
    page = load()
    given = {"domain": "plain.test", "statement": "Hello", "resources": ["https://a.test"], "chainId": "mainnet"}
    output = page.evaluate(
        """async (given) => {
      const [one] = await wallet.features['solana:signIn'].signIn(given);
      return [one.account === wallet.accounts[0], one.account.address, hex(one.signature),
              new TextDecoder().decode(one.signedMessage), one.signatureType];
    }""",
        given,
    )
    assert output == [True, ADDRESS, SIGNATURE.hex(), "site wants you", "ed25519"]
    page.evaluate("wallet.features['solana:signIn'].signIn()")
    assert page.evaluate("sent.map((one) => one.params)") == [[given], []]


def test_an_error_comes_with_its_code(load):
    refusal = {"error": {"code": 4001, "message": "No.", "data": {"reason": "user_rejected"}}}
    page = load(answers={"standard:connect": refusal})
    assert page.evaluate("plainly(connect())") == {"code": 4001, "reason": "user_rejected", "error": True}


@pytest.mark.parametrize(
    "answer",
    [{"result": 7}, {"result": [None]}, {"result": ["not base64!"]}, {"result": []}, {"result": ["AA==", "AA=="]}, {}],
)
def test_an_answer_that_cannot_be_read_is_an_error(load, answer):
    page = load(answers=ANSWERS | {"solana:signTransaction": answer})
    asked = """connect().then(() => plainly(wallet.features['solana:signTransaction'].signTransaction(
        {account: wallet.accounts[0], transaction: all})))"""
    assert page.evaluate(asked)["code"] == -32603


@pytest.mark.parametrize(
    ("method", "inputs"),
    [
        ("signTransaction", "null"),
        ("signTransaction", "'text'"),
        ("signTransaction", "{transaction: all}"),
        ("signTransaction", "{account: {}, transaction: all}"),
        ("signTransaction", "{account: null, transaction: all}"),
        ("signTransaction", "{account}"),
        ("signTransaction", "{account, transaction: [1, 2]}"),
        ("signTransaction", "{account, transaction: all.buffer}"),
        ("signTransaction", "{account, transaction: new Uint16Array(4)}"),
        ("signTransaction", "{account, transaction: {length: 2, 0: 1, 1: 2, [Symbol.toStringTag]: 'Uint8Array'}}"),
        ("signTransaction", "{account, transaction: 'AAAA'}"),
        ("signTransaction", "{account, transaction: all}, {account: {address: 'other'}, transaction: all}"),
        ("signTransaction", "{account, transaction: all, chain: 'a:b'}, {account, transaction: all, chain: 'c:d'}"),
        ("signTransaction", "{account, transaction: all, chain: 1n}"),
        ("signMessage", "{account, message: 'text'}"),
        ("signMessage", "{account, message: all}, {account: 'other', message: all}"),
        ("signIn", "{}, {}"),
        ("signIn", "{nonce: 1n}"),
    ],
)
def test_inputs_that_make_no_request_are_refused_here(load, method, inputs):
    page = load()
    page.evaluate("connect()")
    asked = f"plainly((({{accounts: [account]}}) => wallet.features['solana:{method}'].{method}({inputs}))(wallet))"
    assert page.evaluate(asked)["code"] == -32602
    assert page.evaluate("sent.length") == 1


def test_the_account_may_be_a_copy_or_an_address(load):
    page = load()
    page.evaluate(f"""plainly(wallet.features['solana:signMessage'].signMessage(
        {{account: {{address: '{ADDRESS}'}}, message: all}}, {{account: '{ADDRESS}', message: all}}))""")
    assert page.evaluate("sent[0].params.map((one) => one.account)") == [ADDRESS, ADDRESS]


def test_a_subclass_that_lies_about_itself_gives_its_real_bytes(load):
    page = load()
    page.evaluate(f"""() => {{
      class Liar extends Uint8Array {{ get length() {{ return 1 }} get [Symbol.toStringTag]() {{ return 'Array' }}
        [Symbol.iterator]() {{ throw 1 }} slice() {{ throw 1 }} }}
      return wallet.features['solana:signMessage'].signMessage({{account: '{ADDRESS}', message: new Liar([7, 8, 9])}});
    }}""")
    assert page.evaluate("sent[0].params[0].message") == b64(b"\x07\x08\x09")


# ---- events ---------------------------------------------------------------------------------------------------------


def test_changes_are_told_once_and_accounts_keep_their_identity(load):
    page = load()
    page.evaluate(f"""() => {{
      window.heard = [];
      window.off = wallet.features['standard:events'].on('change', () => {{ throw new Error('of the page') }},
        ({{accounts}}) => heard.push(accounts.length));
      const account = {json.dumps(ACCOUNT)};
      tell('solanaAccountsChanged', [account]);
      tell('solanaAccountsChanged', [account]);
    }}""")
    page.wait_for_function("wallet.accounts.length === 1")
    page.evaluate("window.before = wallet.accounts[0]; 0")
    page.evaluate("tell('solanaAccountsChanged', [])")
    page.wait_for_function("wallet.accounts.length === 0")
    page.evaluate("connect()")
    assert page.evaluate("wallet.accounts[0] === before")
    assert page.evaluate("heard") == [1, 0, 1]
    page.evaluate("off(); tell('solanaAccountsChanged', [])")
    page.wait_for_function("wallet.accounts.length === 0")
    assert page.evaluate("heard") == [1, 0, 1]


def test_the_greeting_says_what_is_granted_now(load):
    page = load()
    page.evaluate(f"tell('connect', {{chainId: '0x1', accounts: [], solana: [{json.dumps(ACCOUNT)}]}})")
    page.wait_for_function("wallet.accounts.length === 1")
    page.evaluate("tell('connect', {chainId: '0x1', accounts: [], solana: []})")
    page.wait_for_function("wallet.accounts.length === 0")


@pytest.mark.parametrize("data", ["7", "null", "[7]", "[{}]", "[{address: 1, publicKey: 2}]", "{length: 1}"])
def test_garbage_for_accounts_changes_nothing(load, data):
    page = load()
    page.evaluate("connect()")
    page.evaluate(f"tell('solanaAccountsChanged', {data}); tell('connect', {{solana: {data}}})")
    page.evaluate("connect()")
    assert page.evaluate("wallet.accounts.map((one) => one.address)") == [ADDRESS]


def test_forged_accounts_fool_only_the_page(page, site):
    page.goto(site.url)
    forged = json.dumps([ACCOUNT])
    page.evaluate(f"window.postMessage({{to: 'tandem:page', event: 'solanaAccountsChanged', data: {forged}}}, '*')")
    page.wait_for_function("wallet.accounts.length === 1")
    assert page.evaluate("wallet.features['standard:connect'].connect({silent: true})") == {"accounts": []}


# ---- a hostile page -------------------------------------------------------------------------------------------------

# Result objects are read for `then` by the language itself: a page that poisons that only loses its own answer.
HOSTILE = {name: text for name, text in POLLUTION.items() if name != "object_then"} | {
    "base64": "window.atob = window.btoa = () => 'forged'",
    "letters": "String.fromCharCode = () => 'x'; String.prototype.charCodeAt = () => 1",
    "bytes": """const proto = Object.getPrototypeOf(Uint8Array.prototype);
        for (const name of ['length', Symbol.toStringTag])
          Object.defineProperty(proto, name, {get() { return 1 }});
        proto.set = proto.slice = proto.subarray = () => { throw 1 };
        window.Uint8Array = function () { throw 1 }""",
    "fields": """for (const name of ['account', 'address', 'message', 'chain', 'options', 'silent', 'accounts'])
        Object.defineProperty(Object.prototype, name, {value: 'forged', writable: true, configurable: true})""",
    "has_own": "Object.hasOwn = Object.prototype.hasOwnProperty = () => { throw 1 }; Array.isArray = () => false",
    "push": "Array.prototype.push = Array.prototype.map = Array.prototype.forEach = () => { throw 1 }",
}
# The page keeps for itself what it needs to look at the outcome.
WATCH = """
const kept = {then: Promise.prototype.then, apply: Reflect.apply.bind(Reflect), set: Element.prototype.setAttribute};
const root = document.documentElement;
const note = (text) => kept.apply(kept.set, root, ['data-answer', text]);
let wallet;
dispatchEvent(new CustomEvent('wallet-standard:app-ready', {detail: {register: (one) => { wallet = one }}}));
const message = Uint8Array.from({length: 256}, (_, i) => i);
const input = {account: {address: 'ADDRESS'}, message};
""".replace("ADDRESS", ADDRESS)
ASK = """
;kept.apply(kept.then, wallet.features['solana:signMessage'].signMessage(input), [
  (outputs) => { let sum = ''; for (let i = 0; i < 64; i++) sum += outputs[0].signature[i] + ' ';
    note(sum + sent[0].params[0].account + ' ' + sent[0].params[0].message) },
  (error) => note('error ' + error.code + error.message)]);
"""


@pytest.mark.parametrize("name", HOSTILE)
def test_t40_pollution_after_injection_changes_no_byte(load, name):
    page = load(app=WATCH + HOSTILE[name] + ASK)
    page.locator("html[data-answer]").wait_for(state="attached")
    said = page.locator("html").get_attribute("data-answer").split(" ")
    assert said[:64] == [str(byte) for byte in SIGNATURE]
    assert said[64:] == [ADDRESS, b64(ALL_BYTES)]


def test_the_scripts_are_small():
    assert sum((REPOSITORY / "extension" / name).stat().st_size for name in SCRIPTS) <= 27_000
