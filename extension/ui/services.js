// The services beside the relay that a person may switch on: the server that holds a share of a fast vault, and pushed
// invitations. Off until then; switching on is a press of its own, after what it means was on the screen.

import { h, t, tOr } from "./h.js";
import { allowHost, button, faultText, hostPattern } from "./parts.js";
import { call, latest, redraw } from "./port.js";

/** @typedef {"vault_server" | "push_service"} Service */

/** @type {Record<Service, { test: string, address: string, title: () => string, explained: () => string }>} */
const SERVICES = {
  vault_server: {
    test: "vault-server",
    address: "https://api.vultisig.com/vault",
    title: () => t("vault_server"),
    explained: () => t("vault_server_explained"),
  },
  push_service: {
    test: "push-service",
    address: "https://api.vultisig.com/notification",
    title: () => t("push_service"),
    explained: () => t("push_service_explained"),
  },
};

/** Ticked, and not saved yet. @type {Partial<Record<Service, boolean>>} */
const opened = {};
/** @type {Partial<Record<Service, { good: boolean, text: string }>>} */
const outcome = {};

/** Give the browser's leave for a host back, where nothing else needs it. @param {string} url @param {State["settings"]} settings as they are from now on @param {Account[]} accounts */
export async function giveBack(url, settings, accounts) {
  const { window, relay_url, vault_server, push_service } = settings;
  const used = [...Object.keys(window), relay_url, vault_server, push_service, ...accounts.flatMap(({ networks }) => networks.flatMap(({ nodes }) => nodes.map((node) => node.url)))];
  const host = hostPattern(url);
  if (host === null || used.some((other) => hostPattern(other) === host)) return;
  await chrome.permissions.remove({ origins: [host] }).catch(() => false); // what the manifest asks for stays
}

/** @param {Service} name @param {string} url empty switches it off */
async function set(name, url) {
  const before = latest().state;
  try {
    await call("set_settings", { [name]: url });
    opened[name] = false;
    outcome[name] = { good: true, text: url === "" ? t("service_off") : t("service_on") };
    if (before !== null && before.settings[name] !== "") await giveBack(before.settings[name], { ...before.settings, [name]: url }, before.accounts);
  } catch (error) {
    outcome[name] = { good: false, text: faultText(/** @type {Fault} */ (error), "service") };
  }
  redraw();
}

/** One switch with its address; no form, since it also stands inside one. @param {Service} name @param {string} url where it is, empty while it is off */
export function service(name, url) {
  const { test, address, title, explained } = SERVICES[name];
  const on = url !== "";
  const said = outcome[name];
  const flip = async (/** @type {Event} */ event) => {
    const box = /** @type {HTMLInputElement} */ (event.target);
    delete outcome[name];
    opened[name] = box.checked && !on;
    if (on) await set(name, "");
    if (on && outcome[name]?.good !== true) box.checked = true;
    redraw();
  };
  const save = async () => {
    const field = /** @type {HTMLInputElement} */ (document.getElementById(test));
    const typed = field.value.trim();
    const allowed = await allowHost(typed);
    if (allowed === "ok") return set(name, typed);
    outcome[name] = { good: false, text: tOr(`error_${allowed}`, t("error_internal")) };
    return redraw();
  };
  const enter = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // it is not the form around it that is meant
    void save();
  };
  return h(
    "div",
    { key: name, class: "card stack" },
    h(
      "label",
      { class: "choice" },
      h("input", { type: "checkbox", checked: on || opened[name] === true, onchange: flip, "data-test": `${test}-on` }),
      h("span", null, h("strong", null, title()), h("span", { class: "hint" }, explained())),
    ),
    (on || opened[name]) &&
      h(
        "div",
        { key: "address", class: "stack" },
        h("p", { class: "hint" }, t("read_threats")),
        h("label", { for: test }, t("service_address")),
        h("input", { id: test, type: "url", spellcheck: "false", value: on ? url : address, onkeydown: enter, "data-test": test }),
        h("div", { class: "row" }, button(`save-${test}`, on ? t("save") : t("switch_on"), save)),
      ),
    h("p", { key: "outcome", class: said?.good === false ? "fault" : "hint", role: "status", "data-test": `${test}-outcome` }, said?.text),
  );
}
