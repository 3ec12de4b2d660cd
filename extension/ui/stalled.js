// The phone was not reached: nothing was signed, and one press invites it again to what was approved.

import { h, t } from "./h.js";
import { button, clock, faultText, mark } from "./parts.js";

const STALE = new Set(["fee_risen", "fails_now", "insufficient_funds"]);

/** @param {WalletRequest} request @param {{ renew: () => unknown, reconsider: () => unknown, giveUp: () => unknown, busy: boolean, fault: Fault | null }} can */
export function stalledScreen({ error, expires, origin }, { renew, reconsider, giveUp, busy, fault }) {
  // What was approved is not what would happen now: it is looked at and approved anew, or given up.
  const stale = fault !== null && STALE.has(fault.reason);
  const missed = error ?? { reason: "phone_timeout", message: "" };
  return h(
    "div",
    { key: "stalled", class: "page center" },
    h(
      "div",
      { class: "middle", role: "alert" },
      h("div", { class: "broken" }, mark(0, "huge")),
      h("h1", { "data-test": "error", "data-reason": missed.reason }, faultText(missed)),
      h("p", { "data-test": "stalled" }, t("stalled_text")),
      expires !== null && h("p", { class: "hint" }, t("stalled_until", clock(expires))),
      h("p", { class: "hint" }, origin),
      fault && h("p", { class: "fault", role: "alert", "data-test": "renew-error", "data-reason": fault.reason }, faultText(fault)),
      stale && h("p", { class: "hint", "data-test": "renew-next" }, t(`next_${fault.reason}`)),
    ),
    h(
      "div",
      { class: "foot row pair" },
      button("cancel", t("give_up"), giveUp, { disabled: busy }),
      stale ? button("reconsider", t("reconsider"), reconsider, { class: "primary", disabled: busy }) : button("renew", t("renew"), renew, { class: "primary", disabled: busy }),
    ),
  );
}
