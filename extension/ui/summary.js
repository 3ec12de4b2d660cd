// What a request means to the person, in the order of the questions people ask: what leaves or is granted, who asks,
// with which account on which network, what it costs, and the details on demand.

import { addition, additionFlags } from "./additions.js";
import { accessLine, authorizationCards, handoverTitle } from "./carried.js";
import { h, t } from "./h.js";
import { callDetails, callFindings, callSubject, callTitle, findingAddresses } from "./ethereum.js";
import { addressLine, fact, originLine, raw } from "./parts.js";
import { signInFields, signInFlags } from "./sign_in.js";
import { swapCard } from "./swap.js";
import { domainFacts, fieldList, grantsOf } from "./typed.js";
import { transactionBlocks, transactionDetails, transactionWarnings, transactionsDangerous } from "./solana.js";

/** @typedef {import("./h.js").Child} Child */

/** Worth a warning, and no reason to make "Reject" the first button. */
const CAUTIONS = new Set(["would_fail", "no_expiry", "typed_unknown", "phone_digits", "nonce_ahead"]);

/** A request for messages holds one or several. @param {Summary} summary @returns {MessageSummary[]} */
function messagesOf(summary) {
  return summary.messages ?? [summary];
}

/** EVM transactions: one, or an approval and what it is for. @param {Summary} summary @returns {Summary[]} */
function callsOf(summary) {
  return summary.calls ?? [summary];
}

/** Whether one decision is about several messages or transactions. @param {Asked} request */
function several({ kind, summary }) {
  return (kind === "message" && messagesOf(summary).length > 1) || (summary.transactions?.length ?? callsOf(summary).length) > 1;
}

/** What is warned of, as one text. @param {Asked} request */
export function warned(request) {
  return found(request).map(([key]) => key).join(" ");
}

/** Whether there is so much to read, or so much to be warned of, that the buttons come after all of it. @param {Asked} request */
export function lengthy(request) {
  return several(request) || found(request).length > 2;
}

/** @param {Typed} typed */
function typedHeadline({ grants, primary, order }) {
  if (order) return callTitle(order);
  if (primary === "") return t("ask_typed_fields"); // of version 1, which has no types of its own
  if (grants.length === 0) return t("ask_typed", primary);
  return grants.every(({ amount }) => amount.exact === "0") ? t("ask_erc20_revoke") : t("ask_erc20_approve");
}

/** The question's heading. @param {Asked} request */
export function headline({ kind, space, summary }) {
  if (kind === "connect") return t("ask_connect");
  if (kind === "sign_in") return t("ask_sign_in");
  if (kind === "network") return t("ask_network");
  if (kind === "asset") return t("ask_asset");
  if (kind === "message") {
    const { length, 0: first } = messagesOf(summary);
    if (first.typed !== undefined) return typedHeadline(first.typed);
    return length > 1 ? t("ask_messages", length) : t("ask_message");
  }
  if (summary.swap !== undefined) return t("ask_swap_prepared", summary.swap.gives_symbol, summary.swap.gets_symbol);
  if (space === "solana") {
    const { length } = summary.transactions ?? [];
    return length > 1 ? t("ask_transactions", length) : t(`step_${summary.title}`);
  }
  if (summary.replaces) return summary.cancels ? t("ask_cancel_transaction") : t("ask_speed_up");
  return summary.calls === undefined ? (handoverTitle(summary) ?? callTitle(summary)) : t("ask_transactions", summary.calls.length);
}

// ---- warnings ---------------------------------------------------------------------------------------------------

/** @param {MessageSummary[]} messages @param {"binary" | "foreign"} flag */
function flagged(messages, flag) {
  return messages.flatMap((message, i) => (message[flag] === true ? [i + 1] : []));
}

/** @param {MessageSummary[]} messages */
function grantsIn(messages) {
  return messages.flatMap(({ typed }) => typed?.grants.filter(({ amount }) => amount.exact !== "0") ?? []);
}

/** @param {Grant[]} grants */
function permitWarning(grants) {
  if (grants.some(({ unlimited }) => unlimited)) return "permit_unlimited";
  return grants.some(({ amount }) => amount.symbol === "") ? "permit" : "permit_counted";
}

/** What is wrong with one message beside its bytes and its domain. @param {MessageSummary} message */
function messageFlags({ siwe, phone_blind, typed }) {
  const order = typed?.order ? callFindings(typed.order, true).map(({ kind }) => kind) : [];
  return [...signInFlags(siwe), ...new Set(order), ...(phone_blind ? ["phone_blind"] : [])];
}

