// Making a vault: what it is, a name and a password, the phone, done.

import { h, t } from "./h.js";
import { accountCard, allowHost, begin, button, engineScreen, faultLine, faultText, mark } from "./parts.js";
import { phoneStep } from "./phone.js";
import { call, latest, redraw, show } from "./port.js";

const SHORTEST = 8;

/** @type {"welcome" | "form"} */
let step = "welcome";
let password = "";
let again = "";
let size = 2;
let busy = false;
/** Whose QR code shows. @type {Space | null} */
let showingQr = null;
/** @type {Fault | null} */
let fault = null;

/** A hint, not a gate: length counts most, variety some. @param {string} text @returns {0 | 1 | 2 | 3} */
export function strength(text) {
  if (text.length < SHORTEST) return 0;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d]/].filter((kind) => kind.test(text)).length;
  const variety = new Set(text).size;
  if (variety < 5 || (text.length < 12 && kinds < 2)) return 1;
  return text.length >= 16 || (text.length >= 12 && kinds >= 3) ? 3 : 2;
}

/** @param {Record<string, string>} fields */
function complaint({ name }) {
  if (name.trim() === "") return "name_missing";
  if (password.length < SHORTEST) return "password_short";
  if (password !== again) return "password_differs";
  return null;
}

/** @param {SubmitEvent} event */
async function create(event) {
  event.preventDefault();
  if (busy) return;
  const fields = new FormData(/** @type {HTMLFormElement} */ (event.target));
  const name = `${fields.get("name")}`.trim();
  const relay = `${fields.get("relay") ?? ""}`.trim();
  const wrong = complaint({ name });
  if (wrong !== null) {
    fault = { reason: wrong, message: "" };
    redraw();
    return;
  }
  busy = true;
  fault = null;
  redraw();
  try {
    const known = latest().state?.settings.relay_url ?? "";
    if (relay !== "" && relay !== known) {
      const allowed = await allowHost(relay);
      if (allowed !== "ok") throw { reason: allowed, message: "" };
      await call("set_settings", { relay_url: relay });
    }
    await call("create_vault", { name, password, size, threshold: 2 });
    password = again = "";
  } catch (error) {
    fault = /** @type {Fault} */ (error);
  }
  busy = false;
  redraw();
}


function welcome() {
  const next = () => {
    step = "form";
    redraw();
  };
  const points = ["welcome_point_1", "welcome_point_2", "welcome_point_3"].map((key) => h("li", null, t(key)));
  return h(
    "div",
    { key: "welcome", class: "page sheet" },
    h("div", { class: "brand" }, mark(1, "huge")),
    h("h1", null, t("welcome_title")),
    h("p", null, t("welcome_text")),
    h("ul", { class: "points" }, ...points),
    h("div", { class: "foot" }, button("start", t("begin"), next, { class: "primary" })),
  );
}

/** @param {"2" | "3"} value @param {string} title @param {string} text */
function choice(value, title, text) {
  const pick = () => {
    size = Number(value);
    redraw();
  };
  return h(
    "label",
    { class: "choice" },
    h("input", { type: "radio", name: "size", value, checked: size === Number(value), onchange: pick, "data-test": `size-${value}` }),
    h("span", null, h("strong", null, title), h("span", { class: "hint" }, text)),
  );
}

