// The phone step: one calm screen for whatever several devices do together.

import { h, t } from "./h.js";
import { button, clock, copyButton, mark, qrPicture } from "./parts.js";
import { phoneView } from "./phone_view.js";
import { redraw } from "./port.js";

let large = false;
/** The focus goes back to where the code was opened. */
let returning = false;

/** @param {KeyboardEvent} event */
function escape(event) {
  if (event.key === "Escape" && large) shrink();
}
document.addEventListener("keydown", escape);
document.addEventListener("fullscreenchange", () => {
  if (document.fullscreenElement === null && large) shrink();
});

function shrink() {
  large = false;
  returning = true;
  if (document.fullscreenElement !== null) void document.exitFullscreen();
  redraw();
}

function enlarge() {
  large = true;
  redraw();
  // A window this small has no room for a dense code; where the browser refuses, the window itself must do.
  document.documentElement.requestFullscreen().catch(() => {});
}

/** How far the discs have come together. @param {PhoneStage} stage @param {number} round @param {number} rounds */
function closeness(stage, round, rounds) {
  if (stage === "waiting") return 0;
  if (stage === "joined") return 0.2;
  if (stage === "running") return 0.3 + 0.6 * (rounds > 0 ? round / rounds : 0);
  return 1;
}

/**
 * @param {object} step
 * @param {string} step.title
 * @param {string} [step.link]
 * @param {Qr | null} [step.qr] null where this device follows another one's link
 * @param {PhoneStage} step.stage
 * @param {number} step.round
 * @param {number} step.rounds
 * @param {string} step.line what is happening, in words
 * @param {number | null} step.expires
 * @param {string} step.cancelLabel
 * @param {() => unknown} step.cancel
 * @param {import("./h.js").Child} [step.above]
 * @param {PhoneView} [step.shows] what the app on the phone will show
 * @param {import("./h.js").Child} [step.more] beside the link, while the others are awaited
 */
export function phoneStep({ title, link = "", qr = null, stage, round, rounds, line, expires, cancelLabel, cancel, above, shows, more }) {
  const pairing = stage === "waiting" && qr !== null;
  if (!pairing) large = returning = false;
  const label = t("qr_label");
  if (large && qr !== null) {
    return h(
      "button",
      { key: "large", class: "overlay", type: "button", "data-test": "qr-close", "aria-label": t("qr_close"), focus: true, onclick: shrink },
      qrPicture(qr, label),
    );
  }
  return h(
    "div",
    { key: "phone", class: "page phone" },
    h("h1", null, title),
    above,
    h("div", { key: "progress", class: "progress" }, mark(closeness(stage, round, rounds), pairing ? "" : stage === "waiting" ? "huge busy" : "huge")),
    h("p", { key: "stage", class: "stage", role: "status", "data-test": "stage", "data-stage": stage, "data-round": round, "data-rounds": rounds }, line),
    pairing &&
      h(
        "button",
        { key: "qr", class: "qr-button", type: "button", "data-test": "qr", "aria-label": t("qr_enlarge"), title: t("qr_enlarge"), focus: returning, onclick: enlarge },
        qrPicture(qr, label),
      ),
    pairing && h("p", { key: "hint", class: "hint" }, t("scan_hint")),
    h(
      "div",
      { key: "row", class: pairing ? "row spread" : "row" },
      pairing ? copyButton("link", t("copy_link"), link, { "data-link": link }) : h("span", { "data-test": "link", "data-link": link, hidden: true }),
      pairing && more,
      stage === "waiting" && expires !== null && h("span", { class: "left", "data-test": "time-left" }, t("time_left", clock(expires))),
    ),
    pairing && shows && phoneView([shows], true),
    h("div", { key: "foot", class: "foot" }, button("cancel", cancelLabel, cancel)),
  );
}
