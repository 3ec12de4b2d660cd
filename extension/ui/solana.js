// A Solana transaction in words: what leaves, to whom, every step, and what to be warned of.

import { h, t, tOr } from "./h.js";
import { addressLine, addressText, amountText, fact, raw } from "./parts.js";

/** @typedef {import("./h.js").Child} Child */

const TOKENS = new Set(["token_transfer", "token_approve", "token_mint", "token_burn"]);
/** Steps that go with others: they are told after what the transaction is for. */
const BESIDE = new Set(["memo", "token_account", "advance_nonce"]);
/** Steps that say nothing which the fee does not say. */
const UNSEEN = new Set(["compute_limit", "compute_price", "compute_memory"]);
/** What a person has to know of a step, in this order; the rest is a detail. @type {Record<string, string[]>} */
const TOLD = {
  send: ["recipient"],
  create_account: ["account", "owner"],
  assign: ["account", "owner"],
  advance_nonce: ["nonce"],
  token_transfer: ["destination_owner", "mint"],
  token_approve: ["delegate", "mint"],
  token_revoke: ["source"],
  token_authority: ["role", "account", "new"],
  token_mint: ["destination", "mint"],
  token_burn: ["mint"],
  token_close: ["account", "destination"],
  token_sync: ["account"],
  token_account: ["owner", "payer"],
  memo: ["text"],
  program_call: ["program"],
};
/** Whose account a step takes from, told where it is not the signer's own. @type {Record<string, string>} */
const TAKEN_FROM = { send: "source", create_account: "funder", token_transfer: "authority", token_burn: "authority" };
const ADDRESS = /^[1-9A-HJ-NP-Za-km-z]{32,44}$/;
const DANGERS = ["acts_for_you", "not_understood", "unlimited", "uncounted", "hands_over", "closes_to_other"];
const CAUTIONS = ["no_expiry"];

// ---- amounts and fields -----------------------------------------------------------------------------------------

/** @param {Amount} amount a token without a name counts in tokens, or in units where its decimals are unknown too */
function counted({ value, symbol, exact }) {
  return { value, exact, symbol: symbol !== "" ? symbol : value === exact ? t("units") : t("tokens") };
}

/** @param {Step} step @returns {Amount | null} */
function amountOf({ amount }) {
  return typeof amount === "object" && amount !== null ? counted(amount) : null;
}

/** One account of a step, which may come from a lookup table: its entry there is all that is known. @param {string} text @param {string} [test] */
function place(text, test) {
  const [table, entry] = text.split("#");
  return entry === undefined ? addressText(text, test) : h("span", null, t("table_entry", entry), " ", addressText(table, test));
}

/** @param {string} kind @param {string} field */
function label(kind, field) {
  return tOr(`field_${kind}_${field}`, t(`field_${field}`));
}

/** @param {string} field @param {unknown} value @returns {Child[]} */
function shown(field, value) {
  if (Array.isArray(value)) return value.map((each) => h("div", null, place(`${each}`, field)));
  if (field === "new" && value === null) return [t("nobody")];
  if (field === "role") return [t(`role_${value}`)];
  if (typeof value === "boolean") return [value ? t("yes") : t("no")];
  if (typeof value === "string" && ADDRESS.test(value)) return [addressText(value, field)];
  return [`${value}`];
}

/** Every field of a step that holds something. @param {Step} step */
function allFields(step) {
  const left = Object.entries(step).filter(
    ([name, value]) =>
      !["kind", "understood", "amount", "unlimited", "data"].includes(name) &&
      (name === "new" || (value !== null && value !== "" && !(Array.isArray(value) && value.length === 0))),
  );
  return left.map(([name, value]) => fact(label(step.kind, name), ...shown(name, value)));
}

// ---- what the person sees first ---------------------------------------------------------------------------------

/** The owner of a token account says more than the account. @param {Step} step @param {string} name */
function better(step, name) {
  return name === "destination_owner" && step[name] === null ? "destination" : name;
}

/** @param {Step} step @param {string} account */
function toldFields(step, account) {
  const names = (TOLD[step.kind] ?? []).map((name) => better(step, name));
  const from = TAKEN_FROM[step.kind];
  if (from !== undefined && step[from] !== account) names.push(from);
  return names
    .filter((name) => name === "new" || (step[name] !== null && step[name] !== undefined))
    .map((name) => {
      const value = step[name];
      const test = { recipient: "to", destination_owner: "to", destination: "to", delegate: "to", mint: "token" }[name] ?? name;
      const one = typeof value === "string" && ADDRESS.test(value);
      const line = one && name !== "mint" ? addressLine(value, test) : one ? addressText(value, test) : h("span", { class: name === "text" ? "note" : "", "data-test": test }, ...shown(name, value));
      return h("div", { class: "subject" }, h("span", { class: "label" }, label(step.kind, name)), line);
    });
}

/** @param {Step} step */
function stepAmount(step) {
  if (step.unlimited) return h("strong", null, t("unlimited", amountOf(step)?.symbol ?? t("tokens")));
  const amount = amountOf(step);
  return amount && amountText(amount);
}