/** @param {State} state */
function form(state) {
  const level = strength(password);
  const typed = (/** @type {Event} */ event) => {
    const field = /** @type {HTMLInputElement} */ (event.target);
    if (field.name === "password") password = field.value;
    else again = field.value;
    redraw();
  };
  return h(
    "form",
    { key: "form", class: "page sheet stack", onsubmit: create, novalidate: true },
    h("h1", null, t("form_title")),
    h("label", { for: "name" }, t("vault_name")),
    h("input", { id: "name", name: "name", maxlength: 64, autocomplete: "off", focus: true, value: t("vault_name_default"), "data-test": "vault-name" }),
    h("label", { for: "password" }, t("password")),
    h("input", { id: "password", name: "password", type: "password", autocomplete: "new-password", "aria-describedby": "strength", oninput: typed, "data-test": "password" }),
    h(
      "div",
      { id: "strength", class: "strength", "data-level": level, role: "status", "data-test": "strength" },
      h("div", { class: "bar", "aria-hidden": "true" }, h("i", null), h("i", null), h("i", null)),
      h("span", { class: "hint" }, password === "" ? t("password_explained") : t(`strength_${level}`)),
    ),
    h("label", { for: "confirm" }, t("password_again")),
    h("input", { id: "confirm", name: "confirm", type: "password", autocomplete: "new-password", oninput: typed, "data-test": "confirm" }),
    h(
      "fieldset",
      null,
      h("legend", null, t("devices")),
      choice("2", t("size_2"), t("size_2_text")),
      choice("3", t("size_3"), t("size_3_text")),
    ),
    h(
      "details",
      null,
      h("summary", { "data-test": "advanced" }, t("advanced")),
      h("label", { for: "relay" }, t("relay_url")),
      h("p", { class: "hint" }, t("relay_explained")),
      h("input", { id: "relay", name: "relay", type: "url", spellcheck: "false", value: state.settings.relay_url, "data-test": "relay-url" }),
    ),
    faultLine(fault),
    h("div", { class: "foot" }, h("button", { type: "submit", class: "primary", "data-test": "create", disabled: busy }, busy ? t("creating") : t("continue"))),
  );
}

/** @param {Ceremony} ceremony */
function phone(ceremony) {
  const { peers, needed, round, rounds } = ceremony;
  if (ceremony.stage === "failed") return null;
  // The code stays on the screen until the last phone has scanned it.
  const stage = ceremony.stage === "joined" && peers.length < needed ? "waiting" : ceremony.stage;
  const lines = {
    waiting: peers.length > 0 ? t("stage_peers", peers.length, needed) : t("stage_waiting"),
    joined: t("stage_joined", peers.join(", ")),
    running: t("stage_making", round, rounds),
    finishing: t("stage_saving"),
    done: t("stage_done"),
  };
  return phoneStep({
    title: stage !== "waiting" ? t("making_title") : needed > 1 ? t("pair_title_many") : t("pair_title"),
    ...ceremony,
    stage,
    line: lines[stage],
    cancelLabel: t("cancel"),
    cancel: () => call("cancel_ceremony").catch(() => {}),
  });
}

/** @param {Fault | null} error */
function failed(error) {
  const said = error ?? { reason: "internal", message: "" };
  const retry = async () => {
    await call("cancel_ceremony").catch(() => {});
    step = "form";
    redraw();
  };
  return h(
    "div",
    { key: "failed", class: "page sheet" },
    h("div", { class: "brand broken" }, mark(0, "huge")),
    h("h1", { role: "alert", "data-test": "error", "data-reason": said.reason }, faultText(said)),
    h("p", { "data-test": "next-step" }, t("create_again")),
    h("div", { class: "foot" }, button("retry", t("try_again"), retry, { class: "primary" })),
  );
}

/** @param {Account} account */
function card(account) {
  const { space, network } = account;
  const toggle = () => {
    showingQr = showingQr === space ? null : space;
    redraw();
  };
  return accountCard(account, showingQr === space, toggle, h("span", { class: "label" }, t("your_address", network.name)));
}

/** @param {State} state */
function success(state) {
  const { vault } = state;
  if (vault === null) return null;
  return h(
    "div",
    { key: "success", class: "page sheet", "data-test": "success" },
    h("div", { class: "brand" }, mark(1, "huge")),
    h("h1", null, t("ready_title", vault.name)),
    h("p", null, t("ready_text", vault.threshold, vault.signers.length)),
    h("div", { class: "cards" }, ...state.accounts.map(card)),
    h("p", { class: "hint" }, t("ready_backup")),
    h("div", { class: "foot" }, button("finish", t("finish"), () => window.close(), { class: "primary" })),
  );
}

/** @param {Push} push */
function screen(push) {
  const engine = engineScreen(push);
  if (push.engine === "failed" || push.state === null) return step === "welcome" && push.engine !== "failed" ? welcome() : engine;
  const { ceremony, vault, stage } = push.state;
  if (vault !== null && stage !== "empty") return success(push.state);
  if (ceremony?.stage === "failed") return ceremony.error?.reason === "cancelled" && step === "form" ? form(push.state) : failed(ceremony.error);
  if (ceremony !== null) return phone(ceremony);
  return step === "welcome" ? welcome() : form(push.state);
}

setInterval(() => {
  if (latest().state?.ceremony) redraw();
}, 1000);

void begin("onboarding_title", true);
show(screen);
