// Owns the worker and every port to it, in the offscreen document (Chromium) or the event page (Firefox). A dApp's request
// is known by its key (document and request id): one that comes again is the same request and is attached, never handed
// over twice; one that a dead worker left unanswered is handed to the next worker under the same key, where Python finds
// its record.

import { accountsOf, chainOf, mayPrompt, originAllowed, readMirror, readRequest, rpcError, silentAnswer, solanaOf } from "./rpc.js";
import { ownScript } from "./scripts.js";
import * as store from "./store.js";

/** @typedef {{ port: chrome.runtime.Port, origin: string, top: string, tab: number, window: number | undefined, document: string }} Dock */
/** @typedef {{ key: string, id: string, text: string, method: string, prompts: boolean, created: number, deliveries: number, dock: Dock | null, origin: string, top: string, tab: number, document: string }} Request */

const BOOT_LIMIT = 60_000;
const PING_EVERY = 10_000;
const MISSED_PINGS = 6;
const MAX_DELIVERIES = 3;
const IDLE_LIMIT = 60_000;
const MAX_UNANSWERED = 256;
const DAPP = "dapp:";
const OWN_PAGES = chrome.runtime.getURL("");

/** Asks the background for what only it may do. @type {(message: object) => Promise<unknown>} */
let tell = () => Promise.resolve();

/** @type {Set<Dock>} */
const docks = new Set();
/** @type {Set<chrome.runtime.Port>} */
const screens = new Set();
/** @type {Map<string, Request>} */
const requests = new Map();
/** Call number → what to do with the answer. @type {Map<number, { request: Request } | { port: chrome.runtime.Port, id: unknown } | { document: string }>} */
const calls = new Map();
let lastCall = 0;

/** @type {Worker | null} */
let worker = null;
/** @type {"off" | "starting" | "ready" | "failed"} */
let engine = "off";
/** @type {any} */
let state = null;
/** @type {number[]} */
let restarts = [];
/** @type {ReturnType<typeof setTimeout> | undefined} */
let bootTimer;
let missedPings = 0;
let lastTick = Date.now();
let lastUse = Date.now();
let retiring = false;

// ---- the mirror: public state that answers silent calls ---------------------------------------------------------

let mirror = readMirror(null);
const mirrorLoaded = store
  .get("mirror")
  .then((bytes) => {
    if (bytes !== null) mirror = { ...readMirror(JSON.parse(new TextDecoder().decode(bytes))), open: false };
  })
  .catch(() => {});

/** Without a worker the wallet is locked: pages that saw accounts are told that there are none. */
function closeMirror() {
  if (!mirror.open) return;
  for (const dock of docks) {
    if (accountsOf(mirror, dock.origin).length > 0) post(dock.port, { event: "accountsChanged", data: [] });
    if (solanaOf(mirror, dock.origin).length > 0) post(dock.port, { event: "solanaAccountsChanged", data: [] });
  }
  mirror = { ...mirror, open: false };
}

/** The name of the vault that is stored, so that its password can be asked for while Python starts. @type {string | null} */
let vault = null;
const vaultLoaded = store
  .get("vault/public")
  .then((bytes) => {
    const name = bytes === null ? null : JSON.parse(new TextDecoder().decode(bytes)).name;
    if (typeof name === "string") vault = name;
  })
  .catch(() => {});

/** Python keeps the stored copy; this one says as well whether the wallet is open. @param {unknown} value */
function setMirror(value) {
  mirror = readMirror(value);
}

// ---- the worker -------------------------------------------------------------------------------------------------

function startWorker() {
  if (worker !== null) return;
  engine = "starting";
  missedPings = 0;
  const started = new Worker(ownScript("worker.js"), { type: "module" });
  worker = started;
  started.onmessage = (event) => {
    if (worker === started) fromWorker(event.data);
  };
  started.onerror = () => {
    if (worker === started) workerDied();
  };
  clearTimeout(bootTimer);
  bootTimer = setTimeout(bootFailed, BOOT_LIMIT);
  pushAll();
}

