// Settings: the relay both devices meet at, each network's node, when the wallet locks itself, and which sites get the
// older `window.solana`; under advanced the services that are off by default.

import { h, t, tOr } from "./h.js";
import { allowHost, button, faultText, hostPattern, iconButton, icons } from "./parts.js";
import { call, latest, redraw } from "./port.js";
import { giveBack, service } from "./services.js";

const MINUTES = [1, 5, 10, 30, 60];

/** What became of the last save, by form. @type {Record<string, { good: boolean, text: string } | undefined>} */
const outcome = {};
/** @type {string | null} */
let chain = null;
/** The site in the tab below the popup, where the browser tells it. */
let site = "";

/** @param {string} form @param {boolean} good @param {string} text */
function report(form, good, text) {
  outcome[form] = { good, text };
  redraw();
}

/** @param {string} form @param {string} name @param {object} params */
async function save(form, name, params) {
  try {
    await call(name, params);
    report(form, true, t("saved"));
    return true;
  } catch (error) {
    report(form, false, faultText(/** @type {Fault} */ (error)));
    return false;
  }
}

/** Saves one address, for which the browser may ask the person first. @param {string} form @param {string} name @param {(url: string) => object} params @param {boolean} [adds] an origin to a list: the field is for the next one then */
function submitUrl(form, name, params, adds = false) {
  return async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const field = /** @type {HTMLInputElement} */ (/** @type {HTMLFormElement} */ (event.target).elements.namedItem("url"));
    const typed = field.value.trim();
    const url = adds ? originOf(typed) : typed;
    const allowed = await allowHost(url);
    if (allowed === "ok") {
      if ((await save(form, name, params(url))) && adds) field.value = "";
    } else report(form, false, tOr(`error_${allowed}`, t("error_internal")));
  };
}

/** @param {string} form */
function outcomeLine(form) {
  const said = outcome[form];
  return h("p", { class: said?.good === false ? "fault" : "hint", role: "status", "data-test": `${form}-outcome` }, said?.text);
}

/** Call when the settings come up: with the popup open on a tab, the browser tells the tab's address. */
export async function lookAtTab() {
  const [tab] = await chrome.tabs.query({ active: true, currentWindow: true });
  site = tab?.url !== undefined && hostPattern(tab.url) !== null ? originOf(tab.url) : "";
  redraw();
}

/** @param {string} url */
function originOf(url) {
  try {
    return new URL(url).origin;
  } catch {
    return url;
  }
}

/** @param {State} state */
function nodes(state) {
  const networks = state.accounts.flatMap((account) => account.networks);
  const network = networks.find((candidate) => candidate.chain === chain) ?? state.accounts[0]?.network;
  if (network === undefined) return null;
  const pick = (/** @type {Event} */ event) => {
    chain = /** @type {HTMLSelectElement} */ (event.target).value;
    outcome.rpc = undefined;
    redraw();
  };
  return h(
    "form",
    { key: "rpc", class: "card stack", onsubmit: submitUrl("rpc", "set_rpc", (url) => ({ chain: network.chain, url })) },
    h("label", { for: "chain" }, t("rpc_url")),
    h("p", { class: "hint" }, t("rpc_explained")),
    h(
      "select",
      { id: "chain", value: network.chain, onchange: pick, "data-test": "rpc-network" },
      ...networks.map((candidate) => h("option", { key: candidate.chain, value: candidate.chain }, candidate.name)),
    ),
    h("input", {
      key: network.chain,
      name: "url",
      type: "url",
      required: true,
      spellcheck: "false",
      "aria-label": t("rpc_url"),
      value: network.rpc_url,
      "data-test": "rpc-url",
    }),
    outcomeLine("rpc"),
    h("button", { type: "submit", "data-test": "save-rpc" }, t("save")),
  );
}

/** Whether nodes are asked what a transaction would change. @param {State} state */
function simulation({ settings }) {
  const flip = (/** @type {Event} */ event) => save("simulate", "set_settings", { simulate: /** @type {HTMLInputElement} */ (event.target).checked });
  return h(
    "div",
    { key: "simulate", class: "card stack" },
    h(
      "label",
      { class: "choice" },
      h("input", { type: "checkbox", checked: settings.simulate, onchange: flip, "data-test": "simulate" }),
      h("span", null, h("strong", null, t("simulate")), h("span", { class: "hint" }, t("simulate_explained"))),
    ),
    outcomeLine("simulate"),
  );
}

/** The site again without one of the names, and without the browser's leave where nothing else needs it. @param {State} state @param {Alias} name @param {string} origin */
async function removeAlias({ settings, accounts }, name, origin) {
  const left = { [name]: settings[name].filter((other) => other !== origin) };
  await save("aliases", "set_settings", left);
  await giveBack(origin, { ...settings, ...left }, accounts);
}

