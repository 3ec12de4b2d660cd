// An EVM transaction in words: what leaves or is granted, every step of the call, what a node expects of it, and what to
// be warned of. The steps are decoded in Python (chains/ethereum/contracts); here they get their words.

import { h, t, tOr } from "./h.js";
import { addressLine, addressText, amountText, fact, raw } from "./parts.js";
import { moment } from "./typed.js";

/** @typedef {import("./h.js").Child} Child */

/** One amount and one address: no list of facts is needed. */
const SIMPLE = new Set(["send", "erc20_transfer", "erc20_approve", "deploy", "contract_call"]);
/** Of these facts the person's own account is not worth a line. */
const OWN = new Set(["recipient", "source", "owner", "refund_to", "depositor"]);
const LIMITS = new Set(["limit", "more"]);

// ---- amounts and facts ------------------------------------------------------------------------------------------

/** @param {StepAmount} amount one without a name counts in tokens, or in units where its decimals are unknown too */
function counted({ value, symbol, exact, item, token }) {
  if (item) return { value: t("item_number", value, symbol), exact, symbol: "" };
  return { value, exact, symbol: symbol !== "" || token === null ? symbol : value === exact ? t("units") : t("tokens") };
}

/** @param {StepAmount} amount @param {Record<string, unknown>} [props] @returns {Child[]} */
export function stepAmount(amount, props) {
  if (amount.bound === "all") return [t("all_of", amount.symbol !== "" ? amount.symbol : t("tokens"))];
  const before = { exact: null, least: t("at_least"), most: t("at_most_amount") }[amount.bound];
  return [before && `${before} `, amountText(counted(amount), props)];
}

/** @param {string} address @param {string | null} name @param {string} [test] */
function named(address, name, test) {
  return h("span", { class: "named" }, name !== null && h("strong", { "data-test": "contract-name" }, name), addressText(address, test));
}

/** @param {StepFact} found @returns {Child[]} */
function factValue({ amount, address, name_of, until, text, data }) {
  if (amount !== undefined) return stepAmount(amount);
  if (address !== undefined) return [named(address, name_of ?? null)];
  if (until !== undefined) return [moment(until)];
  return [data !== undefined ? h("code", { class: "long" }, data) : `${text}`];
}

/** @param {EvmStep} step */
function headUnits({ facts }) {
  return facts.find(({ amount }) => amount !== undefined);
}

/** What is said of a step below its heading. Coins sent along with the whole are told above it. @param {EvmStep} step */
function worthTelling({ facts, contract }, /** @type {StepFact | undefined} */ head, /** @type {Shown | null} */ inside) {
  return facts.filter(
    (found) => found !== head && found.name !== "data" && !(found.name === "sends" && !inside) && !(OWN.has(found.name) && found.own === true) && !(found.name === "recipient" && found.address === contract.address),
  );
}

/** @param {StepFact} found */
function factLine(found) {
  const test = { recipient: "to", spender: "to", operator: "to" }[found.name] ?? found.name;
  const line = found.address !== undefined ? h("span", { class: "named" }, (found.name_of ?? null) !== null && h("strong", null, `${found.name_of}`), addressLine(found.address, test)) : h("span", { "data-test": test }, ...factValue(found));
  return h("div", { class: "subject" }, h("span", { class: "label" }, t(`fact_${found.name}`)), line);
}

/** What a list of steps has said already: who acts, and the contracts. @typedef {{ actor: string | null, told: Set<string> }} Shown */

/** @param {EvmStep} step @param {StepFact | undefined} head @param {Shown | null} inside the list that it stands in @returns {Child[]} */
function stepFacts(step, head, inside) {
  const { contract, sender, understood, kind, facts } = step;
  const tokens = [...new Set(facts.flatMap(({ amount }) => (amount === undefined || amount.token === null ? [] : [amount.token])))];
  const fresh = (/** @type {string} */ address) => inside === null || !inside.told.has(address);
  const shown = [
    ...worthTelling(step, head, inside).map(factLine),
    ...tokens.filter(fresh).map((token) => h("p", { class: "hint" }, t("token_contract"), " ", addressText(token, "token"))),
    sender !== null && sender !== inside?.actor && h("p", { class: "hint" }, t("done_by"), " ", addressText(sender, "sender")),
    !tokens.includes(contract.address) && kind !== "send" && fresh(contract.address) && h("p", { class: "hint" }, t("contract"), " ", named(contract.address, contract.name, "contract")),
    !understood && h("p", { class: "hint" }, t("selector"), " ", h("code", { "data-test": "step-selector" }, facts.find(({ name }) => name === "data")?.data?.slice(0, 10) ?? "0x")),
  ];
  for (const address of [...tokens, contract.address]) inside?.told.add(address);
  return shown;
}

