"""A request's way without Python: service worker and offscreen document come and go, no page can frame ours."""

import pytest
from tests.extension.conftest import REPOSITORY


def stop_service_worker(context, extension_id):
    """As the browser does it when it is idle; it wakes again by itself."""
    page = context.new_page()
    page.goto("chrome://serviceworker-internals/")
    page.wait_for_timeout(300)
    running = page.get_by_text("Stop", exact=True)
    if running.count() > 0:
        running.first.click(timeout=5000)
        page.wait_for_timeout(300)
    page.close()


def close_offscreen(context, extension_id):
    page = context.new_page()
    page.goto(f"chrome-extension://{extension_id}/icons/16.png")
    page.evaluate("chrome.offscreen.closeDocument()")
    page.close()


@pytest.fixture
def page(context, site):
    page = context.new_page()
    page.goto(site.url)
    yield page
    page.close()


def test_answers_with_the_service_worker_stopped(page, context, extension_id):
    assert page.evaluate("ask('eth_chainId')") == {"result": "0x1"}
    stop_service_worker(context, extension_id)
    assert page.evaluate("ask('eth_chainId')") == {"result": "0x1"}


def test_answers_after_the_offscreen_document_is_gone(page, context, extension_id):
    assert page.evaluate("ask('eth_chainId')") == {"result": "0x1"}
    for _ in range(3):
        close_offscreen(context, extension_id)
        assert page.evaluate("ask('eth_chainId')") == {"result": "0x1"}


def test_answers_with_both_gone_and_requests_in_flight(page, context, extension_id):
    page.evaluate("ask('eth_chainId')")
    close_offscreen(context, extension_id)
    stop_service_worker(context, extension_id)
    answers = page.evaluate("Promise.all(Array.from({length: 50}, () => ask('net_version')))")
    assert answers == [{"result": "1"}] * 50


def test_a_thousand_at_once_are_answered_or_refused(page):
    answers = page.evaluate("Promise.all(Array.from({length: 1000}, () => ask('eth_accounts')))")
    assert {answer.get("code", 0) for answer in answers} <= {0, -32005}
    assert page.evaluate("ask('eth_accounts')") == {"result": []}


def test_t41_garbage_on_the_channel_harms_nobody(page):
    page.evaluate("""() => {
      for (const junk of [null, 7, 'x', {}, {to: 'tandem:content'}, {to: 'tandem:content', id: 'x', text: '{}'},
                          {to: 'tandem:content', id: crypto.randomUUID(), text: {deep: 1}}, {to: 'tandem:page'},
                          {to: 'tandem:page', event: 'connect'}, {to: 'tandem:page', id: {}, result: 1}])
        window.postMessage(junk, '*');
    }""")
    assert page.evaluate("ask('eth_chainId')") == {"result": "0x1"}


PRIVATE = [f"ui/{name}.html" for name in ("popup", "approve", "onboarding", "join", "devices")] + [
    "offscreen.html",
    "rpc.js",
]


@pytest.mark.parametrize("path", PRIVATE)
def test_t42_no_page_can_frame_or_read_our_files(page, extension_id, path):
    url = f"chrome-extension://{extension_id}/{path}"
    assert page.evaluate("(url) => fetch(url).then(() => 'read', () => 'refused')", url) == "refused"
    page.evaluate(
        "(url) => { const frame = document.createElement('iframe'); frame.src = url; document.body.append(frame) }", url
    )
    page.wait_for_timeout(200)
    assert not any(frame.url.startswith("chrome-extension") for frame in page.frames)


def test_a_content_script_may_only_ensure():
    """The service worker asks who speaks before it opens a window (source check; a content script cannot be driven)."""
    text = (REPOSITORY / "extension/acts.js").read_text()
    assert 'const done = message?.to === "ensure" ? ensure() : ours ? act(message) : null;' in text


@pytest.mark.parametrize("name", ["onboarding", "join", "devices"])
def test_our_tabs_are_open_once(context, extension_id, name):
    url = f"chrome-extension://{extension_id}/ui/{name}.html"
    shown = [page for page in context.pages if page.url == url]
    page = context.new_page()
    page.goto(f"chrome-extension://{extension_id}/ui/popup.html")
    for _ in range(2):
        assert page.evaluate("(page) => chrome.runtime.sendMessage({to: 'open', page})", name) == {"ok": True}
        page.wait_for_timeout(300)
    assert len([page for page in context.pages if page.url == url]) == 1
    for other in [page, *(page for page in context.pages if page.url == url and page not in shown)]:
        other.close()


@pytest.mark.parametrize("name", ["popup", "../offscreen", "__proto__", None, 7])
def test_no_other_page_is_opened(context, extension_id, name):
    page = context.new_page()
    page.goto(f"chrome-extension://{extension_id}/ui/popup.html")
    before = len(context.pages)
    asked = """(page) => Promise.race([
        chrome.runtime.sendMessage({to: 'open', page}), new Promise((done) => setTimeout(done, 300))])"""
    assert page.evaluate(asked, name) != {"ok": True}
    assert len(context.pages) == before
    page.close()


def test_the_service_worker_never_listens_for_connections():
    assert "onConnect" not in (REPOSITORY / "extension/background.js").read_text()
