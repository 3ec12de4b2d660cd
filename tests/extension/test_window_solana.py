"""The older `window.solana`: only where the person asked for it, and a true face of the wallet behind it."""

import os
from pathlib import Path

import pytest
from tests.extension.conftest import ADDRESS, ALL_BYTES, ANSWERS, APP, KEY, REPOSITORY, SCRIPTS, SIGNATURE, b64

BUILD = Path(os.environ.get("TANDEM_BUILD", REPOSITORY / "build"))
ALIASED = (*SCRIPTS, "solana_face.js", "window_solana.js", "window_end.js")
SIGNED = bytes([2]) + bytes(64) + SIGNATURE + b"message"

# Transactions as @solana/web3.js 1.x makes them, as far as the alias touches them (the real ones: tests/e2e).
WEB3 = """
const key = (text) => ({toBase58: () => text, toBytes: () => new Uint8Array(32)});
const added = (transaction) => (key, signature) => { transaction.added = [key.toBase58(), hex(signature)] };
window.versioned = () => {
  const made = {message: {staticAccountKeys: [key('payer'), key('ADDRESS')]}, serialize: () => new Uint8Array([7])};
  made.addSignature = added(made);
  return made;
};
window.legacy = () => {
  const made = {signatures: [], serialize(options) {
    made.options = options;
    made.signatures = [{publicKey: key('payer')}, {publicKey: key('ADDRESS')}];
    return new Uint8Array([8]);
  }};
  made.addSignature = added(made);
  return made;
};
""".replace("ADDRESS", ADDRESS)


@pytest.fixture
def aliased(load):
    def opened(**more):
        return load(app=APP + WEB3, scripts=ALIASED, **more)

    return opened


def test_only_where_none_is(load):
    page = load(before="window.solana = {other: true}", scripts=ALIASED)
    assert page.evaluate("solana.other === true && solana.isTandem === undefined")


def test_nothing_without_our_wallet(load):
    page = load(scripts=("solana_face.js", "window_solana.js", "window_end.js"), app="")
    assert page.evaluate("'solana' in window") is False


def test_under_our_own_name_and_replaceable(aliased):
    page = aliased()
    assert page.evaluate("[solana.isTandem, solana.isPhantom, solana.isConnected, solana.publicKey]") == [
        True,
        None,
        False,
        None,
    ]
    assert page.evaluate("window.solana = 5; window.solana") == 5


def test_connecting(aliased):
    page = aliased()
    page.evaluate("""() => { window.heard = [];
      for (const name of ['connect', 'disconnect', 'accountChanged'])
        solana.on(name, (key) => heard.push([name, key ? key.toString() : null])); }""")
    assert page.evaluate("solana.connect({onlyIfTrusted: true}).then(({publicKey}) => publicKey.toBase58())") == ADDRESS
    assert page.evaluate("solana.isConnected && JSON.stringify({key: solana.publicKey})") == f'{{"key":"{ADDRESS}"}}'
    assert page.evaluate("hex(solana.publicKey.toBytes())") == KEY.hex()
    assert page.evaluate("solana.publicKey.equals({toBase58: () => solana.publicKey.toString()})")
    page.evaluate("solana.request({method: 'disconnect'})")
    assert page.evaluate("[solana.isConnected, solana.publicKey]") == [False, None]
    assert page.evaluate("heard") == [["connect", ADDRESS], ["disconnect", None]]
    assert page.evaluate("sent.map((one) => one.params)") == [[{"silent": True}], []]


def test_not_trusted_is_an_error(aliased):
    page = aliased(answers={"standard:connect": {"result": []}})
    assert page.evaluate("plainly(solana.connect({onlyIfTrusted: true}))")["code"] == 4100


def test_losing_the_account_disconnects(aliased):
    page = aliased()
    page.evaluate("solana.connect()")
    page.evaluate("window.gone = 0; solana.on('disconnect', () => gone++); tell('solanaAccountsChanged', [])")
    page.wait_for_function("gone === 1")
    assert page.evaluate("solana.isConnected") is False


