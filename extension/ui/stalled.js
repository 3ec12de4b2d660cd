// The phone was not reached: nothing was signed, and one press invites it again to what was approved.

import { h, t } from "./h.js";
import { button, clock, faultText, mark } from "./parts.js";

/** Why it is not what was approved any more, and what to do then. @type {Record<string, (() => string) | undefined>} */
const STALE = { fee_risen: () => t("next_fee_risen"), fails_now: () => t("next_fails_now") };

/** @param {WalletRequest} request @param {{ renew: () => unknown, reconsider: () => unknown, giveUp: () => unknown, busy: boolean, fault: Fault | null }} can */
export function stalledScreen({ error, expires, origin }, { renew, reconsider, giveUp, busy, fault }) {
  // What was approved is not what would happen now: it is looked at and approved anew, or given up.
  const missed = error ?? { reason: "phone_timeout", message: "" };
  const { reason } = fault ?? missed;
  const stale = STALE[reason];
  const next = stale ?? (() => (reason === "insufficient_funds" ? t("next_renew_insufficient_funds") : t("stalled_text")));
  return h(
    "div",
    { key: "stalled", class: "page center" },
    h(
      "div",
      { class: "middle", role: "alert" },
      h("div", { class: "broken" }, mark(0, "huge")),
      h("h1", { "data-test": "error", "data-reason": missed.reason }, faultText(missed)),
      fault && h("p", { class: "fault", role: "alert", "data-test": "renew-error", "data-reason": fault.reason }, faultText(fault)),
      h("p", { "data-test": "stalled" }, next()),
      expires !== null && h("p", { class: "hint" }, t("stalled_until", clock(expires))),
      h("p", { class: "hint" }, origin),
    ),
    h(
      "div",
      { class: "foot row pair" },
      button("cancel", t("give_up"), giveUp, { disabled: busy }),
      stale ? button("reconsider", t("reconsider"), reconsider, { class: "primary", disabled: busy }) : button("renew", t("renew"), renew, { class: "primary", disabled: busy }),
    ),
  );
}
