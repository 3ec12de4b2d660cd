// A swap that another device of the vault prepared: what it says of it, and what the bytes say themselves.

import { h, t } from "./h.js";
import { fact } from "./parts.js";

/** @param {Swap} swap */
export function swapCard({ provider, gives, gives_symbol, expected, gets_symbol, gets_chain, least, recipient, expires, foreign }) {
  const until = new Intl.DateTimeFormat(t("@@ui_locale").replace("_", "-"), { dateStyle: "medium", timeStyle: "short" });
  return h(
    "section",
    { key: "swap", class: "card block", "data-test": "swap" },
    h("h2", null, t("swap_title")),
    h("p", { class: "big", "data-test": "swap-amounts" }, t("swap_amounts", `${gives} ${gives_symbol}`, `${expected} ${gets_symbol}`)),
    h(
      "dl",
      { class: "facts" },
      fact(t("swap_provider"), h("span", { "data-test": "swap-provider" }, provider === "" ? t("swap_unsaid") : provider)),
      fact(t("swap_chain"), h("span", { "data-test": "swap-chain" }, gets_chain)),
      recipient !== null && fact(t("swap_recipient"), h("code", { class: "long", "data-test": "swap-recipient" }, recipient)),
      recipient !== null && fact(t("swap_least"), h("span", { "data-test": "swap-least" }, least === null ? t("swap_no_limit") : `${least} ${gets_symbol}`)),
      expires !== null && fact(t("swap_expires"), h("span", { "data-test": "swap-expires" }, until.format(expires * 1000))),
    ),
    foreign && h("p", { class: "warn", "data-test": "warning", "data-warning": "swap_foreign" }, t("warn_others_gain")),
    h("p", { class: "hint" }, recipient === null ? t("swap_word") : t("swap_memo")),
  );
}