/** Typed data of a shape whose use is not known here; its first version has no shape, and a warning of its own. @param {Typed | undefined} typed */
function isUnknown(typed) {
  return typed !== undefined && typed.primary !== "" && !typed.order && typed.grants.length === 0;
}

/** What is told in steps: the calls of transactions, and the orders of messages. @param {Asked} request @returns {Summary[]} */
function inSteps({ kind, space, summary }) {
  if (kind === "transaction") return space === "solana" ? [] : callsOf(summary);
  return kind === "message" ? messagesOf(summary).flatMap(({ typed }) => typed?.order ?? []) : [];
}

/** Whether a Yes may hand out more than the screen can say, or hands out by itself. @param {Asked} request */
export function dangerous({ kind, space, summary }) {
  if (kind === "connect") return false;
  if (kind === "network" || kind === "asset") return additionFlags(summary).length > 0;
  if (kind !== "transaction") {
    const messages = messagesOf(summary);
    return grantsIn(messages).length > 0 || messages.some((message) => message.binary === true || message.foreign === true || messageFlags(message).length > 0);
  }
  if (summary.swap?.foreign === true) return true;
  if (space === "solana") return transactionsDangerous(summary);
  return callsOf(summary).some((call) => callFindings(call, true).length > 0);
}

/** Keys of the warnings, each with the numbers of the messages or transactions it is about. @param {Asked} request @returns {[string, number[]][]} */
function found({ kind, space, summary }) {
  if (kind === "connect") return [];
  if (kind === "network" || kind === "asset") return additionFlags(summary).map((key) => [key, []]);
  if (kind !== "transaction") {
    const messages = messagesOf(summary);
    /** @type {[string, number[]][]} */
    const list = [["foreign", flagged(messages, "foreign")], ["binary", flagged(messages, "binary")]];
    messages.forEach((message, i) => list.push(...messageFlags(message).map((key) => /** @type {[string, number[]]} */ ([key, [i + 1]]))));
    list.push(["typed_unknown", messages.flatMap(({ typed }, i) => (isUnknown(typed) ? [i + 1] : []))]);
    const grants = grantsIn(messages);
    if (grants.length > 0) list.unshift([permitWarning(grants), [1]]);
    return list.filter(([, at]) => at.length > 0);
  }
  if (space === "solana") return transactionWarnings(summary);
  const flags = callsOf(summary).map((call) => callFindings(call, true).map(({ kind: key }) => key));
  if (summary.short) flags[0].push("short");
  if (summary.phone_digits) flags[0].push("phone_digits");
  if (summary.nonce_ahead) flags[0].push("nonce_ahead");
  return [...new Set(flags.flat())].map((key) => [key, flags.flatMap((has, i) => (has.includes(key) ? [i + 1] : []))]);
}

/** The addresses that a warning is about, each once. @param {Asked} request @param {string} key @returns {Child[]} */
function about(request, key) {
  const found = inSteps(request).flatMap((call) => callFindings(call, true).filter(({ kind }) => kind === key));
  return found.filter((each, i) => found.findIndex(({ address }) => address === each.address) === i).flatMap(findingAddresses);
}

/** What is worth knowing and no danger. @param {Asked} request @returns {Child[]} */
function notes(request) {
  const found = inSteps(request).flatMap((call) => callFindings(call, false));
  const once = found.filter((each, i) => found.findIndex((other) => other.kind === each.kind && other.address === each.address) === i);
  return once.map((each) => h("p", { class: "hint", "data-test": "note", "data-note": each.kind }, t(`note_${each.kind}`), ...findingAddresses(each)));
}

/** @param {Asked} request @returns {Child[]} */
export function warnings(request) {
  return found(request).map(([key, at]) => {
    const text = t(`warn_${key}`);
    const where = at.join(", ");
    const which = request.kind === "message" ? t("in_messages", where, text) : at.length > 1 ? t("in_transactions", where, text) : t("in_transaction", where, text);
    const said = several(request) && at.length > 0 ? which : text;
    return h("p", { class: CAUTIONS.has(key) ? "warning" : "warn", "data-test": "warning", "data-warning": key }, said, ...about(request, key));
  });
}

// ---- what it is about -------------------------------------------------------------------------------------------

/** @param {Summary} summary @param {string} network @returns {Child[]} */
function callBlocks(summary, network) {
  if (summary.calls === undefined) return [...authorizationCards(summary, network, callTitle(summary)), ...callSubject(summary), accessLine(summary)];
  return summary.calls.map((call, i) =>
    h(
      "section",
      { key: i, class: "card block", "data-test": "transaction", "data-number": i + 1 },
      h("h2", null, t("numbered", i + 1, callTitle(call))),
      ...callSubject(call),
      ...callFindings(call, true).map((found) => h("p", { class: "warn", "data-test": "block-warning" }, t(`warn_${found.kind}`), ...findingAddresses(found))),
      callDetails(call),
    ),
  );
}

