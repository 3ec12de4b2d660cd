// The end of every way to a vault: its accounts, and the one thing that is left to do.

import { h, t } from "./h.js";
import { accountCard, button, mark } from "./parts.js";
import { call, latest, redraw } from "./port.js";
import { serverCode } from "./server.js";

/** Whose QR code shows. @type {Space | null} */
let showingQr = null;

/** @param {Account} account */
function card(account) {
  const { space, network } = account;
  const toggle = () => {
    showingQr = showingQr === space ? null : space;
    redraw();
  };
  return accountCard(account, showingQr === space, toggle, h("span", { class: "label" }, t("your_address", network.name)));
}

async function finish() {
  await call("leave_link").catch(() => {}); // what it showed is read
  const { ceremony } = latest().state ?? {};
  if (ceremony?.stage === "done") await call("cancel_ceremony").catch(() => {});
  window.close();
}

/** @param {State} state */
export function ready(state) {
  const { vault, accounts } = state;
  if (vault === null) return null;
  const { kind } = state.joining ?? state.ceremony ?? {};
  const kept = vault.backup !== null && vault.backup !== undefined;
  const backup = () => chrome.runtime.sendMessage({ to: "open", page: "devices" });
  return h(
    "div",
    { key: "success", class: "page sheet", "data-test": "success" },
    h("div", { class: "brand" }, mark(1, "huge")),
    h("h1", { tabindex: -1, focus: true }, t("ready_title", vault.name)),
    h("p", null, t("ready_text", vault.threshold, vault.signers.length)),
    serverCode(state),
    h("div", { key: "cards", class: "cards" }, ...accounts.map(card)),
    kind === "migrate" && h("p", { key: "migrated", class: "notice", "data-test": "ready-migrated" }, t("ready_migrated")),
    kind === "key_import" && h("p", { key: "phrase", class: "warning", "data-test": "ready-phrase" }, t("ready_phrase")),
    h("p", { class: "hint" }, kept ? t("ready_kept") : t("ready_backup")),
    h(
      "div",
      { class: "foot row pair" },
      button("finish", t("finish"), finish, { class: kept ? "primary" : "" }),
      !kept && button("make-backup", t("make_backup"), backup, { class: "primary" }),
    ),
  );
}