function stopWorker() {
  clearTimeout(bootTimer);
  worker?.terminate();
  worker = null;
  state = null;
  closeMirror();
  for (const [n, call] of calls) {
    if ("port" in call) post(call.port, { id: call.id, err: rpcError("wallet_restarted") });
    calls.delete(n);
  }
}

function bootFailed() {
  stopWorker();
  engine = "failed";
  for (const request of [...requests.values()]) answer(request, { error: rpcError("boot_failed") });
  pushAll();
}

function workerDied() {
  const starting = engine === "starting";
  stopWorker();
  const now = Date.now();
  restarts = [...restarts.filter((time) => now - time < 60_000), now];
  if (starting || restarts.length > 3) {
    bootFailed();
    return;
  }
  engine = "off";
  startWorker();
  for (const request of [...requests.values()]) {
    // A page that is gone needs no answer; Python's record of its request is what counts.
    if (request.dock === null) requests.delete(request.key);
    else handOver(request);
  }
}

/** Signing, making a vault or changing its devices goes on although the wallet was locked meanwhile. */
function busy() {
  const ending = ["awaiting_phone", "signing", "signed", "broadcast"];
  const idle = [undefined, "asking", "done", "failed"];
  return (
    !idle.includes(state?.ceremony?.stage) ||
    !idle.includes(state?.joining?.stage) ||
    state?.requests.some((/** @type {{ state: string }} */ request) => ending.includes(request.state))
  );
}

/**
 * After a lock nothing of the share may stay in memory, and Python cannot wipe what it has copied: the worker goes,
 * and a fresh one comes only where somebody is looking or asking.
 */
function retire() {
  if (!retiring || state?.stage !== "locked" || busy() || [...calls.values()].some((call) => "port" in call)) return;
  retiring = false;
  const locked = state;
  stopWorker();
  engine = "off";
  state = locked;
  const asking = [...requests.values()].filter((request) => request.dock !== null);
  requests.clear();
  for (const request of asking) {
    request.deliveries--; // it was not this request that ended the worker
    requests.set(request.key, request);
  }
  if (screens.size > 0) startWorker();
  asking.forEach(handOver);
  pushAll();
}

/** @param {string} name @param {object} params @param {{ request: Request } | { port: chrome.runtime.Port, id: unknown } | { document: string }} then */
function callWorker(name, params, then) {
  startWorker();
  lastUse = Date.now();
  const id = ++lastCall;
  calls.set(id, then);
  worker?.postMessage(JSON.stringify({ id, call: name, params }));
}

/** @param {string} text */
function fromWorker(text) {
  missedPings = 0;
  if (text === "pong") return;
  const message = JSON.parse(text);
  if (message.engine !== undefined) {
    engineSays(message.engine);
  } else if (message.event !== undefined) {
    workerEvent(message);
  } else {
    fromCall(message);
  }
  retire();
}

/** @param {any} message */
function fromCall(message) {
  const call = calls.get(message.id);
  calls.delete(message.id);
  if (call === undefined) return;
  if ("document" in call) return;
  if ("port" in call) post(call.port, { ...message, id: call.id });
  else if (message.err !== undefined) answer(call.request, { error: message.err });
  else answer(call.request, { result: message.ok });
}

/** @param {string} word */
function engineSays(word) {
  if (word === "ready") {
    clearTimeout(bootTimer);
    engine = "ready";
    pushAll();
  } else if (word === "failed") {
    bootFailed();
  } else if (word === "died") {
    workerDied();
  }
}

/** @param {any} message */
function workerEvent(message) {
  switch (message.event) {
    case "state":
      state = message.state;
      vault = state.vault?.name ?? null;
      tellAliases();
      pushAll();
      break;
    case "mirror":
      setMirror(message.mirror);
      break;
    case "prompt":
      prompt(null, message.request);
      break;
    case "locked":
      retiring = true;
      break;
    case "dapp":
      for (const dock of docks) {
        const meant = message.document === undefined || dock.document === message.document;
        if (meant && dock.origin === message.origin) post(dock.port, { event: message.name, data: message.data });
      }
      break;
    default:
  }
}

