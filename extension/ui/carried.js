// What an EVM transaction carries beside its call: accounts that are handed over to a contract's code (EIP-7702), and the
// addresses that it says it will touch (EIP-2930).

import { h, t } from "./h.js";
import { addressLine, addressText } from "./parts.js";

/** @typedef {import("./h.js").Child} Child */

/** Whether accounts are handed over, or all of them taken back. @param {Summary} call */
export function handoverTitle({ authorizations = [] }) {
  if (authorizations.length === 0) return null;
  if (authorizations.every(({ takes_back }) => takes_back)) return t("ask_takes_back");
  return authorizations.some(({ own, takes_back }) => own && !takes_back) ? t("ask_own_to_code") : t("ask_other_to_code");
}

/** @param {Authorization} authorization @param {number} i @param {string} network */
function authorization({ authority, own, delegate, name, takes_back, everywhere, nonce }, i, network) {
  const code = h("span", { class: "named" }, name !== null && h("strong", { "data-test": "contract-name" }, name), addressLine(delegate, "delegate"));
  return h(
    "section",
    { key: `authorization-${i}`, class: takes_back ? "card" : "card danger", "data-test": "authorization", "data-own": `${own}`, "data-takes-back": `${takes_back}` },
    h("div", { class: "subject" }, h("span", { class: "label" }, own ? t("authority_own") : t("authority")), addressLine(authority, "authority")),
    takes_back ? h("p", null, t("takes_back")) : h("div", { class: "subject" }, h("span", { class: "label" }, t("to_code_of")), code),
    h("p", { class: "hint" }, everywhere ? h("strong", { "data-test": "everywhere" }, t("on_every_network")) : t("only_on", network), " ", t("its_nonce", nonce)),
  );
}

/** One card each, and then what the transaction itself does. @param {Summary} call @param {string} network @param {string} itself @returns {Child[]} */
export function authorizationCards({ authorizations = [] }, network, itself) {
  if (authorizations.length === 0) return [];
  return [...authorizations.map((each, i) => authorization(each, i, network)), h("h2", null, t("beside", itself))];
}

/** @param {Summary} call */
export function accessLine({ access_list: listed }) {
  if (listed === null || listed === undefined) return null;
  const { addresses, slots, entries } = listed;
  return h(
    "details",
    { "data-test": "access-list", "data-addresses": addresses, "data-slots": slots },
    h("summary", { "data-test": "show-access-list" }, t("access_list", addresses, slots)),
    h("p", { class: "hint" }, t("access_list_text")),
    h(
      "dl",
      { class: "facts" },
      ...entries.map(({ address, name, slots: each }, i) =>
        h("div", { key: i, class: "fact", "data-test": "access" }, h("dt", null, addressText(address), name !== null && ` ${name}`), ...each.map((slot, j) => h("dd", { key: j }, h("code", { class: "long" }, slot)))),
      ),
    ),
  );
}
