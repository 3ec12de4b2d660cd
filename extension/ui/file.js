// A vault out of its backup file: choose the file, and the vault in it, its password, and a new one for this browser. A
// vault of the older kind is upgraded with all its other devices.

import { attempt } from "./attempt.js";
import { fileChoice } from "./file_choice.js";
import { h, t } from "./h.js";
import { addressLine, button, fact, faultNote, mark } from "./parts.js";
import { newPassword } from "./password.js";
import { call, redraw } from "./port.js";

/** @typedef {import("./h.js").Child} Child */
/** @typedef {{ name: string, party: string, signers: string[], accounts: Partial<Record<Space, string>> }} Old */

const fresh = newPassword("", { once: "password_new", again: "password_again", explained: "password_explained" });
const choice = fileChoice();

const sending = attempt();
/** A vault of the older kind, and what its upgrade is to be called with. @type {{ vault: Old, given: object } | null} */
let old = null;

function forget() {
  old = sending.fault = null;
  choice.forget();
  fresh.clear();
  redraw();
}

/** @param {SubmitEvent} event */
function bringIn(event) {
  event.preventDefault();
  const file = choice.value(event);
  void sending.run(async () => {
    const wrong = fresh.complaint();
    if (wrong !== null) throw { reason: wrong, message: "" };
    const given = { ...file, password: fresh.value() };
    const vault = await call("import_vault", given);
    if (vault === null) forget();
    else old = { vault, given };
  });
}

function upgrade() {
  void sending.run(async () => {
    await call("migrate_vault", old?.given);
    forget(); // the passwords are not kept here while the devices meet
  });
}

/** @param {Child} back */
function choosing(back) {
  return h(
    "div",
    { key: "choose", class: "page sheet stack" },
    h("h1", null, t("file_title")),
    h("p", null, t("file_text")),
    ...choice.field(),
    faultNote(choice.fault(), "file"),
    h("div", { class: "foot" }, back),
  );
}

function opening() {
  return h(
    "form",
    { key: "open", class: "page sheet stack", onsubmit: bringIn, novalidate: true },
    h("h1", null, t("file_open_title")),
    ...choice.opening(),
    ...fresh.fields(),
    faultNote(sending.fault, "file"),
    h(
      "div",
      { class: "foot row pair" },
      button("other-file", t("file_other"), forget, { disabled: sending.busy }),
      h("button", { type: "submit", class: "primary", "data-test": "import", disabled: sending.busy }, sending.busy ? t("file_importing") : t("file_import")),
    ),
  );
}

/** @param {Old} vault */
function migrateFirst({ name, party, signers, accounts }) {
  const device = (/** @type {string} */ signer) =>
    h(
      "li",
      { key: signer, "data-test": "old-device", "data-name": signer },
      h("span", { class: "grow long" }, signer),
      signer === party && h("span", { class: "tag", "data-test": "this-device" }, t("this_device")),
    );
  return h(
    "div",
    { key: "old", class: "page sheet stack", "data-test": "migrate-first" },
    h("div", { class: "brand" }, mark(0.5, "huge")),
    h("h1", { tabindex: -1, focus: true }, t("old_title", name)),
    h("p", null, t("old_text")),
    h(
      "dl",
      { class: "facts" },
      accounts.eip155 && fact(t("accounts_evm"), addressLine(accounts.eip155, "address")),
      accounts.solana && fact(t("accounts_solana"), addressLine(accounts.solana, "address")),
    ),
    h("h2", null, t("old_devices", signers.length)),
    h("p", null, t("old_together")),
    h("ul", { class: "list" }, ...signers.map(device)),
    h("p", { class: "hint" }, t("old_keep")),
    faultNote(sending.fault, "file"),
    h(
      "div",
      { class: "foot row pair" },
      button("other-file", t("file_other"), forget, { disabled: sending.busy }),
      button("migrate", t("old_upgrade"), upgrade, { class: "primary", disabled: sending.busy }),
    ),
  );
}

/** @param {Child} back what stands below while no file is chosen */
export function fileScreen(back) {
  if (old !== null) return migrateFirst(old.vault);
  return choice.isChosen() ? opening() : choosing(back);
}