// ---- steps ------------------------------------------------------------------------------------------------------

/** @param {EvmStep} step */
function isRevoked({ facts }) {
  return facts.some(({ name, amount }) => name === "limit" && amount?.exact === "0");
}

/** @param {string} kind @param {boolean} revoked */
function actTitle(kind, revoked) {
  return revoked ? t("ask_erc20_revoke") : t(`ask_${kind}`);
}

/** @param {EvmStep} step @returns {Child[]} */
function headline(step, /** @type {StepFact | undefined} */ head) {
  if (step.unlimited && step.kind === "nft_approve_all") return [h("strong", null, t("all_items"))];
  if (head?.amount === undefined) return [];
  if (step.unlimited && LIMITS.has(head.name)) return [h("strong", null, t("unlimited", head.amount.symbol !== "" ? head.amount.symbol : t("tokens")))];
  return [h("span", null, ...stepAmount(head.amount))];
}

/** The parts of a bundle; where its contract acts itself, that is said once. @param {EvmStep} bundle @param {Record<string, unknown>} [props] @returns {Child[]} */
function parts({ steps, contract }, props = {}) {
  const itself = steps.some(({ sender }) => sender === contract.address);
  const inside = { actor: itself ? contract.address : null, told: new Set([contract.address]) };
  return [itself && h("p", { class: "hint", "data-test": "itself" }, t("does_itself")), h("ol", { class: "actions", ...props }, ...steps.map((step, i) => stepItem(step, i, inside)))];
}

/** @param {EvmStep} step @param {number} key @param {Shown} inside @returns {Child} */
function stepItem(step, key, inside) {
  const bundle = step.steps.length > 0;
  const head = bundle ? undefined : headUnits(step);
  return h(
    "li",
    { key, "data-test": bundle ? "bundle" : "step", "data-kind": step.kind },
    h("div", { class: "row spread wrap" }, h("strong", null, actTitle(step.kind, isRevoked(step))), ...headline(step, head)),
    ...stepFacts(step, head, inside),
    ...(bundle ? parts(step) : []),
  );
}

/** @param {EvmStep} root @returns {Child[]} */
function stepList(root) {
  let top = root;
  while (top.steps.length === 1 && top.kind === "several" && top.facts.length === 0) [top] = top.steps;
  const bundle = top.steps.length > 0;
  if (!bundle) return stepFacts(top, headUnits(top), null);
  return [...stepFacts(top, undefined, null), ...parts(top, { "data-test": "steps" })];
}

// ---- what leaves ------------------------------------------------------------------------------------------------

/** The largest words: what is given away, or what somebody may take. @param {Summary} call @returns {Child[]} */
function largest({ steps = [], leaves = [], unlimited, title }) {
  const big = (/** @type {Child[]} */ ...children) => h("p", { class: "big" }, ...children);
  const amount = { "data-test": "amount" };
  if (title === "nft_approve_all") return [big(h("span", { class: "amount", ...amount }, t("all_items")))];
  if (unlimited) {
    const step = endless(steps);
    const symbol = step && headUnits(step)?.amount?.symbol;
    return [big(h("span", { class: "amount", ...amount }, t("unlimited", symbol || t("tokens"))))];
  }
  if (leaves.length > 0) return leaves.map((each) => big(...stepAmount({ ...each, bound: each.bound ?? "exact", item: each.item ?? false, token: each.token ?? null }, amount)));
  const [only] = steps;
  const head = only !== undefined && only.steps.length === 0 ? headUnits(only) : undefined;
  return [head?.amount !== undefined && big(...stepAmount(head.amount, amount))];
}

