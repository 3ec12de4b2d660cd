// Following another device's link: what it asks is shown, and after a yes this browser takes its part.

import { arm, counts, isArmed } from "./arming.js";
import { attempt } from "./attempt.js";
import { cost } from "./fee.js";
import { fileChoice } from "./file_choice.js";
import { h, t } from "./h.js";
import { allowHost, button, fact, faultNote, faultText, mark, nextText } from "./parts.js";
import { entry, newPassword, oldPassword } from "./password.js";
import { phoneStep } from "./phone.js";
import { textInPicture } from "./picture.js";
import { call, redraw } from "./port.js";
import { dangerous, headline, lengthy, requestBody, warnings } from "./summary.js";

/** @typedef {import("./h.js").Child} Child */

const fresh = newPassword("", { once: "password", again: "password_again", explained: "password_explained" });

const choice = fileChoice();

let link = "";
const sending = attempt();
/** The person said no to what was asked before. */
let declined = false;

/** The relay that a link names; null where it is the one all wallets know, or no link. */
function relayOf() {
  try {
    return new URL(link.trim()).searchParams.get("serverUrl");
  } catch {
    return null;
  }
}

async function follow() {
  declined = false;
  await sending.run(async () => {
    const relay = relayOf();
    const allowed = relay === null ? "ok" : await allowHost(relay);
    if (allowed !== "ok") throw { reason: allowed, message: "" };
    await call("follow_link", { link: link.trim() });
    arm();
  });
}

async function leave() {
  fresh.clear();
  choice.forget();
  await sending.run(() => call("leave_link"));
}

/** @param {Event} event */
async function look(event) {
  const file = /** @type {HTMLInputElement} */ (event.target).files?.[0];
  if (file === undefined) return;
  const text = await textInPicture(file);
  if (text === null) {
    sending.fault = { reason: "no_code", message: "" };
    redraw();
    return;
  }
  link = text;
  await follow();
}

// ---- the link ---------------------------------------------------------------------------------------------------

function pictureField() {
  return h(
    "div",
    { key: "picture", class: "stack" },
    h("label", { for: "picture" }, t("link_picture")),
    h("input", { id: "picture", type: "file", accept: "image/*", onchange: look, "data-test": "picture" }),
  );
}

/** @param {Child} back */
function paste(back) {
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    void follow();
  };
  const typed = (/** @type {Event} */ event) => {
    link = /** @type {HTMLTextAreaElement} */ (event.target).value;
    redraw();
  };
  return h(
    "form",
    { key: "paste", class: "page sheet stack", onsubmit: submit, novalidate: true },
    h("h1", null, t("link_title")),
    declined && h("p", { class: "notice", role: "status", "data-test": "declined" }, t("link_declined")),
    h("p", null, t("link_text")),
    h("label", { for: "link" }, t("link_field")),
    h("textarea", { id: "link", name: "link", rows: 5, spellcheck: "false", autocomplete: "off", focus: true, value: link, oninput: typed, "data-test": "link-field" }),
    pictureField(),
    faultNote(sending.fault, "link"),
    h(
      "div",
      { class: "foot row pair" },
      back,
      h("button", { type: "submit", class: "primary", "data-test": "follow", disabled: sending.busy || link.trim() === "" }, sending.busy ? t("link_reading") : t("link_follow")),
    ),
  );
}

// ---- what it asks -----------------------------------------------------------------------------------------------

/** @typedef {Exclude<Joining, { kind: "keysign" }>} ForShare */

/** @param {SubmitEvent} event @param {ForShare} joining */
async function join(event, joining) {
  event.preventDefault();
  const member = isMember(joining);
  const file = joining.kind === "migrate" ? choice.value(event) : undefined;
  const wrong = file !== undefined && !choice.isChosen() ? "file_missing" : member ? null : fresh.complaint();
  if (wrong !== null) {
    sending.fault = { reason: wrong, message: "" };
    redraw();
    return;
  }
  const password = member ? entry(event, "own-password") : fresh.value();
  if (await sending.run(() => call("join", { password, file }))) {
    fresh.clear();
    choice.forget();
  }
}

