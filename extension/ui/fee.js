// What a transaction costs: EVM fees can be edited before the Yes, Solana's are told.

import { h, t } from "./h.js";
import { addressText, button, human } from "./parts.js";
import { redraw } from "./port.js";

/** The entries, once the person edits; without a tip there is one gas price. @type {{ max_fee: string, priority_fee: string | null, gas_limit: string } | null} */
let fee = null;
/** The speed that the person chose, with its numbers. @type {NonNullable<Summary["speeds"]>[number] | null} */
let picked = null;

/** Forget the entries: another request is on the screen. */
export function resetFee() {
  fee = null;
  picked = null;
}

/** @param {string} text @param {number} places the value times 10^places @returns {bigint | null} */
function scaled(text, places) {
  const match = /^(\d{1,12})(?:\.(\d{0,18}))?$/.exec(text.replace(/[\s,]/g, ""));
  if (match === null) return null;
  const fraction = (match[2] ?? "").replace(/0+$/, "");
  if (fraction.length > places) return null;
  return BigInt(match[1] + fraction.padEnd(places, "0"));
}

/** The entries as the backend wants them, whole numbers of the smallest unit; undefined where nothing was edited. */
export function chosenFee() {
  if (fee === null) return picked === null ? undefined : { max_fee: picked.max_fee, priority_fee: picked.priority_fee };
  const { max_fee, priority_fee, gas_limit } = fee;
  return { max_fee: `${scaled(max_fee, 9)}`, priority_fee: `${scaled(priority_fee ?? max_fee, 9)}`, gas_limit: `${scaled(gas_limit, 0)}` };
}

/** The edited fee in the smallest unit, or null where an entry is no number or contradicts another. */
function editedFee() {
  if (fee === null) return null;
  const most = scaled(fee.max_fee, 9);
  const tip = scaled(fee.priority_fee ?? fee.max_fee, 9);
  const gas = scaled(fee.gas_limit, 0);
  if (most === null || tip === null || gas === null || tip > most || gas < 21000n) return null;
  return most * gas;
}

/** Whether the entries make no fee. */
export function feeWrong() {
  return fee !== null && editedFee() === null;
}

/** @param {"max_fee" | "priority_fee" | "gas_limit"} name */
function feeField(name) {
  if (fee?.[name] === null) return null;
  const set = (/** @type {InputEvent} */ event) => {
    if (fee !== null) fee = { ...fee, [name]: /** @type {HTMLInputElement} */ (event.target).value };
    redraw();
  };
  return h(
    "div",
    { key: name },
    h("label", { for: name }, name === "max_fee" && fee?.priority_fee === null ? t("gas_price") : t(name)),
    h("input", { id: name, inputmode: "decimal", autocomplete: "off", value: fee?.[name], "data-test": name.replace("_", "-"), oninput: set }),
  );
}

/** @param {string} value @param {string} symbol @param {string | bigint} exact */
function atMost(value, symbol, exact) {
  return h("span", { class: "amount", tabindex: 0, "data-test": "fee", "data-exact": t("exact_units", `${exact}`) }, t("at_most", value, symbol));
}

const SPEEDS = { slow: () => t("speed_slow"), normal: () => t("speed_normal"), fast: () => t("speed_fast") };
const WAITS = { slow: () => t("wait_slow"), normal: () => t("wait_normal"), fast: () => t("wait_fast") };

/** How fast it is to be: what it costs follows. @param {Summary} summary */
function speedChoice({ speeds, speed }) {
  if (speeds === undefined || speeds.length === 0) return null;
  const chosen = picked?.speed ?? speed ?? null;
  const pick = (/** @type {typeof picked} */ one) => {
    picked = one;
    redraw();
  };
  const option = (/** @type {string} */ test, /** @type {string} */ label, /** @type {boolean} */ on, /** @type {() => void} */ act) =>
    button(test, label, act, { class: on ? "small on" : "small", "aria-pressed": `${on}` });
  const name = /** @type {keyof typeof WAITS | null} */ (chosen);
  return h(
    "div",
    { key: "speeds", class: "stack tight" },
    h(
      "div",
      { class: "row", role: "group", "aria-label": t("speed") },
      speed === null && option("speed-site", t("speed_site"), picked === null, () => pick(null)),
      ...speeds.map((one) => option(`speed-${one.speed}`, SPEEDS[one.speed](), chosen === one.speed, () => pick(one))),
    ),
    h("span", { class: "hint", "data-test": "wait" }, name === null ? t("wait_site") : WAITS[name]()),
  );
}

/** @param {Asked} request @param {boolean} fixed */
function evmCost({ summary, network }, fixed) {
  const symbol = summary.fee?.symbol ?? network?.symbol ?? "";
  const edited = editedFee();
  const asked = picked?.fee ?? summary.fee;
  const shown = fee === null ? asked?.value : edited === null ? null : human(edited, 18);
  const exact = fee === null ? asked?.exact : edited;
  const edit = () => {
    fee = {
      max_fee: picked !== null ? human(BigInt(picked.max_fee), 9) : `${summary.max_fee_gwei ?? ""}`,
      priority_fee: summary.priority_fee_gwei === null ? null : picked !== null ? human(BigInt(picked.priority_fee), 9) : `${summary.priority_fee_gwei ?? ""}`,
      gas_limit: `${summary.gas_limit ?? ""}`,
    };
    redraw();
  };
  return h(
    "div",
    { class: "stack" },
    h(
      "div",
      { class: "row spread" },
      shown === null || shown === undefined
        ? h("span", { class: fee === null ? "" : "fault", "data-test": "fee" }, fee === null ? t("fee_unknown") : t("fee_invalid"))
        : atMost(shown, symbol, `${exact}`),
      fee === null && !fixed && button("edit-fee", t("edit"), edit, { class: "quiet" }),
    ),
    summary.data_fee && h("span", { class: "hint", "data-test": "data-fee" }, t("data_fee", summary.data_fee.value, summary.data_fee.symbol)),
    fee === null && !fixed && speedChoice(summary),
    fee !== null && h("div", { class: "fee" }, feeField("max_fee"), feeField("priority_fee"), feeField("gas_limit")),
  );
}

/** The fees of all transactions that the account pays; others are paid by somebody else. @param {SolanaTransaction[]} transactions */
function solanaCost(transactions) {
  const paid = transactions.filter((each) => each.pays_fee);
  const [first] = transactions;
  if (paid.length === 0 && first !== undefined) {
    return h("span", null, h("span", { "data-test": "fee" }, t("fee_paid_by")), " ", addressText(first.fee_payer, "fee-payer"));
  }
  let sum = 0n;
  for (const { fee: each } of paid) {
    if (each === null) return h("span", { "data-test": "fee" }, t("fee_unknown"));
    sum += BigInt(each.exact);
  }
  return atMost(human(sum, 9), paid[0]?.fee?.symbol ?? "", sum);
}

/** @param {Asked} request @param {boolean} [fixed] another device has set the fee */
export function cost(request, fixed = false) {
  if (request.kind !== "transaction") return null;
  return request.space === "solana" ? solanaCost(request.summary.transactions ?? []) : evmCost(request, fixed);
}
