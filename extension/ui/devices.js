// The vault's devices and its backup: who signs, how to change that, what is left from before, and the file for safekeeping.

import { attempt } from "./attempt.js";
import { backupSection, forgetBackup } from "./backup.js";
import { together } from "./ceremony.js";
import { h, t } from "./h.js";
import { begin, button, engineScreen, faultNote, faultText, mark, nextText, unlockForm } from "./parts.js";
import { entry, oldPassword } from "./password.js";
import { call, redraw, show } from "./port.js";
import { isServer } from "./server.js";

/** @typedef {import("./h.js").Child} Child */
/** @typedef {NonNullable<State["vault"]>} Vault */

const MOST = 10;
/** What apps put before the first "-" of a device's name, where that is no name by itself. @type {Record<string, string>} */
const KINDS = { extension: "device_extension", phone: "device_phone" };

let changing = false;
/** @type {number | null} */
let size = null;
const beginning = attempt();
const restoring = attempt();
const forgetting = attempt();

/** As all wallets of the family count. @param {number} devices */
function signers(devices) {
  return Math.ceil((2 * devices) / 3);
}

// ---- who signs --------------------------------------------------------------------------------------------------

/** @param {string} name */
function kindOf(name) {
  if (isServer(name)) return t("vault_server");
  const word = name.split("-")[0];
  return Object.hasOwn(KINDS, word) ? t(KINDS[word]) : word;
}

/** @param {Vault} vault */
function howMany({ threshold, signers: all }) {
  return threshold === all.length ? t("sign_all", all.length) : t("sign_some", threshold, all.length);
}

/** @param {Vault} vault */
function deviceList(vault) {
  return h(
    "ul",
    { class: "list" },
    ...vault.signers.map((name) =>
      h(
        "li",
        { key: name, "data-test": "device", "data-name": name },
        h("div", { class: "grow" }, h("strong", null, kindOf(name)), h("code", { class: "hint long" }, name), isServer(name) && h("span", { class: "hint", "data-test": "server-device" }, t("device_server_text"))),
        name === vault.party && h("span", { class: "tag", "data-test": "this-device" }, t("this_device")),
      ),
    ),
  );
}

// ---- other devices ----------------------------------------------------------------------------------------------

/** @param {Vault} vault */
function changeForm(vault) {
  const chosen = size ?? Math.min(MOST, vault.signers.length + 1);
  const begins = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const password = entry(event, "change-password");
    void beginning.run(() => call("reshare_vault", { size: chosen, password }));
  };
  const pick = (/** @type {Event} */ event) => {
    size = Number(/** @type {HTMLSelectElement} */ (event.target).value);
    redraw();
  };
  const stop = () => {
    changing = false;
    beginning.fault = null;
    redraw();
  };
  const counts = Array.from({ length: MOST - 1 }, (_, i) => i + 2);
  return h(
    "form",
    { key: "change", class: "card stack", onsubmit: begins, novalidate: true },
    h("h3", null, t("change_title")),
    h("p", null, vault.threshold === vault.signers.length ? t("change_who_all") : t("change_who", vault.threshold)),
    h("p", null, t("change_gone")),
    vault.imported === true && h("p", { class: "warning", "data-test": "change-imported" }, t("change_imported")),
    vault.signers.some(isServer) && h("p", { "data-test": "change-server" }, t("change_server")),
    h("label", { for: "size" }, t("change_size")),
    h("select", { id: "size", value: chosen, onchange: pick, "data-test": "change-size" }, ...counts.map((count) => h("option", { key: count, value: count }, t("n_devices", count)))),
    h("p", { class: "hint", "data-test": "change-threshold" }, signers(chosen) === chosen ? t("sign_all", chosen) : t("sign_some", signers(chosen), chosen)),
    ...oldPassword("change-password", t("password")),
    faultNote(beginning.fault, "devices"),
    h(
      "div",
      { class: "row pair" },
      button("change-cancel", t("cancel"), stop),
      h("button", { type: "submit", class: "primary", "data-test": "change-begin", disabled: beginning.busy }, t("change_begin")),
    ),
  );
}

/** @param {Vault} vault */
function devicesSection(vault) {
  const start = () => {
    changing = true;
    redraw();
  };
  return h(
    "section",
    { key: "devices", class: "stack" },
    h("h2", null, t("devices")),
    deviceList(vault),
    h("p", { class: "hint", "data-test": "threshold" }, howMany(vault)),
    changing ? changeForm(vault) : h("div", null, button("change", t("change_title"), start)),
  );
}

