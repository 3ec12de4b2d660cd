// What a site wants added to the wallet's own lists: a network (EIP-3085) or a token (EIP-747). A Yes signs nothing.

import { h, t } from "./h.js";
import { addressLine, amountText, fact } from "./parts.js";

/** @typedef {import("./h.js").Child} Child */

/** @param {Summary} summary @returns {Child[]} */
function network({ name, chain_id, symbol, rpc_urls, explorer }) {
  return [
    h("p", { class: "big", "data-test": "network-name" }, name ?? ""),
    h("p", null, t("add_network_explained")),
    h(
      "dl",
      { class: "facts" },
      fact(t("chain_id"), h("span", { "data-test": "chain-id" }, `${chain_id}`)),
      fact(t("currency"), symbol ?? ""),
      ...(rpc_urls ?? []).map((url) => fact(t("node"), h("code", { class: "note", "data-test": "node" }, url))),
      explorer && fact(t("explorer_site"), h("code", { class: "note" }, explorer)),
    ),
  ];
}

/** @param {Summary} summary @returns {Child[]} */
function asset({ amount, contract, standard, token_id }) {
  return [
    amount && h("p", { class: "big" }, amountText(amount, { "data-test": "amount" })),
    h("p", null, t("watch_asset_explained")),
    h(
      "dl",
      { class: "facts" },
      fact(t("standard"), h("span", { "data-test": "standard" }, standard ?? "")),
      token_id && fact(t("token_id"), h("code", { class: "note", "data-test": "token-id" }, token_id)),
    ),
    contract && h("div", { class: "subject" }, h("span", { class: "label" }, t("contract")), addressLine(contract, "contract")),
  ];
}

/** @param {Summary} summary @returns {Child[]} */
export function addition(summary) {
  return summary.title === "add_network" ? network(summary) : asset(summary);
}

/** Keys of the warnings. @param {Summary} summary @returns {string[]} */
export function additionFlags({ imitates }) {
  return imitates ? ["imitates"] : [];
}
