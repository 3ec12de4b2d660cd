// The worker that Python runs in: started when somebody needs it, started again when it dies, ended after a lock and when
// nobody uses it.

import { ownScript } from "./scripts.js";

/**
 * What becomes of a call: its answer, or that the worker is gone. While a call `holds`, the worker is not ended.
 *
 * @typedef {{ answered?: (message: any) => void, lost?: () => void, holds?: boolean }} Call
 */
/**
 * What the others do about the engine. stopped: the wallet is locked now. failed: no engine will come. again: there is a
 * new one, and what the old one left unanswered is to be handed over (innocent: no request ended it). started, ready: one
 * comes, one is there. watched: a screen is open, or a page listens to something. asked: a page waits.
 *
 * @typedef {{ event: (message: any) => void, changed: () => void, stopped: () => void, failed: () => void, again: (innocent: boolean) => void, started: () => void, ready: () => void, watched: () => boolean, asked: () => boolean }} Others
 */

const BOOT_LIMIT = 60_000;
const PING_EVERY = 10_000;
const MISSED_PINGS = 6;
const IDLE_LIMIT = 60_000;

/** @type {Others} */
let others;
/** @type {Map<number, Call>} */
const calls = new Map();
let lastCall = 0;

/** @type {Worker | null} */
let worker = null;
/** @type {"off" | "starting" | "ready" | "failed"} */
export let engine = "off";
/** What Python last said. @type {any} */
export let state = null;
/** @type {number[]} */
let restarts = [];
/** @type {ReturnType<typeof setTimeout> | undefined} */
let bootTimer;
let missedPings = 0;
let lastTick = Date.now();
let lastUse = Date.now();
let retiring = false;

export function hasWorker() {
  return worker !== null;
}

// ---- its life ---------------------------------------------------------------------------------------------------

export function startWorker() {
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
  others.started();
  others.changed();
}

function stopWorker() {
  clearTimeout(bootTimer);
  worker?.terminate();
  worker = null;
  state = null;
  others.stopped();
  const open = [...calls.values()];
  calls.clear();
  for (const call of open) call.lost?.();
}

function bootFailed() {
  stopWorker();
  engine = "failed";
  others.failed();
  others.changed();
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
  others.again(false);
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
  if (!retiring || state?.stage !== "locked" || busy() || [...calls.values()].some((call) => call.holds)) return;
  retiring = false;
  const locked = state;
  stopWorker();
  engine = "off";
  state = locked;
  if (others.watched()) startWorker();
  others.again(true);
  others.changed();
}

function tick() {
  const now = Date.now();
  const slept = now - lastTick > 2 * PING_EVERY;
  lastTick = now;
  if (worker === null || engine !== "ready" || slept) return;
  const used = others.watched() || others.asked() || calls.size > 0 || now - lastUse <= IDLE_LIMIT;
  if (state?.stage !== "open" && !used && !busy()) {
    stopWorker(); // a locked wallet that nobody uses needs no memory; the next call starts it again
    engine = "off";
    return;
  }
  if (++missedPings > MISSED_PINGS) workerDied();
  else worker.postMessage("ping");
}

// ---- what is said to it and by it -------------------------------------------------------------------------------

/** @param {string} name @param {object} params @param {Call} call */
export function callWorker(name, params, call) {
  startWorker();
  lastUse = Date.now();
  const id = ++lastCall;
  calls.set(id, call);
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
    if (message.event === "state") state = message.state;
    else if (message.event === "locked") retiring = true;
    others.event(message);
  } else {
    const call = calls.get(message.id);
    calls.delete(message.id);
    call?.answered?.(message);
  }
  retire();
}

/** @param {string} word */
function engineSays(word) {
  if (word === "ready") {
    clearTimeout(bootTimer);
    engine = "ready";
    others.ready();
    others.changed();
  } else if (word === "failed") {
    bootFailed();
  } else if (word === "died") {
    workerDied();
  }
}

/** Before anything else. @param {Others} given */
export function manage(given) {
  others = given;
  setInterval(tick, PING_EVERY);
}
