"""What a screen must be like: axe without serious findings in light and dark, nothing cut off, nothing that moves
against the person's wish, and every word out of the locale.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page

from tools import place

AXE = (place.NPM / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
GRAVE = ("serious", "critical")

# Serious findings only, with the elements they are about.
RUN_AXE = """async (rules) => {
    const options = { resultTypes: ["violations"], rules: { "target-size": { enabled: true } } };
    const found = await axe.run(document, rules === null ? options : { ...options, runOnly: rules });
    const few = (nodes) => nodes.slice(0, 3).map((node) => node.html.slice(0, 160));
    return found.violations.map(({ id, impact, nodes }) => [id, impact, few(nodes)]);
}"""

# Text that leaves the window, or a box around it; and a page that scrolls sideways.
CLIPPED = """() => {
    const found = [];
    const root = document.scrollingElement;
    if (root.scrollWidth > root.clientWidth) found.push(`the page scrolls sideways, to ${root.scrollWidth} px`);
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node !== null; node = walk.nextNode()) {
        if (node.data.trim() === "" || node.parentElement.closest(".sr, option, textarea, script") !== null) continue;
        if (!node.parentElement.checkVisibility()) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        for (const box of range.getClientRects()) {
            if (box.width === 0) continue;
            if (box.left < -1 || box.right > innerWidth + 1) found.push(`beside the window: ${node.data}`);
            for (let around = node.parentElement; around !== document.body; around = around.parentElement) {
                const style = getComputedStyle(around);
                if (style.display === "inline" || style.display === "contents") continue;
                const outer = around.getBoundingClientRect();
                if (box.left < outer.left - 1 || box.right > outer.right + 1) {
                    found.push(`out of its ${around.tagName} ${around.className}: ${node.data}`);
                    break;
                }
                const cut = style.overflowY === "hidden" || style.overflowY === "clip";
                if (cut && (box.top < outer.top - 2 || box.bottom > outer.bottom + 2)) {
                    found.push(`cut off by its ${around.tagName} ${around.className}: ${node.data}`);
                    break;
                }
                if (style.position === "fixed") break;
            }
        }
    }
    for (const button of document.querySelectorAll("button")) {
        if (!button.checkVisibility() || button.scrollWidth <= button.clientWidth + 1) continue;
        found.push(`wider than its button: ${button.textContent}`);
    }
    return [...new Set(found)];
}"""

# Every text that a person sees or hears, but for what is data by its element.
WORDS = """() => {
    const data = "code, pre, textarea, option, .address, .amount, [data-test=strength] i, script";
    const seen = [document.title];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node !== null; node = walk.nextNode()) {
        if (node.parentElement.closest(data) === null && node.parentElement.checkVisibility()) seen.push(node.data);
    }
    for (const element of document.body.querySelectorAll("[aria-label], [title], [placeholder], [alt]")) {
        for (const name of ["aria-label", "title", "placeholder", "alt"]) {
            if (element.hasAttribute(name)) seen.push(element.getAttribute(name));
        }
    }
    return seen;
}"""

MOVING = """() => {
    const named = [...document.querySelectorAll("*")].filter((each) => getComputedStyle(each).animationName !== "none");
    return [...document.getAnimations().map((each) => each.effect?.target), ...named].map((each) => `${each?.tagName}`);
}"""


def unbracketed(text: str) -> str:
    """What is left without [sentences of the locale], also nested."""
    while (shorter := re.sub(r"\[[^\[\]]*\]", " ", text)) != text:
        text = shorter
    return text


@dataclass
class Looks:
    """`data`: names that may stand on a screen as they are; `secrets`: what may be in no document at all. Findings
    gather in `found`, by screen."""

    data: set[str] = field(default_factory=set)
    secrets: set[str] = field(default_factory=set)
    found: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    shots: Path = place.BUILD / "screens"

    def at(self, name: str, page: Page) -> None:
        """Looks at the screen as it stands."""
        self.seen.append(name)
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        # Text without a home in the locale, and text without a place.
        for text in page.evaluate(WORDS):
            rest = unbracketed(text)
            for known in sorted(self.data, key=len, reverse=True):
                rest = rest.replace(known, " ")
            if re.search(r"[A-Za-z]{2,}", rest):
                self.found.append(f"{name}: not from the locale: {text!r}")
        self.found += [f"{name}: a secret is in the document" for secret in self.secrets if secret in page.content()]
        for what in page.evaluate(CLIPPED):
            self.found.append(f"{name}: {what}")
        for what in page.evaluate(MOVING):
            self.found.append(f"{name}: moves: {what}")
        page.evaluate(AXE)
        self._axe(name, page, None)
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        self._axe(f"{name}, dark", page, ["color-contrast", "target-size"])
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        self.shots.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=self.shots / f"{len(self.seen):02d}-{re.sub('[^a-z0-9]+', '-', name)}.png")

    def _axe(self, name: str, page: Page, rules: list[str] | None) -> None:
        for rule, impact, nodes in page.evaluate(RUN_AXE, rules):
            if impact in GRAVE:
                self.found.append(f"{name}: {rule} ({impact}): {' | '.join(nodes)}")

    def done(self) -> None:
        found, self.found = self.found, []
        assert not found, "\n".join(["", *found])
