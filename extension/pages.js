// The pages' ports. A dApp's request is known by its key (document and request id): one that comes again is the same
// request and is attached, never handed over twice; one that a dead worker left unanswered is handed to the next worker
// under the same key, where Python finds its record.

import { callWorker, engine, hasWorker, startWorker, state } from "./engine.js";
import { farewell, listAfter, listFrom, resume } from "./listening.js";
import { lockMirror, mirror, mirrorLoaded } from "./mirror.js";
import { accountsOf, chainOf, mayPrompt, originAllowed, readRequest, rpcError, silentAnswer, solanaOf } from "./rpc.js";

/** @typedef {import("./listening.js").Subscription} Subscription */
/** `down`: it was told that there is no wallet. @typedef {{ subscriptions: Subscription[], down: boolean, port: chrome.runtime.Port, origin: string, top: string, tab: number, window: number | undefined, document: string }} Dock */
/** @typedef {{ key: string, id: string, text: string, method: string, prompts: boolean, created: number, deliveries: number, dock: Dock | null, origin: string, top: string, tab: number, document: string }} Request */

/** What the name of a page's port begins with. */
export const DAPP = "dapp:";
const MAX_DELIVERIES = 3;
const MAX_UNANSWERED = 256;
const OVER = new Set(["done", "failed"]);

/** @type {Set<Dock>} */
const docks = new Set();
/** @type {Map<string, Request>} */
const requests = new Map();
/** The screens are drawn anew; a window is asked for. @type {{ changed: () => void, prompt: (dock: Dock) => void }} */
let screens;

/** @param {chrome.runtime.Port} port @param {object} message */
export function post(port, message) {
  try {
    port.postMessage(message);
  } catch {
    // It closed a moment ago; its onDisconnect follows.
  }
}

// ---- for the screens --------------------------------------------------------------------------------------------

/** Requests that may need a person, as far as JavaScript can tell; shown until Python knows them. */
export function waitingRequests() {
  return [...requests.values()]
    .filter((request) => request.dock !== null && request.prompts)
    .map(({ key, origin, top, method, created }) => ({ key, origin, top, method, created }));
}

/** The browser window of the page that asked last. */
export function askingWindow() {
  return [...requests.values()].reverse().find((request) => request.dock !== null)?.dock?.window;
}

// ---- for the engine ---------------------------------------------------------------------------------------------

export function someAsk() {
  return requests.size > 0;
}

export function someListen() {
  return [...docks].some(({ subscriptions }) => subscriptions.length > 0);
}

/** With a new worker: no subscription outlives the one that told it. */
export function resumeAll() {
  for (const dock of docks) resume(dock, endSubscriptions);
}

/** The worker is there: who was told that there is none hears so. */
export function greetDown() {
  for (const dock of docks) if (dock.down) greet(dock);
}

/** Without a worker the wallet is locked: pages that saw accounts are told that there are none. */
export function lockPages() {
  if (!mirror.open) return;
  for (const dock of docks) {
    if (accountsOf(mirror, dock.origin).length > 0) post(dock.port, { event: "accountsChanged", data: [] });
    if (solanaOf(mirror, dock.origin).length > 0) post(dock.port, { event: "solanaAccountsChanged", data: [] });
  }
  lockMirror();
}

/** There will be no engine. */
export function failAll() {
  for (const request of [...requests.values()]) answer(request, { error: rpcError("boot_failed") });
  for (const dock of docks) {
    // Nobody tells it what it listens to any more.
    if (dock.subscriptions.length === 0) continue;
    dock.down = true;
    keep(dock, []);
    post(dock.port, { event: "disconnect", data: rpcError("boot_failed") });
  }
}

/** To a new engine. @param {boolean} innocent it was none of these that ended the one before */
export function handAgain(innocent) {
  for (const request of [...requests.values()]) {
    // A page that is gone needs no answer; Python's record of its request is what counts.
    if (request.dock === null) {
      requests.delete(request.key);
      continue;
    }
    if (innocent) request.deliveries--;
    handOver(request);
  }
}

