"""A keyboard is enough, from a site's request to the signature, and where it is can always be seen."""

from playwright.sync_api import Page, expect
from tools.stage import PASSWORD, Phone, Stage, begin, link_of, outcome, part

# Where the keyboard is: the element's data-test, and whether a person sees it there.
FOCUSED = """() => {
    const at = document.activeElement;
    const { outlineStyle, outlineWidth } = getComputedStyle(at);
    const box = at.getBoundingClientRect();
    const shown = at.matches(":focus-visible") && outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
    const inside = box.width > 0 && box.bottom > 0 && box.top < innerHeight;
    return [at.dataset.test ?? at.tagName, at === document.body || (shown && inside)];
}"""


def tab_to(page: Page, name: str, most: int = 25) -> list[str]:
    """Tab until `name` has the focus; gives the stops on the way. Every one of them is visible."""
    stops = []
    for _ in range(most):
        page.keyboard.press("Tab")
        stop, shown = page.evaluate(FOCUSED)
        assert shown, f"the focus is not seen on {stop}"
        stops.append(stop)
        if stop == name:
            return stops
    raise AssertionError(f"no way to {name}: {stops}")


def test_a_message_is_signed_without_a_mouse(stage: Stage, account: str, phone: Phone, dapp: Page) -> None:
    # Locked, the page has no account and switches its own buttons off; it asks all the same.
    stage.call("lock")
    begin(dapp, "personal_sign", "0x" + b"hello".hex(), account)

    # Unlocking: the field has the focus, Enter sends it.
    window = stage.window()
    window.bring_to_front()
    part(window, "unlock-password").wait_for()
    assert window.evaluate(FOCUSED)[0] == "unlock-password"
    window.keyboard.type(PASSWORD)
    window.keyboard.press("Enter")

    # The question is read first; both answers can be reached, and the details opened.
    part(window, "title").wait_for()
    window.wait_for_function("document.activeElement.dataset.test === 'title'")
    tab_to(window, "show-details")
    window.keyboard.press("Enter")
    part(window, "digest").wait_for()
    window.keyboard.press("Space")
    expect(part(window, "digest")).not_to_be_visible()
    expect(part(window, "approve")).to_be_enabled()
    assert "reject" in tab_to(window, "approve")
    window.keyboard.press("Enter")

    # The code, full screen and back: nothing else can be reached there, and the focus returns.
    link = link_of(window)
    tab_to(window, "qr")
    window.keyboard.press("Enter")
    part(window, "qr-close").wait_for()
    window.wait_for_function("document.activeElement.dataset.test === 'qr-close'")
    for _ in range(3):
        window.keyboard.press("Tab")
        assert window.evaluate(FOCUSED)[0] in ("qr-close", "BODY")
    window.keyboard.press("Escape")
    part(window, "qr").wait_for()
    window.wait_for_function("document.activeElement.dataset.test === 'qr'")
    assert "link" in tab_to(window, "cancel")

    phone.follow(link)
    assert outcome(dapp)["result"].startswith("0x")
    stage.window_gone()


def test_home_and_settings_without_a_mouse(stage: Stage, account: str) -> None:
    home = stage.page("popup.html")
    home.bring_to_front()
    part(home, "vault-name").wait_for()
    tab_to(home, "settings")
    home.keyboard.press("Enter")
    home.wait_for_function("document.activeElement.tagName === 'H1'")
    stops = tab_to(home, "advanced", 40)
    assert {"relay-url", "save-relay", "rpc-network", "auto-lock"} <= set(stops)
    home.keyboard.press("Enter")
    tab_to(home, "vault-server-on")
    while home.evaluate(FOCUSED)[0] != "back":
        home.keyboard.press("Shift+Tab")
    home.keyboard.press("Enter")
    home.wait_for_function("document.activeElement.dataset.test === 'settings'")
    for before in ("activity", "lock"):
        home.keyboard.press("Shift+Tab")
        assert home.evaluate(FOCUSED) == [before, True]
    home.keyboard.press("Space")
    part(home, "unlock-password").wait_for()
    home.keyboard.type(PASSWORD)
    home.keyboard.press("Enter")
    part(home, "vault-name").wait_for()
    home.close()