@pytest.mark.parametrize("call", ["signMessage(all)", "signTransaction(legacy())", "signAndSendTransaction(legacy())"])
def test_nothing_is_signed_before_connecting(aliased, call):
    page = aliased()
    assert page.evaluate(f"plainly(solana.{call})")["code"] == 4100
    assert page.evaluate("sent") == []


def test_messages(aliased):
    page = aliased()
    page.evaluate("solana.connect()")
    assert page.evaluate("solana.signMessage(all, 'utf8').then((r) => [hex(r.signature), r.publicKey.toString()])") == [
        SIGNATURE.hex(),
        ADDRESS,
    ]
    page.evaluate("solana.request({method: 'signMessage', params: {message: all, display: 'utf8'}})")
    assert page.evaluate("sent.slice(1).map((one) => one.params[0].message)") == [b64(ALL_BYTES)] * 2


def test_signatures_are_put_back_where_they_belong(aliased):
    page = aliased(answers=ANSWERS | {"solana:signTransaction": {"result": [b64(SIGNED), b64(SIGNED)]}})
    page.evaluate("solana.connect()")
    given = page.evaluate("""async () => {
      const given = [versioned(), legacy()];
      const back = await solana.signAllTransactions(given);
      return [back[0] === given[0] && back[1] === given[1], back.map((one) => one.added), given[1].options];
    }""")
    added = [ADDRESS, SIGNATURE.hex()]
    assert given == [True, [added, added], {"requireAllSignatures": False, "verifySignatures": False}]
    assert page.evaluate("sent[1].params.map((one) => one.transaction)") == [b64(b"\x07"), b64(b"\x08")]


@pytest.mark.parametrize(
    ("signature", "text"),
    [
        (bytes(64), "1" * 64),
        (bytes(63) + b"\x3a", "1" * 63 + "21"),
        (b"\xff" * 64, "67rpwLCuS5DGA8KGZXKsVQ7dnPb9goRLoKfgGbLfQg9WoLUgNY77E2jT11fem3coV9nAkguBACzrU1iyZM4B8roQ"),
    ],
)
def test_sending_gives_the_id_in_base58_and_leaves_the_chain_to_the_wallet(aliased, signature, text):
    page = aliased(answers=ANSWERS | {"solana:signAndSendTransaction": {"result": [b64(signature)]}})
    page.evaluate("solana.connect()")
    sent = "solana.signAndSendTransaction(legacy(), {maxRetries: 1}).then((r) => r.signature)"
    assert page.evaluate(sent) == text
    assert "chain" not in page.evaluate("sent[1].params[0]")


def test_other_requests_are_refused(aliased):
    page = aliased()
    assert page.evaluate("plainly(solana.request({method: 'signEverything'}))")["code"] == 4200


WEB3_FILE = BUILD / "npm/@solana/web3.js/lib/index.iife.min.js"


@pytest.mark.skipif(not WEB3_FILE.is_file(), reason="needs @solana/web3.js as build.py lays it out")
def test_the_real_transactions_of_web3_are_filled_in(load):
    """Two signers, ours the second; the signed bytes read back by web3.js hold our signature in our slot."""
    page = load(
        app=f"{APP}\n{WEB3_FILE.read_text()}",
        scripts=ALIASED,
        answers=ANSWERS | {"solana:signTransaction": {"result": [b64(SIGNED)] * 2}},
    )
    page.evaluate("solana.connect()")
    outcome = page.evaluate("""async () => {
      const { PublicKey, SystemProgram, Transaction, TransactionMessage, VersionedTransaction } = solanaWeb3;
      const payer = new PublicKey(new Uint8Array(32).fill(7));
      const ours = new PublicKey(solana.publicKey.toString());
      const recentBlockhash = payer.toBase58();
      const transfer = SystemProgram.transfer({ fromPubkey: ours, toPubkey: payer, lamports: 5 });
      const legacy = new Transaction({ feePayer: payer, recentBlockhash }).add(transfer);
      const message = new TransactionMessage({ payerKey: payer, recentBlockhash, instructions: [transfer] });
      const versioned = new VersionedTransaction(message.compileToV0Message());
      const [first, second] = await solana.signAllTransactions([legacy, versioned]);
      const again = Transaction.from(first.serialize({ requireAllSignatures: false, verifySignatures: false }));
      return {
        keys: again.signatures.map((pair) => pair.publicKey.toBase58() === ours.toBase58()),
        legacy: again.signatures.map((pair) => pair.signature && hex(pair.signature)),
        versioned: VersionedTransaction.deserialize(second.serialize()).signatures.map(hex),
        equal: solana.publicKey.equals(ours) && ours.equals(new PublicKey(solana.publicKey.toBytes())) === false,
      };
    }""")
    assert outcome["keys"] == [False, True]
    assert outcome["legacy"] == [None, SIGNATURE.hex()]
    assert outcome["versioned"] == [bytes(64).hex(), SIGNATURE.hex()]
    assert outcome["equal"] is True


