// The popup's one list of requests: what waits, for what and for how long, with the one thing to do about it; then the
// last few that are over.

import { h, t, tOr } from "./h.js";
import { button, clock, duration, faultText, wish } from "./parts.js";

/** @typedef {import("./h.js").Child} Child */
/** @typedef {(name: string, params?: object) => Promise<void>} Act */

const ENDED_SHOWN = 4;

/** @param {WalletRequest} request */
export function over(request) {
  return request.state === "done" || request.state === "failed";
}

/** Opens the approve window on this request, or turns the one that is open to it. @param {WalletRequest} request */
async function show({ id }) {
  chrome.runtime.sendMessage({ to: "turn", request: id }).catch(() => {});
  await chrome.runtime.sendMessage({ to: "prompt", request: id });
  window.close();
}

/** Where it stands, in words. @param {WalletRequest} request */
function standing({ state, error, phone, behind, expires }) {
  if (state === "stalled" && error !== null) return faultText(error);
  if (error !== null) return faultText(error);
  if (behind !== null) return t("behind_standing");
  if (state === "awaiting_phone" && phone?.stage === "waiting" && expires !== null) return t("waiting_phone_until", clock(expires));
  if (state === "signing" && phone !== null && phone.rounds > 0) return t("stage_running", phone.round, phone.rounds);
  return tOr(`state_${state}`, state);
}

/** @param {WalletRequest} request @param {Act} act @param {boolean} first whose button is the screen's primary one @returns {Child[]} */
function actions(request, act, first) {
  const { id, state, phone, unclaimed } = request;
  const cancel = button("cancel-request", state === "stalled" ? t("give_up") : t("cancel"), () => act("cancel_request", { request: id }), { class: "quiet" });
  const look = first ? "primary small" : "small";
  const open = (/** @type {string} */ label) => button("open-request", label, () => show(request), { class: look });
  if (over(request)) {
    return [
      button("dismiss", t("dismiss"), () => act("dismiss_request", { request: id }), { class: "quiet" }),
      unclaimed !== null && open(t("see_result")),
    ];
  }
  if (state === "signed" || state === "broadcast") return [open(t("open"))];
  if (state === "stalled") return [cancel, open(t("see_renew"))];
  const resend = async () => {
    await act("resend_request", { request: id });
    await show(request);
  };
  if (phone?.stage === "waiting" && !phone.server) return [cancel, button("resend-request", phone.push ? t("resend") : t("show_code"), resend, { class: look })];
  return [cancel, open(t("open"))];
}

/** @param {WalletRequest} request @param {Act} act @param {boolean} first */
function item(request, act, first) {
  const { id, origin, method, state, error, created, gone } = request;
  return h(
    "li",
    { key: id, "data-test": "request", "data-state": state, "data-reason": error?.reason, "data-gone": `${gone}` },
    h(
      "div",
      { class: "grow" },
      h("code", { class: "site" }, origin === "tandem" ? t("by_you") : origin),
      h("span", null, wish(method)),
      h("span", { class: "hint" }, `${standing(request)} · ${t("ago", duration(Date.now() / 1000 - created))}`),
      gone && !over(request) && h("span", { class: "hint", "data-test": "gone" }, t("page_gone")),
    ),
    h("div", { class: "row" }, ...actions(request, act, first)),
  );
}

/** @param {State} state @param {Act} act */
export function requestList(state, act) {
  // Newest first: all that are open, and the last few that are over. A connection that was made is among the sites.
  let ended = 0;
  const newest = [...state.requests].reverse();
  const open = newest.filter((request) => !over(request));
  const ends = newest.filter((request) => over(request) && !(request.kind === "connect" && request.state === "done") && ++ended <= ENDED_SHOWN);
  if (open.length + ends.length === 0) return null;
  const waiting = open.filter(({ state: at }) => at !== "signed" && at !== "broadcast");
  const all = () => waiting.forEach(({ id }) => void act("cancel_request", { request: id }));
  return h(
    "section",
    { key: "requests" },
    h(
      "div",
      { class: "row spread" },
      h("h2", null, t("requests")),
      waiting.length > 2 && button("cancel-all", t("cancel_all"), all, { class: "quiet" }),
    ),
    h("ul", { class: "list" }, ...[...open, ...ends].map((request, i) => item(request, act, i === 0))),
  );
}
