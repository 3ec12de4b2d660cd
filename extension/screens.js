// The ports of the extension's own pages: what they are drawn from, and what they ask of Python; the badge, the names that
// the person lends us on a site, and the window that a request needs.

import { callWorker, engine, startWorker, state } from "./engine.js";
import { askingWindow, post, waitingRequests } from "./pages.js";
import { rpcError } from "./rpc.js";
import * as store from "./store.js";

const OWN_PAGES = chrome.runtime.getURL("");

/** Asks the background for what only it may do. @type {(message: object) => Promise<unknown>} */
let tell = () => Promise.resolve();
/** @type {Set<chrome.runtime.Port>} */
const screens = new Set();
let lastBadge = 0;
let lastAliases = "";
/** The person put the reminder of a backup off, until the browser is started again. */
let reminded = false;

/** The name of the vault that is stored, so that its password can be asked for while Python starts. @type {string | null} */
let vault = null;
const vaultLoaded = store
  .get("vault/public")
  .then((bytes) => {
    const name = bytes === null ? null : JSON.parse(new TextDecoder().decode(bytes)).name;
    if (typeof name === "string") vault = name;
  })
  .catch(() => {});

export function someLook() {
  return screens.size > 0;
}

/** What the screens are drawn from. */
function shown() {
  return { state, engine, vault, waiting: waitingRequests(), reminded };
}

export function pushAll() {
  const push = shown();
  for (const port of screens) post(port, push);
  /** @type {{ state: string }[]} */
  const known = state?.requests ?? [];
  const open = known.filter((request) => request.state !== "done" && request.state !== "failed").length;
  const count = state === null ? push.waiting.length : open;
  if (count !== lastBadge) {
    lastBadge = count;
    tell({ to: "badge", count }).catch(() => {});
  }
}

/** Python has said how things are. */
export function stateChanged() {
  vault = state.vault?.name ?? null;
  tellAliases();
  pushAll();
}

/** Where the person gives us a name that is not ours alone: the service worker has the browser inject it there. */
function tellAliases() {
  const faces = state.settings?.window ?? {};
  const text = JSON.stringify(faces);
  if (text === lastAliases) return;
  lastAliases = text;
  tell({ to: "aliases", faces }).catch(() => {
    lastAliases = "";
  });
}

/** @param {{ window: number | undefined } | null} page @param {string} [request] to be shown, otherwise the oldest that is open */
export function prompt(page, request) {
  const window = page !== null ? page.window : askingWindow();
  tell({ to: "prompt", window, request }).catch(() => {});
}

/** @param {chrome.runtime.Port} port */
export function acceptScreen(port) {
  const { sender } = port;
  if (sender?.id !== chrome.runtime.id || sender.url === undefined || !sender.url.startsWith(OWN_PAGES)) {
    port.disconnect();
    return;
  }
  screens.add(port);
  port.onDisconnect.addListener(() => screens.delete(port));
  port.onMessage.addListener((/** @type {any} */ message) => fromScreen(port, message));
  if (engine !== "failed") startWorker();
  void vaultLoaded.then(() => post(port, shown()));
}

/** @param {chrome.runtime.Port} port @param {any} message */
function fromScreen(port, { id, call, params }) {
  if (call === "start_engine") {
    startWorker();
    post(port, { id, ok: null });
  } else if (call === "dismiss_reminder") {
    reminded = true;
    post(port, { id, ok: null });
    pushAll();
  } else {
    callWorker(`${call}`, params ?? {}, {
      answered: (answer) => post(port, { ...answer, id }),
      lost: () => post(port, { id, err: rpcError("wallet_restarted") }),
      holds: true,
    });
  }
}

/** Before anything else. @param {(message: object) => Promise<unknown>} asking */
export function askBackground(asking) {
  tell = asking;
}
