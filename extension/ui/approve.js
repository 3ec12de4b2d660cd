// The approve window: shows the oldest open request at once, even before Python is up, follows it over unlock,
// decision and phone to its end, and closes itself. The person closing it decides nothing: a No is a press on "Reject".

import { arm, asks, counts, isArmed } from "./arming.js";
import { h, t } from "./h.js";
import {
  begin,
  button,
  center,
  engineScreen,
  faultLine,
  mark,
  originLine,
  page,
  unlockForm,
  wish,
} from "./parts.js";
import { behindScreen } from "./behind.js";
import { chosenFee, cost, feeWrong, resetFee } from "./fee.js";
import { phoneStep } from "./phone.js";
import { foretold } from "./phone_view.js";
import { call, latest, redraw, show } from "./port.js";
import { failureScreen, forPhone, successScreen } from "./result.js";
import { stalledScreen } from "./stalled.js";
import { chosenTerms, resetTerms, termsFields } from "./terms.js";
import { aloneWithServer, forgetServer, serverAsked, serverField, serverTyped, takeServerPassword } from "./server.js";
import { dangerous, headline, lengthy, requestBody, warned, warnings } from "./summary.js";

/** @typedef {import("./h.js").Child} Child */

const UNDECIDED = new Set(["received", "validated", "awaiting_unlock", "awaiting_approval"]);

/** The request on screen stays until it is over and left. */
let current = decodeURIComponent(location.hash.slice(1));
// The browser finds this window by its address, which is the same for all requests.
history.replaceState(null, "", location.pathname);
/** Requests whose end was shown, or that were over before this window came. @type {Set<string> | null} */
let left = null;
let deciding = false;
let kept = false;
/** @type {Fault | null} */
let fault = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let closing;
let closingFor = "";

/** @param {WalletRequest} request */
function over(request) {
  return request.state === "done" || request.state === "failed";
}

/** @param {string} id */
function turnTo(id) {
  current = id;
  fault = null;
  resetFee();
  resetTerms();
  forgetServer();
  deciding = kept = false;
  arm();
}

// ---- deciding ---------------------------------------------------------------------------------------------------

/** Nobody waits for the answer any more: what a Yes still does. @param {WalletRequest} request */
function goneNote({ gone, kind, sends }) {
  const after = sends ? t("gone_sends") : kind === "connect" ? t("gone_connect") : t("gone_signs");
  const said = kind === "network" || kind === "asset" ? t("page_gone") : after;
  return gone && h("p", { key: "gone", class: "warning", "data-test": "gone" }, said);
}

/** Of one that the phone was not reached for. @param {WalletRequest} request @param {"renew_request" | "reconsider_request"} how */
async function again({ id }, how) {
  if (deciding) return;
  deciding = true;
  fault = null;
  redraw();
  try {
    await call(how, { request: id });
  } catch (error) {
    fault = /** @type {Fault} */ (error);
  }
  deciding = false;
  redraw();
}

/** @param {WalletRequest} request @param {boolean} yes */
async function decide(request, yes) {
  if (deciding) return;
  deciding = true;
  fault = null;
  redraw();
  try {
    await call("decide", { request: request.id, approve: yes, fee: yes ? chosenFee() : undefined, ...chosenTerms(), server_password: yes ? takeServerPassword(request.id) : undefined });
  } catch (error) {
    fault = /** @type {Fault} */ (error);
  }
  deciding = false;
  redraw();
}

/** @param {WalletRequest} request */
function approval(request) {
  const danger = dangerous(request);
  const yes = { connect: t("connect"), sign_in: t("sign_in"), message: t("sign"), transaction: t("approve"), network: t("add"), asset: t("add") }[request.kind];
  const field = serverField(latest().state, request, deciding);
  asks(`${request.id} ${warned(request)}`);
  const held = !isArmed() || deciding || feeWrong();
  const press = (/** @type {MouseEvent} */ event) => {
    if (counts(event)) void decide(request, true);
  };
  return h(
    "div",
    { key: `ask-${request.id}`, class: "page" },
    queue(),
    h("h1", { tabindex: -1, focus: true, "data-test": "title", "data-kind": request.kind }, headline(request)),
    goneNote(request),
    ...requestBody(request, cost(request)),
    ...foretold(request.shows),
    request.kind === "connect" && termsFields(request, latest().state),
    h(
      "div",
      // Of several, or with much to be warned of, everything passes the eye before the button comes.
      { class: lengthy(request) ? "foot stack last" : "foot stack" },
      ...warnings(request),
      faultLine(fault),
      field,
      h(
        "div",
        { class: "row pair" },
        button("reject", t("reject"), () => decide(request, false), { class: danger ? "primary" : "", disabled: deciding }),
        h("button", { type: "button", class: danger ? "danger" : "primary", "data-test": "approve", disabled: held, onclick: press }, yes),
      ),
      forPhone(request) && h("p", { class: "hint", "data-test": "then" }, field === null ? t("then_phone") : serverTyped() ? t("then_server") : t("then_device")),
    ),
  );
}

