// The screens' line to the backend, made again whenever it breaks, and the loop that draws what comes over it.

import { render } from "./h.js";

/** @typedef {import("./h.js").Child} Child */

/** @type {chrome.runtime.Port | null} */
let port = null;
let lastId = 0;
let failures = 0;
/** @type {Map<number, { resolve: (value: any) => void, reject: (error: Fault) => void }>} */
const pending = new Map();

/** @type {Push} */
let push = { state: null, engine: "off", vault: null, waiting: [], reminded: false };
/** @type {(push: Push) => Child | Child[]} */
let screen = () => null;
let drawn = false;

/** Draw again, once for all changes of this turn. */
export function redraw() {
  if (drawn) return;
  drawn = true;
  queueMicrotask(() => {
    drawn = false;
    const root = document.getElementById("app");
    if (root !== null) render(root, screen(push));
  });
}

function connect() {
  const made = chrome.runtime.connect({ name: "ui" });
  port = made;
  made.onMessage.addListener((/** @type {any} */ message) => {
    failures = 0;
    if (message.id === undefined) {
      push = message;
      redraw();
      return;
    }
    const call = pending.get(message.id);
    pending.delete(message.id);
    if (message.err !== undefined) {
      const { code, message: text, data } = message.err;
      call?.reject({ code, message: text, reason: data?.reason ?? "internal" });
    } else {
      call?.resolve(message.ok);
    }
  });
  made.onDisconnect.addListener(() => {
    void chrome.runtime.lastError;
    port = null;
    for (const [id, call] of pending) {
      pending.delete(id);
      call.reject({ message: "", reason: "wallet_restarted" });
    }
    push = { ...push, engine: "off" };
    void again();
  });
  // A person is here: the backend moves its lock's deadline and reads the balance anew.
  call("state").catch(() => {});
}

async function again() {
  await new Promise((done) => setTimeout(done, Math.min(2000, 100 * failures++)));
  try {
    await chrome.runtime.sendMessage({ to: "ensure" });
  } catch {
    // The service worker is starting; the connection below fails and brings us here again.
  }
  if (port === null) connect();
}

/** Ask the backend. @param {string} name @param {object} [params] @returns {Promise<any>} rejects with a Fault */
export function call(name, params = {}) {
  return new Promise((resolve, reject) => {
    if (port === null) {
      reject({ message: "", reason: "wallet_restarted" });
      return;
    }
    const id = ++lastId;
    pending.set(id, { resolve, reject });
    port.postMessage({ id, call: name, params });
  });
}

/** @param {(push: Push) => Child | Child[]} view */
export function show(view) {
  screen = view;
  redraw();
  connect();
}

/** What was pushed last. */
export function latest() {
  return push;
}