setInterval(() => {
  const now = Date.now();
  const slept = now - lastTick > 2 * PING_EVERY;
  lastTick = now;
  if (worker === null || engine !== "ready" || slept) return;
  if (state?.stage !== "open" && screens.size + calls.size + requests.size === 0 && now - lastUse > IDLE_LIMIT && !busy()) {
    stopWorker(); // a locked wallet that nobody uses needs no memory; the next call starts it again
    engine = "off";
    return;
  }
  if (++missedPings > MISSED_PINGS) workerDied();
  else worker.postMessage("ping");
}, PING_EVERY);

// ---- screens ----------------------------------------------------------------------------------------------------

/** @param {chrome.runtime.Port} port @param {object} message */
function post(port, message) {
  try {
    port.postMessage(message);
  } catch {
    // It closed a moment ago; its onDisconnect follows.
  }
}

/** Requests that may need a person, as far as JavaScript can tell; shown until Python knows them. */
function waitingRequests() {
  return [...requests.values()]
    .filter((request) => request.dock !== null && request.prompts)
    .map(({ key, origin, top, method, created }) => ({ key, origin, top, method, created }));
}

let lastBadge = 0;
/** The person put the reminder of a backup off, until the browser is started again. */
let reminded = false;

/** What the screens are drawn from. */
function shown() {
  return { state, engine, vault, waiting: waitingRequests(), reminded };
}