# ---- in the extension: where the browser injects it ------------------------------------------------------------------


@pytest.fixture
def aliases(context, extension_id):
    """Tells the service worker as the offscreen document does, and gives its answer."""
    page = context.new_page()
    page.goto(f"chrome-extension://{extension_id}/icons/16.png")

    def tell(*origins, names=("solana",)):
        faces = {origin: list(names) for origin in origins}
        return page.evaluate("(faces) => chrome.runtime.sendMessage({to: 'aliases', faces})", faces)

    yield tell
    tell()
    page.close()


def has_alias(context, url):
    page = context.new_page()
    page.goto(url)
    found = page.evaluate("window.solana === undefined ? null : window.solana.isTandem === true")
    page.close()
    return found


def test_injected_into_the_listed_origins_and_no_others(context, site, aliases):
    assert has_alias(context, site.url) is None
    other = site.url.replace("127.0.0.1", "localhost")
    elsewhere = "http://127.0.0.1:1"
    assert aliases(elsewhere) == {"ok": True}
    assert has_alias(context, site.url) is None  # another port is another origin
    assert aliases(elsewhere, site.url) == {"ok": True}
    assert has_alias(context, site.url) is True
    assert has_alias(context, other) is None
    assert aliases(site.url) == {"ok": True}
    assert has_alias(context, site.url) is True
    assert aliases() == {"ok": True}
    assert aliases() == {"ok": True}
    assert has_alias(context, site.url) is None


def test_several_names_of_one_site(context, site, aliases):
    """Chromium runs no file of an extension twice in a page: what two names share must not be registered for each."""
    other = site.url.replace("127.0.0.1", "localhost")
    find = "[window.solana?.isTandem, window.ethereum?.isTandem, window.vultisig?.isTandem]"
    left = "Object.getOwnPropertyNames(window).filter((name) => name.startsWith('tandem:'))"
    page = context.new_page()
    for names, found in (
        (("solana", "ethereum", "vultisig"), [True, True, True]),
        (("vultisig",), [None, True, True]),
        (("solana", "vultisig"), [True, True, True]),
        (("none",), [None, None, None]),
        (("solana",), [True, True, None]),
    ):
        assert aliases(site.url, names=names) == {"ok": True}
        page.goto(site.url)
        assert (page.evaluate(find), page.evaluate(left)) == (found, [])
        page.goto(other)
        assert page.evaluate(find) == [None, True, None]
    page.close()


def test_a_list_that_makes_no_patterns_changes_nothing(context, site, aliases):
    assert aliases(site.url) == {"ok": True}
    assert aliases("not an origin") == {"ok": False}
    assert has_alias(context, site.url) is True


def test_a_page_cannot_ask_for_it(context, site, aliases):
    page = context.new_page()
    page.goto(site.url)
    page.evaluate("window.postMessage({to: 'aliases', faces: {[location.origin]: ['solana']}}, '*')")
    page.wait_for_timeout(200)
    page.close()
    assert has_alias(context, site.url) is None
