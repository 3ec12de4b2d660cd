// Settings: the relay both devices meet at, each network's node, and when the wallet locks itself.

import { h, t, tOr } from "./h.js";
import { allowHost, faultText, iconButton, icons } from "./parts.js";
import { call, redraw } from "./port.js";

const MINUTES = [1, 5, 10, 30, 60];

/** What became of the last save, by form. @type {Record<string, { good: boolean, text: string } | undefined>} */
const outcome = {};
/** @type {string | null} */
let chain = null;

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
  } catch (error) {
    report(form, false, faultText(/** @type {Fault} */ (error)));
  }
}

/** @param {string} form @param {string} name @param {(url: string) => object} params */
function submitUrl(form, name, params) {
  return async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const field = /** @type {HTMLInputElement} */ (/** @type {HTMLFormElement} */ (event.target).elements.namedItem("url"));
    const url = field.value.trim();
    const allowed = await allowHost(url);
    if (allowed === "ok") await save(form, name, params(url));
    else report(form, false, tOr(`error_${allowed}`, t("error_internal")));
  };
}

/** @param {string} form */
function outcomeLine(form) {
  const said = outcome[form];
  return h("p", { class: said?.good === false ? "fault" : "hint", role: "status", "data-test": `${form}-outcome` }, said?.text);
}

/** @param {State} state @param {() => void} back */
export function settingsScreen(state, back) {
  const network = state.networks.find((candidate) => candidate.chain_id === (chain ?? state.network.chain_id)) ?? state.network;
  const pick = (/** @type {Event} */ event) => {
    chain = /** @type {HTMLSelectElement} */ (event.target).value;
    outcome.rpc = undefined;
    redraw();
  };
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
    h(
      "form",
      { key: "rpc", class: "card stack", onsubmit: submitUrl("rpc", "set_rpc", (url) => ({ chain_id: network.chain_id, url })) },
      h("label", { for: "chain" }, t("rpc_url")),
      h("p", { class: "hint" }, t("rpc_explained")),
      h(
        "select",
        { id: "chain", value: network.chain_id, onchange: pick, "data-test": "rpc-network" },
        ...state.networks.map((candidate) => h("option", { key: candidate.chain_id, value: candidate.chain_id }, candidate.name)),
      ),
      h("input", {
        key: network.chain_id,
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
    ),
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
    h("p", { key: "version", class: "hint", "data-test": "version" }, t("version", state.version)),
  );
}
