// The backup: a file under a password of its own, which counts once it was read back from the disk.

import { attempt } from "./attempt.js";
import { h, t } from "./h.js";
import { button, faultNote } from "./parts.js";
import { entry, newPassword, oldPassword } from "./password.js";
import { call, redraw } from "./port.js";
import { chosen, content, save } from "./vault_file.js";

/** @typedef {import("./h.js").Child} Child */

const fresh = newPassword("file-", { once: "file_password_new", again: "password_again", explained: "file_password_explained" });

/** The file that was handed out, with its password: for reading it back. @type {{ name: string, data: string, password: string } | null} */
let written = null;
let verified = false;
let open = false;
const sending = attempt();

/** Nothing of it outlasts a lock. */
export function forgetBackup() {
  written = sending.fault = null;
  open = verified = false;
  fresh.clear();
}

/** @param {SubmitEvent} event */
function write(event) {
  event.preventDefault();
  const password = entry(event, "wallet-password");
  void sending.run(async () => {
    const wrong = fresh.complaint();
    if (wrong !== null) throw { reason: wrong, message: "" };
    const file = await call("export_vault", { password, file_password: fresh.value() });
    written = { ...file, password: fresh.value() };
    fresh.clear();
    save(file.name, file.data);
  });
}

/** @param {Event} event */
function verify(event) {
  const picked = chosen(event);
  if (picked === undefined || written === null) return;
  const { password } = written;
  void sending.run(async () => {
    await call("verify_backup", { ...(await content(picked)), file_password: password });
    forgetBackup();
    verified = true;
  });
}

function form() {
  const stop = () => {
    forgetBackup();
    redraw();
  };
  return h(
    "form",
    { key: "write", class: "card stack", onsubmit: write, novalidate: true },
    h("h3", null, t("backup_write")),
    ...oldPassword("wallet-password", t("wallet_password"), true),
    ...fresh.fields(),
    faultNote(sending.fault, "backup"),
    h(
      "div",
      { class: "row pair" },
      button("backup-cancel", t("cancel"), stop, { disabled: sending.busy }),
      h("button", { type: "submit", class: "primary", "data-test": "write-backup", disabled: sending.busy }, sending.busy ? t("backup_writing") : t("backup_write")),
    ),
  );
}

/** @param {{ name: string, data: string }} file */
function readBack({ name, data }) {
  return h(
    "div",
    { key: "verify", class: "card stack", "data-test": "backup-written" },
    h("h3", null, t("backup_saved")),
    h("p", null, h("code", { class: "long", "data-test": "backup-name" }, name)),
    h("label", { for: "saved-file" }, t("backup_choose")),
    h("p", { class: "hint" }, t("backup_choose_text")),
    h("input", { id: "saved-file", type: "file", accept: ".vult", disabled: sending.busy, onchange: verify, "data-test": "saved-file" }),
    sending.busy && h("p", { class: "hint", role: "status" }, t("backup_reading")),
    faultNote(sending.fault, "backup"),
    h("div", { class: "row" }, button("save-again", t("backup_again"), () => save(name, data), { class: "quiet" })),
  );
}

/** @param {NonNullable<State["vault"]>} vault */
export function backupSection({ backup }) {
  const start = () => {
    open = true;
    verified = false;
    redraw();
  };
  const date = new Intl.DateTimeFormat(t("@@ui_locale").replace("_", "-"), { dateStyle: "long" });
  const kept = backup !== null && backup !== undefined;
  return h(
    "section",
    { key: "backup", class: "stack" },
    h("h2", null, t("backup_title")),
    verified && h("p", { class: "notice", role: "status", "data-test": "backup-verified" }, t("backup_verified")),
    kept
      ? h("p", { "data-test": "backup-date", "data-epoch": backup }, t("backup_last", date.format(backup * 1000)))
      : h("p", { "data-test": "no-backup" }, t("backup_none")),
    h("p", { class: "hint" }, t("backup_text")),
    written !== null ? readBack(written) : open ? form() : h("div", null, button("backup", t("backup_write"), start, { class: kept ? "" : "primary" })),
  );
}