/** An event that Python has for one origin, or for one of its documents. @param {any} message */
export function tellPages({ origin, document, name, data }) {
  for (const dock of docks) {
    const meant = document === undefined || dock.document === document;
    if (meant && dock.origin === origin) post(dock.port, { event: name, data });
  }
}

/** A network was removed, say: nothing more will be told. @param {import("./listening.js").Ended} ended */
export function endSubscriptions(ended) {
  for (const dock of docks) {
    if (dock.origin !== ended.origin || dock.document !== ended.document) continue;
    keep(dock, dock.subscriptions.filter(({ name }) => !ended.names.includes(name)));
    post(dock.port, farewell(ended));
  }
}

// ---- requests ---------------------------------------------------------------------------------------------------

/** @param {Request} request @param {{ result: unknown } | { error: object }} outcome */
function answer(request, outcome) {
  if (requests.get(request.key) !== request) return;
  requests.delete(request.key);
  if (request.dock !== null && "result" in outcome) {
    const { dock } = request;
    const list = listAfter(dock.subscriptions, request, outcome.result, chainOf(mirror, dock.origin));
    if (list !== null) keep(dock, list);
  }
  if (request.dock !== null) post(request.dock.port, { id: request.id, ...outcome });
  if (request.prompts) screens.changed();
}

/** What a page listens to now; its end of the port has it too, and gives it to the next host. @param {Dock} dock @param {Subscription[]} subscriptions */
function keep(dock, subscriptions) {
  dock.subscriptions = subscriptions;
  post(dock.port, { kept: subscriptions });
}

/** @param {Request} request */
function handOver(request) {
  if (++request.deliveries > MAX_DELIVERIES) {
    answer(request, { error: rpcError("internal") });
    return;
  }
  const { key, origin, top, tab, document, text } = request;
  const answered = (/** @type {any} */ { err, ok }) => answer(request, err !== undefined ? { error: err } : { result: ok });
  callWorker("dapp", { key, origin, top, tab, document, text }, { answered });
}

/** @param {Dock} dock @param {any} message */
function fromPage(dock, message) {
  const { id, text } = message;
  if (message.kept !== undefined) {
    dock.subscriptions = listFrom(message.kept);
    if (hasWorker()) resume(dock, endSubscriptions);
    else startWorker();
    return;
  }
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
    if (known.dock === null) tellDocument(dock, false);
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
    screens.prompt(dock);
    screens.changed();
  } else if (prompts && message.pressed === true && asksAlready(origin)) {
    // A question of this site waits, and the person, who may have closed its window, presses again. A page that asks by
    // itself opens no window a second time: the badge is there.
    screens.prompt(dock);
  }
}

/** @param {string} origin */
function asksAlready(origin) {
  return state?.requests.some((/** @type {WalletRequest} */ request) => request.origin === origin && !OVER.has(request.state));
}

// ---- ports ------------------------------------------------------------------------------------------------------

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
export async function acceptPage(port) {
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
    subscriptions: [],
    down: false,
    document: sender.documentId ?? port.name.slice(DAPP.length), // Firefox names no documents
  };
  docks.add(dock);
  port.onDisconnect.addListener(() => pageGone(dock));
  port.onMessage.addListener((message) => void mirrorLoaded.then(() => fromPage(dock, message)));
  await mirrorLoaded;
  greet(dock);
}

/** The page compares it with what it knew before a channel broke. @param {Dock} dock */
function greet(dock) {
  const { origin, port } = dock;
  dock.down = false;
  const data = { chainId: chainOf(mirror, origin), accounts: accountsOf(mirror, origin), solana: solanaOf(mirror, origin) };
  post(port, { event: "connect", data });
}

/** A worker that starts later takes every page for gone until it asks again. @param {Dock} dock @param {boolean} gone */
function tellDocument({ document }, gone) {
  if (hasWorker()) callWorker("page", { document, gone }, {});
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
  if (!left && dock.subscriptions.length === 0) return;
  tellDocument(dock, true);
  screens.changed();
}

/** Before anything else. @param {{ changed: () => void, prompt: (dock: Dock) => void }} given */
export function showOn(given) {
  screens = given;
}
