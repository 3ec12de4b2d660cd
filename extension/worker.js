// Python's house: boots Pyodide from the extension's own files, gives it the store and a mouth, and passes text.
// Messages that arrive during the boot wait here. What goes wrong here is said to the offscreen document, which
// starts another worker.

import { boot } from "./boot.js";
import { abortFetch, boundedFetch } from "./fetch.js";
import { deriveKey } from "./kdf.js";
import * as store from "./store.js";

/** @type {((text: string) => unknown) | null} */
let receive = null;
/** @type {string[]} */
const early = [];

/** @param {object} message */
function say(message) {
  self.postMessage(JSON.stringify(message));
}

/** @param {string} text */
function deliver(text) {
  try {
    /** @type {(text: string) => unknown} */ (receive)(text);
  } catch {
    // Python answers its own errors; one that comes out here means that the interpreter is done for.
    say({ engine: "died" });
  }
}

self.onmessage = (/** @type {MessageEvent<string>} */ event) => {
  if (event.data === "ping") self.postMessage("pong");
  else if (receive === null) early.push(event.data);
  else deliver(event.data);
};

async function start() {
  const pyodide = await boot({
    indexURL: new URL("./pyodide/", import.meta.url).href,
    onProgress: (/** @type {string} */ step) => say({ engine: "starting", step }),
  });
  pyodide.registerJsModule("tandem_host", {
    // Python's None is JavaScript's undefined; null would arrive as an object of its own.
    get: async (/** @type {string} */ key) => (await store.get(key)) ?? undefined,
    put: store.put,
    remove: store.remove,
    fetch: boundedFetch,
    abort: abortFetch,
    derive: deriveKey,
    send: (/** @type {string} */ text) => self.postMessage(text),
  });
  const host = pyodide.pyimport("tandem.hosts.pyodide");
  receive = await host.main();
  say({ engine: "ready" });
  for (const text of early.splice(0)) deliver(text);
}

start().catch((error) => {
  console.error("the engine did not start", error);
  say({ engine: "failed" });
});