// ---- the phone and the end --------------------------------------------------------------------------------------

/** @param {WalletRequest} request */
function phone(request) {
  const { phone: step, state, behind } = request;
  if (behind !== null) {
    const cancel = () => call("cancel_request", { request: request.id }).catch(keep);
    return behindScreen(request, { cancel, turn: () => turnTo(behind) });
  }
  if (step === null) {
    const busy = state === "signed" || state === "signing" ? t("stage_finishing") : serverAsked(request.id) ? t("server_asked") : t("preparing");
    return h(
      "div",
      { key: "preparing", class: "page phone" },
      h("h1", null, serverAsked(request.id) ? t("sign_title_server") : t("sign_title")),
      h("div", { class: "progress" }, mark(state === "awaiting_phone" ? 0.1 : 1, "huge busy")),
      h("p", { class: "stage", role: "status", "data-test": "stage", "data-stage": state }, busy),
      h("div", { class: "foot" }, button("cancel", t("cancel"), () => call("cancel_request", { request: request.id }).catch(keep))),
    );
  }
  const alone = aloneWithServer(latest().state, step);
  const peer = step.peers[0] ?? "";
  const lines = {
    waiting: step.server ? t("server_asked") : t("stage_waiting"),
    joined: alone ? t("server_joined") : t("stage_joined", peer),
    running: t("stage_running", step.round, step.rounds),
    finishing: t("stage_finishing"),
    done: t("stage_done"),
  };
  return phoneStep({
    title: alone ? t("sign_title_server") : t("sign_title"),
    ...step,
    ...(alone ? { link: "", qr: null } : {}),
    line: lines[step.stage],
    expires: request.expires,
    cancelLabel: t("cancel"),
    cancel: () => call("cancel_request", { request: request.id }).catch(keep),
    more: step.push && button("resend", t("resend"), () => call("resend_request", { request: request.id }).catch(keep), { class: "quiet" }),
    above: h(
      "div",
      { class: "steps" },
      h("p", { class: "hint", "data-test": "origin" }, request.origin),
      request.gone && h("p", { key: "gone", class: "hint", "data-test": "gone" }, t("page_gone")),
      step.parts > 1 && h("p", { "data-test": "part", "data-part": step.part, "data-parts": step.parts }, t("phone_part", step.part, step.parts)),
      step.items > 1 && h("p", { "data-test": "item", "data-item": step.item, "data-items": step.items }, t("phone_item", step.item, step.items)),
    ),
  });
}

/** @param {unknown} error */
function keep(error) {
  fault = /** @type {Fault} */ (error);
  redraw();
}

/** Leave a request that is over, and the window when it was the last. @param {WalletRequest} request */
function leave(request) {
  (left ??= new Set()).add(request.id);
  clearTimeout(closing);
  if (latest().state?.requests.some((other) => !over(other))) turnTo("");
  else window.close();
}

/** @param {WalletRequest} request @param {number} after milliseconds */
function leaveSoon(request, after) {
  if (kept || closingFor === request.id) return;
  closingFor = request.id;
  clearTimeout(closing);
  closing = setTimeout(() => {
    closingFor = "";
    if (!kept) leave(request);
  }, after);
}

// Whoever reads the result is not interrupted.
for (const sign of ["pointerdown", "keydown"]) {
  document.addEventListener(sign, () => {
    if (closingFor !== "") kept = true;
  });
}

/** @param {WalletRequest} request */
function success(request) {
  if (request.unclaimed === null) leaveSoon(request, request.sends ? 10_000 : 1_200);
  return successScreen(request, () => leave(request));
}

/** @param {WalletRequest} request */
function failure(request) {
  if (request.error?.reason === "user_rejected") leaveSoon(request, 0);
  return failureScreen(request, () => leave(request));
}

// ---- which screen -----------------------------------------------------------------------------------------------