/** Names of the window that sites look for and that are not ours alone. @typedef {"window_solana" | "window_ethereum" | "window_vultisig"} Alias */
const ALIASES = /** @type {Alias[]} */ (["window_solana", "window_ethereum", "window_vultisig"]);
/** @type {Alias} */
let aliasName = "window_solana";

/** @param {Alias} name */
function written(name) {
  return name.replace("_", ".");
}

/** @param {State} state */
function aliases(state) {
  // Read when the person presses: the list may have grown meanwhile.
  const added = (/** @type {string} */ origin) => ({
    [aliasName]: [...new Set([...(latest().state?.settings[aliasName] ?? []), origin])],
  });
  const choose = (/** @type {Event} */ event) => {
    aliasName = /** @type {Alias} */ (/** @type {HTMLSelectElement} */ (event.target).value);
    redraw();
  };
  const listed = ALIASES.flatMap((name) => state.settings[name].map((origin) => ({ name, origin })));
  return h(
    "form",
    { key: "aliases", class: "card stack", onsubmit: submitUrl("aliases", "set_settings", added, true) },
    h("label", { for: "alias" }, t("alias_title")),
    h("p", { class: "hint" }, t("alias_explained")),
    listed.length > 0 &&
      h(
        "ul",
        { class: "list" },
        ...listed.map(({ name, origin }) =>
          h(
            "li",
            { key: `${name} ${origin}`, "data-test": "alias", "data-origin": origin, "data-name": name },
            h("span", { class: "grow" }, h("code", { class: "site" }, origin), h("span", { class: "hint" }, written(name))),
            button("remove-alias", t("remove"), () => removeAlias(state, name, origin), { class: "quiet", "aria-label": t("remove_site", origin) }),
          ),
        ),
      ),
    h(
      "select",
      { "aria-label": t("alias_name"), value: aliasName, onchange: choose, "data-test": "alias-name" },
      ...ALIASES.map((name) => h("option", { key: name, value: name }, written(name))),
    ),
    aliasName === "window_ethereum" && h("p", { class: "hint" }, t("alias_ethereum")),
    aliasName === "window_vultisig" && h("p", { class: "hint" }, t("alias_vultisig")),
    h("input", { id: "alias", name: "url", type: "url", required: true, spellcheck: "false", value: state.settings[aliasName].includes(site) ? "" : site, placeholder: "https://", "data-test": "alias-origin" }),
    outcomeLine("aliases"),
    h("button", { type: "submit", "data-test": "add-alias" }, t("add")),
  );
}

/** @param {State} state @param {() => void} back */
export function settingsScreen(state, back) {
  const minutes = (/** @type {Event} */ event) =>
    save("auto-lock", "set_settings", { auto_lock_minutes: Number(/** @type {HTMLSelectElement} */ (event.target).value) });
  const openTab = () => chrome.tabs.create({ url: "ui/popup.html" });
  const shown = [...new Set([...MINUTES, state.settings.auto_lock_minutes])].sort((a, b) => a - b);
  return h(
    "div",
    { key: "settings", class: "page" },
    h(
      "header",
      null,
      iconButton("back", t("back"), icons.back, back),
      h("h1", { class: "grow", tabindex: -1, focus: true }, t("settings")),
      iconButton("open-tab", t("open_tab"), icons.tab, openTab),
    ),
    h(
      "form",
      { key: "relay", class: "card stack", onsubmit: submitUrl("relay", "set_settings", (url) => ({ relay_url: url })) },
      h("label", { for: "relay" }, t("relay_url")),
      h("p", { class: "hint" }, t("relay_explained")),
      h("input", { id: "relay", name: "url", type: "url", required: true, spellcheck: "false", value: state.settings.relay_url, "data-test": "relay-url" }),
      outcomeLine("relay"),
      h("button", { type: "submit", "data-test": "save-relay" }, t("save")),
    ),
    nodes(state),
    h(
      "div",
      { key: "auto-lock", class: "card stack" },
      h("label", { for: "minutes" }, t("auto_lock")),
      h(
        "select",
        { id: "minutes", value: state.settings.auto_lock_minutes, onchange: minutes, "data-test": "auto-lock" },
        ...shown.map((count) => h("option", { key: count, value: count }, count === 1 ? t("one_minute") : t("n_minutes", count))),
      ),
      outcomeLine("auto-lock"),
    ),
    simulation(state),
    aliases(state),
    h(
      "details",
      { key: "advanced", class: "advanced" },
      h("summary", { "data-test": "advanced" }, t("advanced")),
      service("vault_server", state.settings.vault_server),
      service("push_service", state.settings.push_service),
    ),
    h("p", { key: "version", class: "hint", "data-test": "version" }, t("version", state.version)),
  );
}
