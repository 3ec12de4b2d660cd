// Typed data (EIP-712) in words: what the signature alone hands out, and every field of it.

import { h, t } from "./h.js";
import { addressLine, addressText, amountText, fact } from "./parts.js";

/** @typedef {import("./h.js").Child} Child */

const ADDRESS = /^0x[0-9a-fA-F]{40}$/;
const LAST_DATE = 8_640_000_000_000; // seconds that a date can hold

/** @param {number} epoch */
function date(epoch) {
  return new Intl.DateTimeFormat(t("@@ui_locale").replace("_", "-"), { dateStyle: "medium", timeStyle: "short" }).format(epoch * 1000);
}

/** A time in words, and what is after all times. @param {string} seconds */
export function moment(seconds) {
  const epoch = Number(seconds);
  return epoch < LAST_DATE ? date(epoch) : t("for_ever");
}

/** Of some shapes it is the permission that ends, of the others only the time in which it can be fetched. @param {string} primary @param {string} seconds */
function ending(primary, seconds) {
  const epoch = Number(seconds);
  if (epoch === 0) return t("until_unsaid");
  if (!(epoch < LAST_DATE)) return t("until_ever");
  return primary === "PermitSingle" || primary === "PermitBatch" ? t("grant_until", date(epoch)) : t("grant_use_until", date(epoch));
}

/** What is handed out. @param {Typed} typed @returns {Child[]} */
export function grantsOf({ grants, primary }) {
  return grants.map(({ token, spender, amount, unlimited, until }, i) =>
    h(
      "section",
      { key: `grant-${i}`, class: "stack", "data-test": "grant" },
      h(
        "p",
        { class: "big" },
        unlimited
          ? h("span", { class: "amount", "data-test": "amount" }, t("unlimited", amount.symbol || t("tokens")))
          : amountText(amount.symbol === "" ? { ...amount, symbol: t("units") } : amount, { "data-test": "amount" }),
      ),
      h("p", { class: "hint" }, t("token_contract"), " ", addressText(token, "token")),
      h("div", { class: "subject" }, h("span", { class: "label" }, t("spender")), addressLine(spender, "to")),
      h("p", { class: "hint", "data-test": "until" }, ending(primary, until)),
    ),
  );
}

/** For whom the data is meant, by its own word. @param {Typed} typed @returns {Child[]} */
export function domainFacts({ name, contract }) {
  return [
    name !== null && fact(t("application"), h("span", { "data-test": "application" }, name)),
    contract !== null && fact(t("contract"), addressText(contract, "contract")),
  ];
}

/** @param {Typed} typed */
export function fieldList({ primary, fields }) {
  return h(
    "section",
    { class: "stack" },
    h("h2", null, primary === "" ? t("typed_fields_plain") : t("typed_fields", primary)),
    h(
      "dl",
      { class: "facts fields", "data-test": "fields" },
      ...fields.map(([depth, name, value], i) =>
        h(
          "div",
          { key: i, class: "field", style: `--depth: ${Math.min(depth, 8)}`, "data-test": "field", "data-name": name, "data-depth": depth },
          h("dt", null, name),
          value !== null && h("dd", null, ADDRESS.test(value) ? addressText(value) : h("span", { class: "note" }, value)),
        ),
      ),
    ),
  );
}