/** Where there is more than one: which one this is, and the way to the others. */
function queue() {
  const open = (latest().state?.requests ?? []).filter((request) => !over(request));
  if (open.length < 2) return null;
  const at = open.findIndex((request) => request.id === current);
  const next = open[(at + 1) % open.length];
  return h(
    "div",
    { class: "row spread queue" },
    h("span", { "data-test": "queue" }, t("queue", at + 1, open.length)),
    button("next", t("next_request"), () => turnTo(next.id), { class: "quiet" }),
  );
}

/** @param {string} origin @param {string} top @param {string} method */
function asking(origin, top, method) {
  return h("div", { class: "asking" }, originLine(origin, top), h("p", { "data-test": "wish" }, wish(method)));
}

/** @param {{ origin: string, top: string, method: string }} request @param {Child} [foot] */
function unlockScreen(request, foot) {
  return page(
    h("div", { class: "brand" }, mark(1, "large")),
    h("h1", null, t("unlock_title")),
    asking(request.origin, request.top, request.method),
    unlockForm(),
    foot,
  );
}

/** @param {WalletRequest} request */
function requestScreen(request) {
  if (request.state === "failed") return failure(request);
  if (request.state === "done" || request.state === "broadcast") return success(request);
  const waits = UNDECIDED.has(request.state) || request.state === "stalled";
  if (!waits) return phone(request);
  if (latest().state?.stage === "locked") {
    const no = button("reject", t("reject"), () => call("cancel_request", { request: request.id }).catch(keep), { class: "quiet" });
    return unlockScreen(request, h("div", { class: "foot" }, no));
  }
  if (request.state === "stalled") {
    const giveUp = () => call("cancel_request", { request: request.id }).catch(keep);
    const [renew, reconsider] = [() => again(request, "renew_request"), () => again(request, "reconsider_request")];
    return stalledScreen(request, { renew, reconsider, giveUp, busy: deciding, fault });
  }
  if (request.state === "awaiting_approval") return approval(request);
  return center(wish(request.method), originLine(request.origin, request.top), h("p", { role: "status" }, t("checking")));
}

/** @param {Push} push @returns {Child} */
function screen(push) {
  const requests = push.state?.requests ?? [];
  if (push.state !== null && left === null) {
    // What was over before this window opened is the popup's to show, except the one it was opened for.
    left = new Set(requests.filter((request) => over(request) && request.id !== current).map((request) => request.id));
  }
  let request = requests.find((candidate) => candidate.id === current && !left?.has(candidate.id));
  if (request === undefined) {
    request = requests.find((candidate) => !over(candidate)) ?? requests.find((candidate) => !left?.has(candidate.id));
    if (request !== undefined) turnTo(request.id);
  }
  if (push.engine !== "failed" && request !== undefined) {
    clearIdle();
    return requestScreen(request);
  }
  const waiting = push.waiting[0];
  if (push.state?.stage === "empty") {
    clearIdle();
    return center(
      t("no_vault"),
      waiting && asking(waiting.origin, waiting.top, waiting.method),
      h("p", null, t("no_vault_next")),
      button("create", t("create_vault"), () => chrome.runtime.sendMessage({ to: "open", page: "onboarding" }), { class: "primary" }),
    );
  }
  if (waiting !== undefined && push.engine !== "failed") {
    clearIdle();
    // Python is still starting; a password typed meanwhile is heard when it is there.
    if (push.state === null ? push.vault !== null : push.state.stage === "locked") return unlockScreen(waiting);
    return h(
      "div",
      { class: "page center" },
      h("div", { class: "middle" }, mark(0.4, "huge busy"), asking(waiting.origin, waiting.top, waiting.method), h("p", { role: "status", "data-test": "starting" }, t("starting"))),
    );
  }
  const engine = engineScreen(push);
  if (engine !== null) return engine;
  idle();
  return center(t("nothing_waiting"), button("close", t("close"), () => window.close()));
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let idling;

function idle() {
  idling ??= setTimeout(() => window.close(), 1500);
}

function clearIdle() {
  clearTimeout(idling);
  idling = undefined;
}

setInterval(() => {
  if (latest().state?.requests.some((request) => request.expires !== null && !over(request))) redraw();
}, 1000);

// The popup's list chose another request.
chrome.runtime.onMessage.addListener((message, sender) => {
  const known = latest().state?.requests.some(({ id }) => id === message?.request);
  if (sender.id === chrome.runtime.id && message?.to === "turn" && known) {
    left?.delete(message.request);
    turnTo(message.request);
  }
  return false;
});

void begin("approve_title", true);
show(screen);
arm();
