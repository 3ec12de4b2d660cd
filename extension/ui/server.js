// A vault server as one of the devices: what is told to it when a vault is made, the code that it mails, and the password
// for which it signs.

import { attempt } from "./attempt.js";
import { h, t } from "./h.js";
import { faultNote } from "./parts.js";
import { entry, newPassword } from "./password.js";
import { call, redraw } from "./port.js";

/** @typedef {import("./h.js").Child} Child */

const PREFIX = "Server-";

/** @param {string} device */
export function isServer(device) {
  return device.startsWith(PREFIX);
}

/** Whether the server can be asked to sign. @param {State} state */
export function serverSigns({ vault, settings }) {
  return settings.vault_server !== "" && vault !== null && vault.signers.some(isServer);
}

// ---- a vault to be made -----------------------------------------------------------------------------------------

const fresh = newPassword("server-", { once: "server_password", again: "password_again", explained: "server_password_explained" });

let chosen = false;
let email = "";

/** @param {State} state */
export function withServer({ settings }) {
  return chosen && settings.vault_server !== "";
}

/** What keeps the server's part from being used, or null. @param {State} state @param {string} own the password of this browser's share */
export function serverComplaint(state, own) {
  if (!withServer(state)) return null;
  // The server sees its password at every signature; this browser's must not be known to it.
  if (fresh.value() !== "" && fresh.value() === own) return "server_password_same";
  return fresh.complaint() ?? (/^[^\s@]+@[^\s@]+$/.test(email.trim()) ? null : "email_wrong");
}

/** For create_vault. @param {State} state */
export function serverShare(state) {
  return withServer(state) ? { password: fresh.value(), email: email.trim() } : undefined;
}

export function forgetServerPassword() {
  fresh.clear();
}

/** @param {string} test */
function emailField(test) {
  const typed = (/** @type {Event} */ event) => {
    email = /** @type {HTMLInputElement} */ (event.target).value;
  };
  return [
    h("label", { key: "email-label", for: test }, t("email")),
    h("input", { key: "email", id: test, type: "email", maxlength: 254, spellcheck: "false", autocomplete: "email", value: email, oninput: typed, "data-test": test }),
  ];
}

/** @param {State} state */
export function serverChoice(state) {
  if (state.settings.vault_server === "") return null;
  const flip = (/** @type {Event} */ event) => {
    chosen = /** @type {HTMLInputElement} */ (event.target).checked;
    redraw();
  };
  return h(
    "label",
    { key: "with-server", class: "choice" },
    h("input", { type: "checkbox", checked: chosen, onchange: flip, "data-test": "with-server" }),
    h("span", null, h("strong", null, t("with_server")), h("span", { class: "hint" }, t("with_server_text"))),
  );
}

/** @param {State} state */
export function serverFields(state) {
  if (!withServer(state)) return null;
  const hint = h("p", { key: "email-hint", class: "hint" }, t("email_explained"));
  return h("div", { key: "server", class: "card stack" }, ...fresh.fields(), ...emailField("server-email"), hint);
}

// ---- the mailed code --------------------------------------------------------------------------------------------

let verified = false;
let mailed = false;
const checking = attempt();
const resending = attempt();

/** @param {SubmitEvent} event */
async function verify(event) {
  event.preventDefault();
  const code = entry(event, "server-code").trim();
  verified = await checking.run(() => call("verify_server_code", { code }));
  redraw();
}

/** @param {SubmitEvent} event */
async function resend(event) {
  event.preventDefault();
  mailed = false;
  const form = /** @type {HTMLFormElement} */ (event.target);
  const password = entry(event, "resend-password");
  mailed = await resending.run(() => call("resend_server_code", { password, email: email.trim() }));
  if (mailed) form.reset();
  redraw();
}

/** What is left to do for a vault that was just made with the server. @param {State} state */
export function serverCode({ ceremony }) {
  if (ceremony?.kind !== "keygen" || ceremony.stage !== "done" || ceremony.server !== true) return null;
  return h(
    "section",
    { key: "server-code", class: "card stack", "data-test": "server-mail" },
    h("h2", null, t("code_title")),
    ceremony.confirmed === false && !verified && h("p", { key: "unconfirmed", class: "warning", role: "alert", "data-test": "unconfirmed" }, t("server_unconfirmed")),
    verified
      ? h("p", { key: "verified", role: "status", "data-test": "code-verified" }, t("code_verified"))
      : h(
          "form",
          { key: "code", class: "stack", onsubmit: verify, novalidate: true },
          h("p", { class: "hint" }, t("code_text")),
          h("label", { for: "server-code" }, t("code")),
          h("input", { id: "server-code", name: "server-code", maxlength: 16, autocomplete: "one-time-code", spellcheck: "false", "data-test": "server-code" }),
          faultNote(checking.fault, "code"),
          h("button", { type: "submit", "data-test": "verify-code", disabled: checking.busy }, t("code_verify")),
        ),
    !verified &&
      h(
        "details",
        { key: "resend" },
        h("summary", { "data-test": "show-resend" }, t("code_resend")),
        h(
          "form",
          { class: "stack", onsubmit: resend, novalidate: true },
          h("label", { for: "resend-password" }, t("server_password")),
          h("input", { id: "resend-password", name: "resend-password", type: "password", autocomplete: "off", "data-test": "resend-password" }),
          ...emailField("resend-email"),
          faultNote(resending.fault, "resend"),
          mailed && h("p", { key: "mailed", class: "hint", role: "status", "data-test": "code-mailed" }, t("code_mailed")),
          h("button", { key: "send", type: "submit", "data-test": "resend-code", disabled: resending.busy }, t("code_send")),
        ),
      ),
  );
}

// ---- a signature ------------------------------------------------------------------------------------------------

let password = "";
/** For which request the server was asked. */
let askedFor = "";

export function forgetServer() {
  password = askedFor = "";
}

/** What was typed, once: for decide. @param {string} request */
export function takeServerPassword(request) {
  const taken = password;
  password = "";
  askedFor = taken === "" ? "" : request;
  return taken === "" ? undefined : taken;
}

/** @param {string} request */
export function serverAsked(request) {
  return askedFor === request;
}

export function serverTyped() {
  return password !== "";
}

/** The field beside Approve. @param {State | null} state @param {WalletRequest} request @param {boolean} disabled */
export function serverField(state, request, disabled) {
  if (request.kind === "connect" || state === null || !serverSigns(state)) return null;
  const typed = (/** @type {Event} */ event) => {
    password = /** @type {HTMLInputElement} */ (event.target).value;
    redraw();
  };
  return h(
    "div",
    { key: `server-${request.id}`, class: "stack" },
    h("label", { for: "sign-password" }, t("sign_with_server")),
    h("input", { id: "sign-password", type: "password", autocomplete: "off", value: password, disabled, oninput: typed, "data-test": "sign-password" }),
  );
}

/** Where nobody but the server is awaited, there is no code to show. @param {State | null} state @param {Pairing} step */
export function aloneWithServer(state, step) {
  return step.server && state?.vault?.threshold === 2;
}

