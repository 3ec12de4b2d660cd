// The way to a vault: a new one made with a phone, one that other devices invite to, one out of its backup file, or one of
// a recovery phrase's keys.

import { attempt } from "./attempt.js";
import { together } from "./ceremony.js";
import { fileScreen } from "./file.js";
import { h, t } from "./h.js";
import { following, linkScreen, shownLink } from "./link.js";
import { allowHost, begin, button, engineScreen, faultLine, faultText, mark, nextText } from "./parts.js";
import { newPassword } from "./password.js";
import { forgetPhrase, phraseScreen } from "./phrase.js";
import { call, latest, redraw, show } from "./port.js";
import { ready } from "./ready.js";
import { forgetServerPassword, serverChoice, serverComplaint, serverFields, serverShare, withServer } from "./server.js";
import { service } from "./services.js";

const SIZES = [2, 3, 4];

const fresh = newPassword("", { once: "password", again: "password_again", explained: "password_explained" });

/** @typedef {"welcome" | "form" | "link" | "file" | "phrase"} Step */

/** @type {Step} */
let step = "welcome";
let size = 2;
const creating = attempt();

/** @param {Step} to */
function turn(to) {
  if (step === "phrase") forgetPhrase();
  step = to;
  creating.fault = null;
  redraw();
}

/** @param {Record<string, string>} fields */
function complaint({ name }) {
  if (name.trim() === "") return "name_missing";
  const { state } = latest();
  return fresh.complaint() ?? (state && serverComplaint(state, fresh.value()));
}

/** @param {SubmitEvent} event */
async function create(event) {
  event.preventDefault();
  const fields = new FormData(/** @type {HTMLFormElement} */ (event.target));
  const name = `${fields.get("name")}`.trim();
  const relay = `${fields.get("relay") ?? ""}`.trim();
  const wrong = complaint({ name });
  if (wrong !== null) {
    creating.fault = { reason: wrong, message: "" };
    redraw();
    return;
  }
  await creating.run(async () => {
    const known = latest().state?.settings.relay_url ?? "";
    if (relay !== "" && relay !== known) {
      const allowed = await allowHost(relay);
      if (allowed !== "ok") throw { reason: allowed, message: "" };
      await call("set_settings", { relay_url: relay });
    }
    const { state } = latest();
    await call("create_vault", { name, password: fresh.value(), size, server: (state && serverShare(state)) ?? undefined });
    fresh.clear();
    forgetServerPassword();
  });
}

function welcome() {
  const points = ["welcome_point_1", "welcome_point_2", "welcome_point_3"].map((key) => h("li", null, t(key)));
  return h(
    "div",
    { key: "welcome", class: "page sheet" },
    h("div", { class: "brand" }, mark(1, "huge")),
    h("h1", null, t("welcome_title")),
    h("p", null, t("welcome_text")),
    h("ul", { class: "points" }, ...points),
    h(
      "div",
      { class: "foot stack" },
      button("start", t("begin"), () => turn("form"), { class: "primary" }),
      button("have-link", t("have_link"), () => turn("link")),
      button("have-file", t("have_file"), () => turn("file")),
      button("have-phrase", t("have_phrase"), () => turn("phrase")),
    ),
  );
}

/** @param {number} value @param {boolean} server one of the devices is the vault server */
function choice(value, server) {
  const pick = () => {
    size = value;
    redraw();
  };
  return h(
    "label",
    { class: "choice" },
    h("input", { type: "radio", name: "size", value, checked: size === value, onchange: pick, "data-test": `size-${value}` }),
    h("span", null, h("strong", null, server ? t(`size_${value}_server`) : t(`size_${value}`)), h("span", { class: "hint" }, t(`size_${value}_text`))),
  );
}

/** @param {State} state */
function form(state) {
  return h(
    "form",
    { key: "form", class: "page sheet stack", onsubmit: create, novalidate: true },
    h("h1", null, t("form_title")),
    h("label", { for: "name" }, t("vault_name")),
    h("input", { id: "name", name: "name", maxlength: 64, autocomplete: "off", focus: true, value: t("vault_name_default"), "data-test": "vault-name" }),
    ...fresh.fields(),
    h(
      "fieldset",
      null,
      h("legend", null, t("devices")),
      serverChoice(state),
      ...SIZES.map((value) => choice(value, withServer(state))),
    ),
    serverFields(state),
    h(
      "details",
      { key: "advanced", class: "advanced" },
      h("summary", { "data-test": "advanced" }, t("advanced")),
      h("label", { for: "relay" }, t("relay_url")),
      h("p", { class: "hint" }, t("relay_explained")),
      h("input", { id: "relay", name: "relay", type: "url", spellcheck: "false", value: state.settings.relay_url, "data-test": "relay-url" }),
      service("vault_server", state.settings.vault_server),
    ),
    faultLine(creating.fault),
    h("div", { class: "foot row pair" }, back(), h("button", { type: "submit", class: "primary", "data-test": "create", disabled: creating.busy }, creating.busy ? t("creating") : t("continue"))),
  );
}

/** Where each begins. @type {Record<Ceremony["kind"], Step>} */
const STARTS = { keygen: "form", migrate: "file", key_import: "phrase", reshare: "welcome" };

/** @param {Ceremony} ceremony */
function failed({ kind, error, server }) {
  const said = error ?? { reason: "internal", message: "" };
  const about = kind === "migrate" ? "migrate" : server ? "fast" : "create";
  const retry = async () => {
    await call("cancel_ceremony").catch(() => {});
    step = STARTS[kind];
    redraw();
  };
  return h(
    "div",
    { key: "failed", class: "page sheet" },
    h("div", { class: "brand broken" }, mark(0, "huge")),
    h("h1", { role: "alert", "data-test": "error", "data-reason": said.reason }, faultText(said, about)),
    h("p", { "data-test": "next-step" }, nextText(said, about)),
    h("div", { class: "foot" }, button("retry", t("try_again"), retry, { class: "primary" })),
  );
}

function back() {
  return button("back", t("back"), () => turn("welcome"));
}

/** @param {Push} push */
function screen(push) {
  const engine = engineScreen(push);
  if (push.engine === "failed" || push.state === null) return step === "welcome" && push.engine !== "failed" ? welcome() : engine;
  const { ceremony, joining, vault, stage } = push.state;
  const link = shownLink(push.state);
  // What another device shows goes on here, also after this page was opened anew.
  if (following(push.state) && joining?.kind !== "keysign") return linkScreen(joining, null);
  if (vault !== null && stage !== "empty") return ready(push.state);
  if (step === "link") return linkScreen(link, back());
  if (ceremony === null && step === "file") return fileScreen(back());
  if (ceremony === null && step === "phrase") return phraseScreen(back());
  if (ceremony?.stage === "failed") return ceremony.error?.reason === "cancelled" && step === "form" ? form(push.state) : failed(ceremony);
  if (ceremony !== null) return together(ceremony);
  return step === "welcome" ? welcome() : form(push.state);
}

void begin("onboarding_title", true);
show(screen);
