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

/** What a site may find beside what all do: names that are not ours alone, or nothing of us. @type {FaceName[]} */
const FACES = ["solana", "ethereum", "vultisig", "none"];
/** @type {FaceName} */
let aliasName = "solana";

/** @param {FaceName} name */
function written(name) {
  return name === "none" ? t("alias_none") : `window.${name}`;
}

/** A site with one name more: no Tandem there takes the place of all others, and any other its place. @param {FaceName[]} before @param {FaceName} name @returns {FaceName[]} */
function withName(before, name) {
  return name === "none" ? [name] : [...new Set([...before.filter((other) => other !== "none"), name])];
}

/** The site again without one of the names, and without the browser's leave where nothing else needs it. @param {State} state @param {FaceName} name @param {string} origin */
async function removeAlias({ settings, accounts }, name, origin) {
  const names = settings.window[origin].filter((other) => other !== name);
  await save("aliases", "set_window", { origin, names });
  const { [origin]: _, ...others } = settings.window;
  if (names.length === 0) await giveBack(origin, { ...settings, window: others }, accounts);
}

/** @param {State} state */
function aliases(state) {
  const { window: faces } = state.settings;
  // Read when the person presses: it may have changed meanwhile.
  const added = (/** @type {string} */ origin) => ({ origin, names: withName(latest().state?.settings.window[origin] ?? [], aliasName) });
  const choose = (/** @type {Event} */ event) => {
    aliasName = /** @type {FaceName} */ (/** @type {HTMLSelectElement} */ (event.target).value);
    redraw();
  };
  const listed = FACES.flatMap((name) => Object.keys(faces).filter((origin) => faces[origin].includes(name)).map((origin) => ({ name, origin })));
  return h(
    "form",
    { key: "aliases", class: "card stack", onsubmit: submitUrl("aliases", "set_window", added, true) },
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
      ...FACES.map((name) => h("option", { key: name, value: name }, written(name))),
    ),
    aliasName === "ethereum" && h("p", { class: "hint" }, t("alias_ethereum")),
    aliasName === "none" && h("p", { class: "hint" }, t("alias_none_explained")),
    aliasName === "vultisig" && h("p", { class: "hint" }, t("alias_vultisig")),
    h("input", { id: "alias", name: "url", type: "url", required: true, spellcheck: "false", value: faces[site]?.includes(aliasName) ? "" : site, placeholder: "https://", "data-test": "alias-origin" }),
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