/** @param {EvmStep[]} steps @returns {EvmStep | undefined} */
function endless(steps) {
  for (const step of steps) {
    const found = step.steps.length > 0 ? endless(step.steps) : step.unlimited ? step : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** @param {Summary} call @returns {Child[]} */
export function callSubject(call) {
  const { title = "contract_call", amount, token, to, contract, contract_name, unlimited, steps = [] } = call;
  if (!SIMPLE.has(title)) return [...largest(call), ...steps.flatMap(stepList), simulation(call)];
  const what = unlimited
    ? h("span", { class: "amount", "data-test": "amount" }, t("unlimited", token?.symbol ?? t("unknown_token")))
    : amount && !(title === "contract_call" && amount.exact === "0") && amountText(title === "contract_call" || title === "send" ? amount : inUnits(amount), { "data-test": "amount" });
  const receiver = title === "erc20_approve" ? t("spender") : title === "contract_call" ? t("contract") : t("recipient");
  return [
    what && h("p", { class: "big" }, what),
    token && h("p", { class: "hint" }, t("token_at", token.symbol ?? t("unknown_token")), " ", addressText(token.address, "token")),
    title === "deploy"
      ? h("p", null, t("deploys"))
      : h("div", { class: "subject" }, h("span", { class: "label" }, receiver), to && knownLine(to, title === "contract_call" ? contract_name : null)),
    contract && contract !== to && contract !== token?.address && h("div", { class: "subject" }, h("span", { class: "label" }, t("contract")), addressLine(contract, "contract")),
    simulation(call),
  ];
}

/** @param {string} to @param {string | null | undefined} name */
function knownLine(to, name) {
  return h("span", { class: "named" }, name && h("strong", { "data-test": "contract-name" }, name), addressLine(to, "to"));
}

/** @param {Amount} amount */
function inUnits(amount) {
  return amount.symbol === "" && amount.value === amount.exact ? { ...amount, symbol: t("units") } : amount;
}

/** @param {Summary} call */
export function callTitle({ title = "contract_call", amount, steps = [] }) {
  const [only] = steps;
  const revoked = title === "erc20_approve" ? amount?.exact === "0" : only !== undefined && only.steps.length === 0 && isRevoked(only);
  return actTitle(title, revoked);
}

// ---- what a node expects ----------------------------------------------------------------------------------------

/** A node's word for what would change, marked as its word. @param {Summary} call */
function simulation({ simulation: found }) {
  if (found === null || found === undefined) return null;
  const { state, why, reason, changes = [], allowances = [] } = found;
  const said = {
    running: t("simulation_running"),
    off: t("simulation_off"),
    none: t("simulation_none", tOr(`simulation_${why}`, t("simulation_unreachable"))),
    fails: t("simulation_fails", reason ?? t("simulation_no_reason")),
    passes: t("simulation_passes"),
    done: changes.length + allowances.length === 0 ? t("simulation_nothing") : t("simulation_done"),
  }[state];
  return h(
    "section",
    { class: state === "fails" ? "simulation warning" : "simulation", "data-test": "simulation", "data-state": state, "aria-live": "polite" },
    h("p", { class: state === "fails" ? "" : "hint" }, said),
    changes.length > 0 &&
      h("ul", { class: "changes" }, ...changes.map(({ amount, gains, known }, i) => h("li", { key: i, class: gains ? "gains" : "gives", "data-test": "change", "data-gains": `${gains}` }, h("span", { "aria-hidden": "true" }, gains ? "+" : "−"), h("span", { class: "sr" }, gains ? t("gains") : t("gives")), h("span", null, ...stepAmount(amount), !known && amount.token !== null && addressText(amount.token))))),
    ...allowances.map(({ amount, spender, unlimited }, i) =>
      h("p", { key: `allowance-${i}`, class: "hint", "data-test": "allowance" }, t("simulation_allowance"), " ", unlimited ? t("unlimited", amount.symbol || t("tokens")) : h("span", null, ...stepAmount(amount)), " ", addressText(spender)),
    ),
  );
}

// ---- warnings and details ---------------------------------------------------------------------------------------

/** What a call is to be warned of, or told calmly. @param {Summary} call @param {boolean} danger @returns {Finding[]} */
export function callFindings({ findings = [] }, danger) {
  return findings.filter((found) => found.danger === danger);
}

/** The addresses that a warning is about. @param {Finding} found @returns {Child[]} */
export function findingAddresses({ address, like }) {
  if (address === null || address === undefined) return [];
  if (like === null || like === undefined) return [" ", addressText(address)];
  return [h("span", { class: "compared" }, t("this_one"), " ", addressText(address, "looks-like")), h("span", { class: "compared" }, t("known_one"), " ", addressText(like, "known"))];
}

/** @param {Summary} call */
export function callDetails({ nonce, selector, data, digest }) {
  return h(
    "details",
    { "data-test": "details" },
    h("summary", { "data-test": "show-details" }, t("details")),
    h("dl", null, nonce !== undefined && fact(t("nonce"), `${nonce}`), selector && fact(t("selector"), h("code", null, selector))),
    data !== undefined && data !== "0x" && raw(t("raw_data"), data, "raw"),
    digest && raw(t("digest"), digest, "digest"),
  );
}
