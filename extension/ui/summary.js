// What a request means to the person, in the order of the questions people ask: what leaves or is granted, who asks,
// with which account on which network, what it costs, and the details on demand.

import { h, t } from "./h.js";
import { addressLine, addressText, amountText, copyButton, originLine } from "./parts.js";

/** @typedef {import("./h.js").Child} Child */

/** @param {string} name @param {...Child} value */
function row(name, ...value) {
  return h("div", { class: "fact" }, h("dt", null, name), h("dd", null, ...value));
}

/** @param {string} name @param {string} value @param {string} test */
function raw(name, value, test) {
  return h(
    "div",
    { class: "raw" },
    h("div", { class: "row spread" }, h("span", null, name), copyButton(`copy-${test}`, t("copy"), value)),
    h("pre", { tabindex: 0, "data-test": test }, value),
  );
}

/** The question's heading. @param {WalletRequest} request */
export function headline(request) {
  const { kind, summary } = request;
  if (kind === "connect") return t("ask_connect");
  if (kind === "message") return t("ask_message");
  if (kind === "network") return t("ask_network", summary.name ?? "");
  if (summary.title === "erc20_approve" && summary.amount?.exact === "0") return t("ask_erc20_revoke");
  return t(`ask_${summary.title ?? "contract_call"}`);
}

/** A token that does not tell its decimals: the amount is in its smallest unit, whatever that is worth. @param {Summary} summary */
function uncounted({ token, amount }) {
  return token !== null && token !== undefined && token.decimals === null && amount !== null && amount?.exact !== "0";
}

/** Whether a Yes may hand out more than the screen can say. @param {WalletRequest} request */
export function dangerous({ kind, summary }) {
  if (kind === "transaction") return summary.unlimited === true || summary.understood === false || uncounted(summary);
  return kind === "message" && summary.binary === true;
}

/** @param {WalletRequest} request @returns {Child[]} */
export function warnings({ kind, summary }) {
  const list = [];
  if (summary.unlimited) list.push(t("warn_unlimited"));
  else if (uncounted(summary)) list.push(t("warn_uncounted"));
  if (kind === "transaction" && summary.understood === false) list.push(t("warn_not_understood"));
  if (kind === "message" && summary.binary) list.push(t("warn_binary"));
  return list.map((text) => h("p", { class: "warn", "data-test": "warning" }, text));
}

/** @param {Summary} summary @returns {Child[]} */
function transactionSubject(summary) {
  const { title, amount, token, to, contract, unlimited } = summary;
  const what = unlimited
    ? h("span", { class: "amount", "data-test": "amount" }, t("unlimited", token?.symbol ?? t("unknown_token")))
    : amount && !(title === "contract_call" && amount.exact === "0") && amountText(amount, { "data-test": "amount" });
  const receiver = title === "erc20_approve" ? t("spender") : title === "contract_call" ? t("contract") : t("recipient");
  return [
    what && h("p", { class: "big" }, what),
    token && h("p", { class: "hint" }, t("token_at", token.symbol ?? t("unknown_token")), " ", addressText(token.address, "token")),
    title === "deploy"
      ? h("p", null, t("deploys"))
      : h("div", { class: "subject" }, h("span", { class: "label" }, receiver), to && addressLine(to, "to")),
    contract && contract !== to && contract !== token?.address && h("div", { class: "subject" }, h("span", { class: "label" }, t("contract")), addressLine(contract, "contract")),
  ];
}

/** @param {WalletRequest} request @returns {Child[]} */
function subject({ kind, summary }) {
  if (kind === "transaction") return transactionSubject(summary);
  if (kind === "message") {
    return [h("pre", { class: "message", tabindex: 0, "data-test": "message" }, summary.text ?? summary.hex ?? "")];
  }
  if (kind === "network") return [h("p", null, t("network_explained"))];
  return [h("p", null, t("connect_explained"))];
}

/** @param {WalletRequest} request */
function details({ kind, summary }) {
  if (kind !== "transaction" && kind !== "message") return null;
  return h(
    "details",
    { "data-test": "details" },
    h("summary", { "data-test": "show-details" }, t("details")),
    h(
      "dl",
      null,
      summary.nonce !== undefined && row(t("nonce"), `${summary.nonce}`),
      summary.selector && row(t("selector"), h("code", null, summary.selector)),
    ),
    kind === "message" && summary.hex !== undefined && raw(t("raw_message"), summary.hex, "raw"),
    kind === "transaction" && summary.data !== undefined && summary.data !== "0x" && raw(t("raw_data"), summary.data, "raw"),
    summary.digest && raw(t("digest"), summary.digest, "digest"),
  );
}

/** The whole of what is asked. @param {WalletRequest} request @param {string | undefined} own the vault's address @param {Child} cost */
export function requestBody(request, own, cost) {
  const account = request.account || request.summary.accounts?.[0] || (request.kind === "connect" ? own : null);
  return [
    ...subject(request),
    h(
      "dl",
      { class: "facts" },
      row(t("asked_by"), originLine(request.origin, request.top)),
      account && row(t("with_account"), addressLine(account, "account")),
      request.kind !== "network" && request.network && row(t("on_network"), h("span", { "data-test": "network" }, request.network.name)),
      cost && row(t("cost"), cost),
    ),
    details(request),
  ];
}