/** @param {ForShare} joining */
function isMember(joining) {
  return joining.kind === "reshare" && joining.member;
}

/** What is asked, and what it means. @param {ForShare} joining */
function question(joining) {
  const { kind, name } = joining;
  if (kind === "keygen") return { title: t("join_keygen", name), text: t("join_keygen_text") };
  if (kind === "migrate") return { title: t("join_migrate", name), text: t("join_migrate_text") };
  if (kind === "key_import") return { title: t("join_keygen", name), text: t("join_phrase_text") };
  return { title: t("join_reshare", name), text: isMember(joining) ? t("join_member_text") : t("join_new_text") };
}

/** A vault made, or its shares: this browser gets one. @param {ForShare} joining */
function askShare(joining) {
  const member = isMember(joining);
  const { title, text } = question(joining);
  const devices = joining.kind === "reshare" || joining.kind === "migrate" ? joining.devices : [];
  return h(
    "form",
    { key: "ask-share", class: "page sheet stack", onsubmit: (/** @type {SubmitEvent} */ event) => join(event, joining), novalidate: true },
    h("h1", { tabindex: -1, "data-test": "title", "data-kind": joining.kind }, title),
    h("p", null, text),
    joining.kind === "key_import" && h("p", { class: "warning", "data-test": "phrase-warning" }, t("join_phrase_warning")),
    h(
      "dl",
      { class: "facts" },
      fact(t("vault_name"), h("span", { "data-test": "asked-vault" }, joining.name)),
      devices.length > 0 && fact(joining.kind === "migrate" ? t("all_devices") : t("devices_until_now"), ...devices.map((name) => h("div", { "data-test": "asked-device" }, name))),
      joining.kind === "key_import" && fact(t("asked_chains"), h("span", { "data-test": "asked-chains" }, joining.chains.join(", "))),
      fact(t("relay_url"), h("code", { class: "long", "data-test": "asked-relay" }, joining.relay)),
    ),
    ...(joining.kind === "migrate" ? [...choice.field(), ...(choice.isChosen() ? choice.opening() : [])] : []),
    ...(member ? oldPassword("own-password", t("password"), true) : fresh.fields()),
    joining.kind === "migrate" ? faultNote(choice.fault() ?? sending.fault, "file") : faultNote(sending.fault, "link"),
    h(
      "div",
      { class: "foot row pair" },
      button("decline", t("not_now"), leave, { disabled: sending.busy }),
      h("button", { type: "submit", class: "primary", "data-test": "join", disabled: sending.busy }, t("join")),
    ),
  );
}

/** @param {Extract<Joining, { kind: "keysign" }>} joining */
function askSignature({ request, relay }) {
  const danger = dangerous(request);
  const yes = { connect: t("connect"), sign_in: t("sign_in"), message: t("sign"), transaction: t("approve") }[request.kind];
  const press = (/** @type {MouseEvent} */ event) => {
    if (counts(event)) void sending.run(() => call("join", {}));
  };
  const no = async () => {
    await leave();
    declined = sending.fault === null;
    redraw();
  };
  const device = request.initiator === "" ? t("another_device") : request.initiator;
  return h(
    "div",
    { key: "ask-signature", class: "page" },
    h("h1", { tabindex: -1, focus: true, "data-test": "title", "data-kind": request.kind }, headline(request)),
    ...requestBody(request, cost(request, true), h("span", { "data-test": "initiator" }, device)),
    h("p", { class: "hint" }, t("relay_url"), ": ", h("code", { "data-test": "asked-relay" }, relay)),
    h(
      "div",
      { class: lengthy(request) ? "foot stack last" : "foot stack" },
      ...warnings(request),
      faultNote(sending.fault, "link"),
      h(
        "div",
        { class: "row pair" },
        button("reject", t("reject"), no, { class: danger ? "primary" : "", disabled: sending.busy }),
        h("button", { type: "button", class: danger ? "danger" : "primary", "data-test": "approve", disabled: sending.busy || !isArmed(), onclick: press }, yes),
      ),
      h("p", { class: "hint" }, request.kind === "transaction" ? t("then_device_sends") : t("then_device_signs")),
    ),
  );
}