/** @param {MessageSummary} message @returns {Child[]} */
function messageText({ text, hex, sign_in, siwe, typed }) {
  if (typed !== undefined) return [...(typed.order ? [...callSubject(typed.order), h("p", { class: "hint", "data-test": "by-signature" }, t("by_signature"))] : []), ...grantsOf(typed)];
  return [
    sign_in && h("p", null, t("signs_in_to"), " ", h("strong", { "data-test": "domain" }, sign_in)),
    siwe && signInFields(siwe),
    h("pre", { class: "message", tabindex: 0, "data-test": "message" }, text ?? hex ?? ""),
  ];
}

/** @param {Summary} summary @returns {Child[]} */
function messageSubject(summary) {
  const messages = messagesOf(summary);
  if (messages.length === 1) return messageText(messages[0]);
  return messages.map((message, i) =>
    h(
      "section",
      { key: i, class: "card block", "data-test": "message-block", "data-number": i + 1 },
      h("h2", null, t("message_number", i + 1)),
      ...messageText(message),
      message.foreign && h("p", { class: "warn", "data-test": "block-warning" }, t("warn_foreign")),
      message.binary && h("p", { class: "warn", "data-test": "block-warning" }, t("warn_binary")),
    ),
  );
}

/** @param {Asked} request @returns {Child[]} */
function subject({ kind, space, summary, account, network }) {
  if (kind === "transaction") return [summary.swap && swapCard(summary.swap), ...(space === "solana" ? transactionBlocks(summary, account ?? "") : callBlocks(summary, network?.name ?? ""))];
  if (kind === "message") return messageSubject(summary);
  if (kind === "network" || kind === "asset") return addition(summary);
  if (kind === "sign_in") {
    return [
      h("p", { class: "big", "data-test": "domain" }, summary.domain ?? ""),
      summary.statement && h("p", { class: "statement", "data-test": "statement" }, summary.statement),
      h("p", { class: "hint" }, t("sign_in_explained")),
    ];
  }
  return [h("p", null, t("connect_explained"))];
}

// ---- details ----------------------------------------------------------------------------------------------------

/** @param {...Child} children */
function unfolding(...children) {
  return h("details", { "data-test": "details" }, h("summary", { "data-test": "show-details" }, t("details")), ...children);
}

/** @param {MessageSummary} message @returns {Child[]} */
function messageBytes({ hex, digest, text, typed }) {
  if (typed !== undefined) return [raw(t("raw_typed"), text ?? hex ?? "", "raw"), digest && raw(t("digest"), digest, "digest")];
  return [hex !== undefined && raw(t("raw_message"), hex, "raw"), digest && raw(t("digest"), digest, "digest")];
}

/** @param {Asked} request */
function details({ kind, space, summary }) {
  if (kind === "connect" || kind === "network" || kind === "asset") return null;
  if (kind === "message") return unfolding(...messagesOf(summary).flatMap(messageBytes));
  if (kind === "sign_in") {
    const text = h("pre", { class: "message", tabindex: 0, "data-test": "message" }, summary.text ?? "");
    return unfolding(h("div", { class: "raw" }, h("span", null, t("signed_text")), text), ...messageBytes(summary));
  }
  if (space === "solana") return transactionDetails(summary);
  return summary.calls === undefined && callDetails(summary); // several carry theirs with them
}

/**
 * The whole of what is asked, by a site or by another device of the vault.
 *
 * @param {Asked & { top?: string, sends?: boolean }} request
 * @param {Child} cost
 * @param {Child} [device] the device that asks
 */
export function requestBody(request, cost, device) {
  const account = request.account || request.summary.accounts?.[0];
  const { typed } = request.summary;
  return [
    ...subject(request),
    ...notes(request),
    h(
      "dl",
      { class: "facts" },
      device && fact(t("asked_by_device"), device),
      (request.origin !== "" || !device) && fact(t("asked_by"), originLine(request.origin, request.top ?? "")),
      ...(typed !== undefined ? domainFacts(typed) : []),
      account && fact(t("with_account"), addressLine(account, "account")),
      request.network && fact(t("on_network"), h("span", { "data-test": "network" }, request.network.name)),
      cost && fact(t("cost"), cost),
      request.kind === "transaction" && request.sends === false && fact(t("afterwards"), h("span", { "data-test": "handed-back" }, t("handed_back"))),
    ),
    typed !== undefined && fieldList(typed),
    details(request),
  ];
}
