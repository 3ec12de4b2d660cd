// What a person agrees to beside the accounts when a site connects: for how long, and on which networks.

import { h, t } from "./h.js";
import { redraw } from "./port.js";

/** Days; 0 is until revoked. */
export const SPANS = [0, 1, 7, 30];

let days = 0;
/** Limited to one network; empty: all. */
let only = "";

export function resetTerms() {
  days = 0;
  only = "";
}

/** As the backend wants them. @returns {{ days: number, chains: string[] }} */
export function chosenTerms() {
  return { days, chains: only === "" ? [] : [only] };
}

/** @param {number} count */
export function spanText(count) {
  return count === 0 ? t("until_revoked") : count === 1 ? t("for_a_day") : count === 7 ? t("for_a_week") : t("for_days", count);
}

/** The choice of networks of some families: all, or one. @param {Account[]} accounts @param {string} value @param {(chain: string) => void} pick @param {string} label */
export function chainChoice(accounts, value, pick, label) {
  const networks = accounts.flatMap((account) => account.networks);
  return h(
    "select",
    { key: "chain", "aria-label": label, value, "data-test": "terms-chain", onchange: (/** @type {Event} */ event) => pick(/** @type {HTMLSelectElement} */ (event.target).value) },
    h("option", { key: "", value: "" }, t("all_networks")),
    ...networks.map(({ chain, name }) => h("option", { key: chain, value: chain }, t("only_network", name))),
  );
}

/** @param {number} value @param {(days: number) => void} pick @param {string} label @param {import("./h.js").Child} [now] what holds now, where it is none of the spans */
export function spanChoice(value, pick, label, now) {
  return h(
    "select",
    { key: `span-${value}`, "aria-label": label, value, "data-test": "terms-days", onchange: (/** @type {Event} */ event) => pick(Number(/** @type {HTMLSelectElement} */ (event.target).value)) },
    now,
    ...SPANS.map((count) => h("option", { key: count, value: count }, spanText(count))),
  );
}

/** On the screen that asks to connect. @param {WalletRequest} request @param {State | null} state */
export function termsFields({ space }, state) {
  const accounts = (state?.accounts ?? []).filter((account) => account.space === space);
  const setDays = (/** @type {number} */ count) => {
    days = count;
    redraw();
  };
  const setChain = (/** @type {string} */ chain) => {
    only = chain;
    redraw();
  };
  return h(
    "div",
    { key: "terms", class: "terms", "data-test": "terms" },
    spanChoice(days, setDays, t("terms_span")),
    chainChoice(accounts, only, setChain, t("terms_chains")),
  );
}
