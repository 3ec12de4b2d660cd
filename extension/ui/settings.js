// Settings: the relay both devices meet at, networks and their nodes, when the wallet locks itself, and which sites get the
// older `window.solana`; under advanced the services that are off by default.

import { h, t } from "./h.js";
import { networkCards } from "./networks.js";
import { button, hostPattern, iconButton, icons } from "./parts.js";
import { latest, redraw } from "./port.js";
import { originOf, outcomeLine, save, submitUrl } from "./saving.js";
import { giveBack, service } from "./services.js";

const MINUTES = [1, 5, 10, 30, 60];

/** The site in the tab below the popup, where the browser tells it. */
let site = "";

/** Call when the settings come up: with the popup open on a tab, the browser tells the tab's address. */
export async function lookAtTab() {
  const [tab] = await chrome.tabs.query({ active: true, currentWindow: true });
  site = tab?.url !== undefined && hostPattern(tab.url) !== null ? originOf(tab.url) : "";
  redraw();
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

/** Names of the window that sites look for and that are not ours alone. @typedef {"window_solana" | "window_ethereum" | "window_vultisig" | "window_none"} Alias */
const ALIASES = /** @type {Alias[]} */ (["window_solana", "window_ethereum", "window_vultisig", "window_none"]);
/** @type {Alias} */
let aliasName = "window_solana";

/** @param {Alias} name */
function written(name) {
  return name === "window_none" ? t("alias_none") : name.replace("_", ".");
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
    aliasName === "window_none" && h("p", { class: "hint" }, t("alias_none_explained")),
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
    ...networkCards(state),
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
