// A vault out of its backup file: choose the file, and the vault in it, its password, and a new one for this browser.

import { h, t } from "./h.js";
import { button, faultNote, mark } from "./parts.js";
import { entry, newPassword } from "./password.js";
import { call, redraw } from "./port.js";
import { chosen, content } from "./vault_file.js";

/** @typedef {import("./h.js").Child} Child */
/** @typedef {{ name: string, encrypted: boolean, kind: "plain" | "legacy" | "current" }} Found */
/** @typedef {{ lib: string, name: string, signers: string[] }} Old */

const fresh = newPassword("", { once: "password_new", again: "password_again", explained: "password_explained" });

/** @type {{ name: string, data: string } | null} */
let file = null;
/** @type {Found[]} */
let found = [];
let index = 0;
let busy = false;
/** @type {Fault | null} */
let fault = null;
/** A vault of the older kind, which cannot come here by itself. @type {Old | null} */
let old = null;

/** @param {() => Promise<void>} act */
async function attempt(act) {
  if (busy) return;
  busy = true;
  fault = null;
  redraw();
  try {
    await act();
  } catch (error) {
    fault = /** @type {Fault} */ (error);
  }
  busy = false;
  redraw();
}

function forget() {
  file = old = fault = null;
  found = [];
  fresh.clear();
  redraw();
}

/** @param {Event} event */
function choose(event) {
  const picked = chosen(event);
  if (picked === undefined) return;
  void attempt(async () => {
    const read = await content(picked);
    found = await call("read_file", read);
    file = read;
    index = 0;
  });
}

/** @param {SubmitEvent} event */
function bringIn(event) {
  event.preventDefault();
  const filePassword = found[index]?.encrypted ? entry(event, "file-password") : "";
  void attempt(async () => {
    const wrong = fresh.complaint();
    if (wrong !== null) throw { reason: wrong, message: "" };
    old = await call("import_vault", { ...file, index, file_password: filePassword, password: fresh.value() });
    if (old === null) forget();
  });
}

/** @param {Child} back */
function choosing(back) {
  return h(
    "div",
    { key: "choose", class: "page sheet stack" },
    h("h1", null, t("file_title")),
    h("p", null, t("file_text")),
    h("label", { for: "vault-file" }, t("file_field")),
    h("input", { id: "vault-file", type: "file", accept: ".vult,.bak,.zip", disabled: busy, onchange: choose, "data-test": "vault-file" }),
    busy && h("p", { class: "hint", role: "status" }, t("file_reading")),
    faultNote(fault, "file"),
    h("div", { class: "foot" }, back),
  );
}

function vaults() {
  return h(
    "fieldset",
    null,
    h("legend", null, t("file_which")),
    ...found.map(({ name }, i) =>
      h(
        "label",
        { key: i, class: "choice" },
        h("input", {
          type: "radio",
          name: "which",
          value: i,
          checked: i === index,
          onchange: () => {
            index = i;
            redraw();
          },
          "data-test": "file-vault",
        }),
        h("span", { class: "long" }, name),
      ),
    ),
  );
}

function opening() {
  const { encrypted, kind } = found[index];
  return h(
    "form",
    { key: "open", class: "page sheet stack", onsubmit: bringIn, novalidate: true },
    h("h1", null, t("file_open_title")),
    found.length > 1 ? vaults() : h("p", null, h("code", { class: "long", "data-test": "file-name" }, found[0].name)),
    encrypted && h("label", { key: "file-label", for: "file-password" }, t("file_password")),
    encrypted && h("input", { key: "file-password", id: "file-password", name: "file-password", type: "password", autocomplete: "off", focus: true, "data-test": "file-password" }),
    kind !== "current" && h("p", { key: "weak", class: "warning", "data-test": "file-weak" }, kind === "plain" ? t("file_plain") : t("file_legacy")),
    ...fresh.fields(),
    faultNote(fault, "file"),
    h(
      "div",
      { class: "foot row pair" },
      button("other-file", t("file_other"), forget, { disabled: busy }),
      h("button", { type: "submit", class: "primary", "data-test": "import", disabled: busy }, busy ? t("file_importing") : t("file_import")),
    ),
  );
}

/** @param {Old} vault */
function migrateFirst({ name, signers }) {
  return h(
    "div",
    { key: "old", class: "page sheet stack", "data-test": "migrate-first" },
    h("div", { class: "brand" }, mark(1, "huge")),
    h("h1", { tabindex: -1, focus: true }, t("old_title", name)),
    h("p", null, t("old_text")),
    h("h2", null, t("old_devices")),
    h("ul", { class: "list" }, ...signers.map((signer) => h("li", { key: signer }, h("span", { class: "grow" }, signer)))),
    h("p", null, t("old_next")),
    h("div", { class: "foot" }, button("other-file", t("file_other"), forget, { class: "primary" })),
  );
}

/** @param {Child} back what stands below while no file is chosen */
export function fileScreen(back) {
  if (old !== null) return migrateFirst(old);
  return file === null ? choosing(back) : opening();
}