/** @param {Fault | null} error */
function changeFailed(error) {
  const said = error ?? { reason: "internal", message: "" };
  const again = async () => {
    await call("cancel_ceremony").catch(() => {});
    changing = true;
    redraw();
  };
  return h(
    "div",
    { key: "failed", class: "page sheet center" },
    h(
      "div",
      { class: "middle", role: "alert" },
      h("div", { class: "broken" }, mark(0, "huge")),
      h("h1", { "data-test": "error", "data-reason": said.reason }, faultText(said, "devices")),
      h("p", { "data-test": "next-step" }, nextText(said, "devices")),
    ),
    h("div", { class: "foot" }, button("retry", t("try_again"), again, { class: "primary" })),
  );
}

/** @param {Vault} vault */
function changed(vault) {
  const on = () => {
    changing = false;
    size = null;
    void call("cancel_ceremony").catch(() => {});
  };
  return h(
    "div",
    { key: "changed", class: "page sheet", "data-test": "changed" },
    h("div", { class: "brand" }, mark(1, "huge")),
    h("h1", { tabindex: -1, focus: true }, t("devices_changed")),
    h("p", null, howMany(vault), " ", t("changed_same")),
    deviceList(vault),
    h("p", null, t("devices_changed_text")),
    h("p", { class: "hint" }, t("changed_backup")),
    h("div", { class: "foot" }, button("continue", t("continue"), on, { class: "primary" })),
  );
}

// ---- the shares from before -------------------------------------------------------------------------------------

/** @param {Vault} vault */
function oldShares({ old_shares: shares }) {
  if (shares === undefined || shares === null) return null;
  const tested = shares === "tested";
  const restore = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const password = entry(event, "restore-password");
    void restoring.run(() => call("restore_old_shares", { password }));
  };
  return h(
    "section",
    { key: "old", class: "card stack", "data-test": "old-shares", "data-state": shares },
    h("h3", null, tested ? t("old_shares_tested") : t("old_shares_untested")),
    h("p", null, tested ? t("old_shares_tested_text") : t("old_shares_untested_text")),
    tested && h("div", { class: "row" }, button("forget-old", t("old_shares_forget"), () => forgetting.run(() => call("forget_old_shares")), { class: "primary", disabled: forgetting.busy })),
    faultNote(forgetting.fault, "devices"),
    h(
      "details",
      null,
      h("summary", { "data-test": "show-restore" }, t("old_shares_back")),
      h(
        "form",
        { class: "stack", onsubmit: restore, novalidate: true },
        h("p", { class: "hint" }, t("old_shares_back_text")),
        ...oldPassword("restore-password", t("password")),
        faultNote(restoring.fault, "restore"),
        h("button", { type: "submit", class: "danger", "data-test": "restore-old", disabled: restoring.busy }, t("old_shares_restore")),
      ),
    ),
  );
}

// ---- which screen -----------------------------------------------------------------------------------------------

/** @param {State} state */
function locked({ vault }) {
  forgetBackup();
  changing = false;
  return h(
    "div",
    { key: "locked", class: "page sheet stack" },
    h("div", { class: "brand" }, mark(1, "huge")),
    h("h1", null, vault?.name ?? t("unlock_title")),
    unlockForm(),
  );
}

/** @param {Push} push @returns {Child} */
function screen(push) {
  const engine = engineScreen(push);
  if (engine !== null || push.state === null) return engine;
  const { vault, ceremony, stage } = push.state;
  if (vault === null || stage === "empty") {
    return h(
      "div",
      { key: "empty", class: "page sheet stack" },
      h("h1", null, t("no_vault")),
      h("p", null, t("welcome_text")),
      button("create", t("begin"), () => chrome.runtime.sendMessage({ to: "open", page: "onboarding" }), { class: "primary" }),
    );
  }
  const change = ceremony?.kind === "reshare" ? ceremony : null;
  if (change !== null && change.stage !== "failed" && change.stage !== "done") return together(change);
  if (stage === "locked") return locked(push.state);
  if (change?.stage === "failed") return changeFailed(change.error);
  if (change?.stage === "done") return changed(vault);
  return h(
    "div",
    { key: "page", class: "page" },
    h("header", null, mark(1, "small"), h("h1", { class: "grow" }, t("devices_of", vault.name))),
    oldShares(vault),
    devicesSection(vault),
    backupSection(vault),
  );
}

setInterval(redraw, 1000); // the time that is left

void begin("devices_title", true);
show(screen);