/** @param {SolanaTransaction} transaction @returns {Child[]} */
function whatLeaves({ leaves, amount, unlimited, understood, steps }) {
  const big = (/** @type {Child} */ child) => h("p", { class: "big" }, child);
  const props = { "data-test": "amount" };
  if (unlimited) {
    const named = steps.find((step) => step.unlimited === true);
    return [big(h("span", { class: "amount", ...props }, t("unlimited", (named && amountOf(named)?.symbol) ?? t("tokens"))))];
  }
  if (leaves.length > 0) {
    const least = understood ? null : h("span", { "data-test": "at-least" }, t("leaves_at_least"), " ");
    return [...leaves.map((each) => h("p", { class: "big" }, least, amountText(counted(each), props))), least && h("p", { class: "hint" }, t("leaves_more"))];
  }
  if (!understood) return [big(h("span", { "data-test": "unknown-amount" }, t("leaves_unknown")))];
  return [amount && big(amountText(counted(amount), props))];
}

/** @param {Step} step @param {number} key @param {string} account */
function stepItem(step, key, account) {
  return h(
    "li",
    { key, "data-test": "step", "data-kind": step.kind },
    h("div", { class: "row spread" }, h("strong", null, t(`step_${step.kind}`)), stepAmount(step)),
    ...toldFields(step, account),
  );
}

/** What one transaction does, as far as it concerns a decision. @param {SolanaTransaction} transaction @param {string} account @returns {Child[]} */
function actions({ steps }, account) {
  const seen = steps.filter((step) => !UNSEEN.has(step.kind));
  const purposes = seen.filter((step) => !BESIDE.has(step.kind));
  // One purpose is what heading and amount speak of already; so is a single step of any kind.
  const [only] = purposes.length === 1 ? purposes : seen.length === 1 ? seen : [];
  const listed = seen.filter((step) => step !== only);
  return [
    ...(only === undefined ? [] : toldFields(only, account)),
    listed.length > 0 && h("ol", { class: "actions" }, ...listed.map((step, i) => stepItem(step, i, account))),
  ];
}

// ---- details ----------------------------------------------------------------------------------------------------

/** @param {SolanaTransaction} transaction */
function details({ steps, signers, fee_payer, pays_fee, version, blockhash, lookups, message }) {
  return h(
    "details",
    { "data-test": "details" },
    h("summary", { "data-test": "show-details" }, t("details")),
    ...steps.map((step, i) =>
      h(
        "section",
        { key: i, class: "step", "data-test": "step-details", "data-kind": step.kind },
        h("h3", null, t("numbered", i + 1, t(`step_${step.kind}`)), " ", stepAmount(step)),
        h("dl", { class: "facts" }, ...allFields(step)),
        step.kind === "program_call" && raw(t("raw_data"), `${step.data}`, "data"),
      ),
    ),
    h(
      "dl",
      { class: "facts" },
      fact(t("signers"), ...shown("signers", signers)),
      !pays_fee && fact(t("fee_payer"), addressText(fee_payer, "fee-payer")),
      ...lookups.map(({ table, writable, readonly }) => fact(t("lookup", writable, readonly), addressText(table, "lookup"))),
      fact(t("tx_version"), version === "legacy" ? t("tx_legacy") : `${version}`),
      fact(t("blockhash"), h("code", { class: "long" }, blockhash)),
    ),
    raw(t("raw_transaction"), message, "raw"),
  );
}

// ---- for summary.js ---------------------------------------------------------------------------------------------

/** Of each transaction what a Yes would be about. @param {Summary} summary @param {string} account @returns {Child[]} */
export function transactionBlocks({ transactions = [] }, account) {
  if (transactions.length === 1) return [...whatLeaves(transactions[0]), ...actions(transactions[0], account)];
  return transactions.map((transaction, i) =>
    h(
      "section",
      { key: i, class: "card block", "data-test": "transaction", "data-number": i + 1 },
      h("h2", null, t("numbered", i + 1, t(`step_${transaction.title}`))),
      ...whatLeaves(transaction),
      ...actions(transaction, account),
      ...flags(transaction).map((key) => h("p", { class: "warn", "data-test": "block-warning" }, t(`warn_${key}`))),
      details(transaction),
    ),
  );
}

/** Of one transaction at the end of the screen; several carry theirs with them. @param {Summary} summary */
export function transactionDetails({ transactions = [] }) {
  return transactions.length === 1 ? details(transactions[0]) : null;
}

/** @param {SolanaTransaction} transaction */
function flags({ warnings, steps }) {
  const found = new Set(warnings);
  // A program that acts for the person is one that is not understood: saying both says less.
  if (found.has("acts_for_you")) found.delete("not_understood");
  const bare = (/** @type {Step} */ step) => TOKENS.has(step.kind) && step.decimals === null && !step.unlimited;
  if (steps.some((step) => bare(step) && amountOf(step)?.symbol === t("units"))) found.add("uncounted");
  return [...DANGERS, ...CAUTIONS].filter((key) => found.has(key));
}

/** The warnings, and in which of the transactions each is found. @param {Summary} summary @returns {[string, number[]][]} */
export function transactionWarnings({ transactions = [], would_fail }) {
  /** @type {Map<string, number[]>} */
  const found = new Map();
  for (const key of [...DANGERS, ...CAUTIONS]) {
    const at = transactions.flatMap((transaction, i) => (flags(transaction).includes(key) ? [i + 1] : []));
    if (at.length > 0) found.set(key, at);
  }
  if (would_fail) found.set("would_fail", []);
  return [...found];
}

/** @param {Summary} summary */
export function transactionsDangerous(summary) {
  return summary.understood === false || transactionWarnings(summary).some(([key]) => DANGERS.includes(key));
}
