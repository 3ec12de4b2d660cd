// The popup's list of sites: which may see what, on which networks and until when, when it last asked; and those that may
// not ask.

import { h, t } from "./h.js";
import { button, duration } from "./parts.js";
import { redraw } from "./port.js";
import { chainChoice, spanChoice } from "./terms.js";

/** @typedef {import("./h.js").Child} Child */
/** @typedef {(name: string, params?: object) => Promise<void>} Act */

/** From so many on the list can be searched. */
const SEARCHED_FROM = 6;

let sought = "";
/** The site whose terms are open. */
let opened = "";
/** Whether the person is asked for a second press. */
let sure = false;

/** The networks on which a site may ask. @param {Site} site @param {Account[]} accounts */
function networksOf({ accounts: granted, chain, chains }, accounts) {
  const names = [];
  for (const { space, networks, network } of accounts) {
    if ((granted[space] ?? []).length === 0) continue;
    const active = space === "eip155" ? networks.find((candidate) => candidate.chain === chain) : network;
    const name = active?.name ?? chain;
    names.push(chains.includes(active?.chain ?? "") ? t("only_network", name) : name);
  }
  return names.join(" · ");
}

/** @param {Site} site */
function ends({ until }) {
  return until === null ? "" : t("ends_in", duration(until - Date.now() / 1000));
}

/** @param {Site} site @param {State} state @param {Act} act */
function terms(site, state, act) {
  const { origin, accounts: granted, until, chains } = site;
  const spaces = state.accounts.filter(({ space }) => (granted[space] ?? []).length > 0);
  const left = until === null ? undefined : h("option", { key: "now", value: -1 }, ends(site));
  const agree = (/** @type {object} */ change) => act("agree_site", { origin, ...change });
  return h(
    "div",
    { key: "terms", class: "terms" },
    spanChoice(until === null ? 0 : -1, (count) => count >= 0 && agree({ days: count }), t("terms_span"), left),
    chainChoice(spaces, chains.length === 1 ? chains[0] : "", (chain) => agree({ chains: chain === "" ? [] : [chain] }), t("terms_chains")),
    h(
      "div",
      { class: "row spread" },
      button("block", t("block_site"), () => act("block_site", { origin }), { class: "quiet" }),
      button("disconnect", t("disconnect"), () => act("disconnect_site", { origin }), { class: "small" }),
    ),
  );
}

/** @param {Site} site @param {State} state @param {Act} act */
function siteItem(site, state, act) {
  const { origin, used } = site;
  const open = opened === origin;
  const toggle = () => {
    opened = open ? "" : origin;
    redraw();
  };
  const facts = [networksOf(site, state.accounts), t("used", duration(Date.now() / 1000 - used)), ends(site)].filter((text) => text !== "");
  return h(
    "li",
    { key: origin, "data-test": "site", "data-origin": origin },
    h(
      "div",
      { class: "grow" },
      h("code", { class: "site" }, origin),
      h("span", { class: "hint", "data-test": "site-networks" }, facts.join(" · ")),
    ),
    button("site-terms", open ? t("close") : t("manage"), toggle, { class: "quiet", "aria-expanded": `${open}` }),
    open && terms(site, state, act),
  );
}

/** @param {Refused} refused @param {Act} act */
function refusedItem({ origin, blocked, until }, act) {
  const said = blocked ? t("site_is_blocked") : t("site_is_paused", duration(until - Date.now() / 1000));
  return h(
    "li",
    { key: `refused-${origin}`, "data-test": "refused", "data-origin": origin, "data-blocked": `${blocked}` },
    h("div", { class: "grow" }, h("code", { class: "site" }, origin), h("span", { class: "hint" }, said)),
    !blocked && button("block", t("block_site"), () => act("block_site", { origin }), { class: "quiet" }),
    button("forgive", blocked ? t("unblock") : t("let_ask"), () => act("forgive_site", { origin }), { class: "small" }),
  );
}

/** @param {Act} act */
function revokeAll(act) {
  const press = () => {
    if (sure) void act("disconnect_all");
    sure = !sure;
    redraw();
  };
  return button("disconnect-all", sure ? t("disconnect_all_sure") : t("disconnect_all"), press, { class: "quiet" });
}

/** @param {State} state @param {Act} act */
export function siteList(state, act) {
  const many = state.sites.length >= SEARCHED_FROM;
  const search = (/** @type {Event} */ event) => {
    sought = /** @type {HTMLInputElement} */ (event.target).value.trim().toLowerCase();
    redraw();
  };
  const shown = [...state.sites].sort((a, b) => b.used - a.used).filter(({ origin }) => !many || origin.toLowerCase().includes(sought));
  return h(
    "section",
    { key: "sites" },
    h("div", { class: "row spread" }, h("h2", null, t("sites")), state.sites.length > 1 && revokeAll(act)),
    many && h("input", { key: "search", type: "search", placeholder: t("search_sites"), "aria-label": t("search_sites"), spellcheck: "false", autocomplete: "off", oninput: search, "data-test": "search-sites" }),
    shown.length > 0
      ? h("ul", { key: "list", class: "list" }, ...shown.map((site) => siteItem(site, state, act)))
      : h("p", { key: "none", class: "hint" }, state.sites.length === 0 ? t("no_sites") : t("no_site_found")),
    state.refused.length > 0 && h("h2", { key: "refused-title", class: "later" }, t("refused_sites")),
    state.refused.length > 0 && h("ul", { key: "refused", class: "list" }, ...state.refused.map((one) => refusedItem(one, act))),
  );
}