// ---- together, and the end --------------------------------------------------------------------------------------

/** @param {Joining} joining */
function going({ kind }) {
  if (kind === "keysign") return t("signing_with");
  if (kind === "reshare") return t("changing_title");
  return kind === "migrate" ? t("upgrading_title") : t("making_title");
}

/** @param {Joining} joining */
function together(joining) {
  const { stage, peers, round, rounds, item, items } = joining;
  if (stage === "asking" || stage === "failed") return null;
  const signs = joining.kind === "keysign";
  const lines = {
    waiting: t("stage_waiting_devices"),
    joined: peers.length > 0 ? t("stage_there", peers.join(", ")) : t("stage_waiting_devices"),
    running: signs ? t("stage_running", round, rounds) : t("stage_making", round, rounds),
    finishing: signs ? t("stage_finishing") : t("stage_saving"),
    done: t("stage_done"),
  };
  return phoneStep({
    title: going(joining),
    ...joining,
    stage,
    line: lines[stage],
    cancelLabel: t("cancel"),
    cancel: leave,
    above: items > 1 && h("p", { "data-test": "item", "data-item": item, "data-items": items }, t("phone_item", item, items)),
  });
}

/** @param {Joining} joining */
function done(joining) {
  const signs = joining.kind === "keysign";
  const another = async () => {
    link = "";
    await leave();
  };
  const close = async () => {
    await leave();
    window.close();
  };
  return h(
    "div",
    { key: "joined", class: "page sheet center" },
    h(
      "div",
      { class: "middle", role: "status", "data-test": "result" },
      mark(1, "huge"),
      h("h1", null, signs ? t("joined_signed") : t("devices_changed")),
      h("p", null, signs ? t("joined_signed_text") : t("devices_changed_text")),
    ),
    h(
      "div",
      { class: "foot row pair" },
      signs
        ? button("another", t("link_another"), another)
        : button("devices", t("devices_title"), () => chrome.runtime.sendMessage({ to: "open", page: "devices" })),
      button("close", t("close"), close, { class: "primary" }),
    ),
  );
}

/** @param {Joining} joining */
function failed({ error, kind }) {
  const said = error ?? { reason: "internal", message: "" };
  const about = kind === "keysign" ? "cosign" : "link";
  return h(
    "div",
    { key: "failed", class: "page sheet center" },
    h(
      "div",
      { class: "middle", role: "alert" },
      h("div", { class: "broken" }, mark(0, "huge")),
      h("h1", { "data-test": "error", "data-reason": said.reason }, faultText(said, about)),
      h("p", { "data-test": "next-step" }, nextText(said, about)),
    ),
    h("div", { class: "foot" }, button("retry", t("try_again"), leave, { class: "primary" })),
  );
}

/**
 * The whole way, from the pasted link to the end. A vault that came to be is for the caller to show.
 *
 * @param {Joining | null} joining
 * @param {Child} back what stands beside the button under an empty field
 */
export function linkScreen(joining, back) {
  if (joining === null) return paste(back);
  if (joining.stage === "asking") return joining.kind === "keysign" ? askSignature(joining) : askShare(joining);
  if (joining.stage === "failed") return failed(joining);
  if (joining.stage === "done") return done(joining);
  return together(joining);
}

/** Whether a link is being followed, and not over. @param {State} state */
export function following({ joining }) {
  return joining !== null && joining.stage !== "done" && joining.stage !== "failed";
}

/** What a link led to before this page was opened is no news. @type {boolean | null} */
let stale = null;

/** The link that this page is to show, if any. @param {State} state */
export function shownLink(state) {
  if (following(state)) stale = false;
  else stale ??= state.joining !== null;
  return stale ? null : state.joining;
}

setInterval(redraw, 1000); // the time that is left
