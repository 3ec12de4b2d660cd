// Approved, and not yet sent to the phone: an earlier transaction of the account is not through.

import { h, t } from "./h.js";
import { button, mark } from "./parts.js";

/** @param {WalletRequest} request @param {{ cancel: () => unknown, turn: () => unknown }} can */
export function behindScreen({ origin }, { cancel, turn }) {
  return h(
    "div",
    { key: "behind", class: "page center" },
    h(
      "div",
      { class: "middle" },
      mark(0.1, "large"),
      h("h1", { role: "status", "data-test": "behind" }, t("behind_title")),
      h("p", null, t("behind_text")),
      h("p", { class: "hint", "data-test": "origin" }, origin === "tandem" ? t("by_you") : origin),
    ),
    h(
      "div",
      { class: "foot row pair" },
      button("cancel", t("cancel"), cancel),
      button("turn", t("behind_turn"), turn, { class: "primary" }),
    ),
  );
}