function pushAll() {
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

let lastAliases = "";

/** Where the person gives us a name that is not ours alone: the service worker has the browser inject it there. */
function tellAliases() {
  const { window_solana, window_ethereum, window_vultisig } = state.settings ?? {};
  const origins = { solana: window_solana, ethereum: window_ethereum, vultisig: window_vultisig };
  const text = JSON.stringify(origins);
  if (text === lastAliases) return;
  lastAliases = text;
  tell({ to: "aliases", origins }).catch(() => {
    lastAliases = "";
  });
}

/** @param {Dock | null} [dock] @param {string} [request] to be shown, otherwise the oldest that is open */
function prompt(dock, request) {
  const asking = dock ?? [...requests.values()].reverse().find((request) => request.dock !== null)?.dock;
  tell({ to: "prompt", window: asking?.window, request }).catch(() => {});
}

/** @param {chrome.runtime.Port} port */
function acceptScreen(port) {
  const { sender } = port;
  if (sender?.id !== chrome.runtime.id || sender.url === undefined || !sender.url.startsWith(OWN_PAGES)) {
    port.disconnect();
    return;
  }
  screens.add(port);
  port.onDisconnect.addListener(() => screens.delete(port));
  port.onMessage.addListener((/** @type {any} */ message) => {
    if (message.call === "start_engine") {
      startWorker();
      post(port, { id: message.id, ok: null });
    } else if (message.call === "dismiss_reminder") {
      reminded = true;
      post(port, { id: message.id, ok: null });
      pushAll();
    } else {
      callWorker(`${message.call}`, message.params ?? {}, { port, id: message.id });
    }
  });
  if (engine !== "failed") startWorker();
  void vaultLoaded.then(() => post(port, shown()));
}

// ---- pages ------------------------------------------------------------------------------------------------------

/** @param {Request} request @param {{ result: unknown } | { error: object }} outcome */
function answer(request, outcome) {
  if (requests.get(request.key) !== request) return;
  requests.delete(request.key);
  if (request.dock !== null) post(request.dock.port, { id: request.id, ...outcome });
  if (request.prompts) pushAll();
}

/** @param {Request} request */
function handOver(request) {
  if (++request.deliveries > MAX_DELIVERIES) {
    answer(request, { error: rpcError("internal") });
    return;
  }
  const { key, origin, top, tab, document, text } = request;
  callWorker("dapp", { key, origin, top, tab, document, text }, { request });
}

/** @param {Dock} dock @param {any} message */
function fromPage(dock, message) {
  const { id, text } = message;
  if (typeof id !== "string" || id.length > 64 || typeof text !== "string" || text.length > 1 << 20) return;
  const asked = readRequest(text);
  const silent = silentAnswer(asked, mirror, dock.origin);
  if (silent !== undefined) {
    post(dock.port, { id, result: silent });
    return;
  }
  const key = `${dock.document}:${id}`;
  const known = requests.get(key);
  if (known !== undefined) {
    if (known.dock === null) tellPage(dock, false);
    known.dock = dock;
    return;
  }
  let waiting = 0;
  for (const request of requests.values()) if (request.origin === dock.origin) waiting++;
  if (waiting >= MAX_UNANSWERED) {
    post(dock.port, { id, error: rpcError("rate_limited") });
    return;
  }
  const { origin, top, tab, document } = dock;
  const created = Date.now() / 1000;
  const prompts = mayPrompt(asked, mirror, origin);
  /** @type {Request} */
  const request = { key, id, text, method: asked?.method ?? "", prompts, created, deliveries: 0, dock, origin, top, tab, document };
  requests.set(key, request);
  const cold = engine !== "ready";
  handOver(request);
  if (cold && prompts) {
    prompt(dock);
    pushAll();
  }
}

/** @param {chrome.runtime.MessageSender} sender */
function topOrigin(sender) {
  try {
    if (sender.frameId === 0) return `${sender.origin}`;
    return new URL(sender.tab?.url ?? "").origin;
  } catch {
    return "";
  }
}

/** @param {chrome.runtime.Port} port */
async function acceptPage(port) {
  const sender = port.sender;
  const origin = sender?.origin;
  const active = sender?.documentLifecycle === undefined || sender.documentLifecycle === "active";
  if (sender?.id !== chrome.runtime.id || origin === undefined || !originAllowed(origin) || !active) {
    port.onMessage.addListener((/** @type {any} */ message) => {
      post(port, { id: message.id, error: rpcError("origin_refused") });
    });
    return;
  }
  /** @type {Dock} */
  const dock = {
    port,
    origin,
    top: topOrigin(sender),
    tab: sender.tab?.id ?? -1,
    window: sender.tab?.windowId,
    document: sender.documentId ?? port.name.slice(DAPP.length), // Firefox names no documents
  };
  docks.add(dock);
  port.onDisconnect.addListener(() => pageGone(dock));
  port.onMessage.addListener((message) => void mirrorLoaded.then(() => fromPage(dock, message)));
  await mirrorLoaded;
  // The greeting: the page compares it with what it knew before a channel broke.
  const data = { chainId: chainOf(mirror, origin), accounts: accountsOf(mirror, origin), solana: solanaOf(mirror, origin) };
  post(port, { event: "connect", data });
}

/** A worker that starts later takes every page for gone until it asks again. @param {Dock} dock @param {boolean} gone */
function tellPage({ document }, gone) {
  if (worker !== null) callWorker("page", { document, gone }, { document });
}

/** The frame was closed, reloaded or frozen; what it asked stays Python's to keep or cancel. @param {Dock} dock */
function pageGone(dock) {
  docks.delete(dock);
  let left = false;
  for (const request of requests.values()) {
    if (request.dock !== dock) continue;
    request.dock = null;
    left = true;
  }
  if (!left) return;
  tellPage(dock, true);
  pushAll();
}

/** Takes up the work. Gives a function that says whether there is a worker, which must not be put to sleep. @param {(message: object) => Promise<unknown>} asking */
export function host(asking) {
  tell = asking;
  chrome.runtime.onConnect.addListener((port) => {
    if (port.name.startsWith(DAPP)) void acceptPage(port);
    else if (port.name === "ui") acceptScreen(port);
    else port.disconnect();
  });
  return () => worker !== null;
}
