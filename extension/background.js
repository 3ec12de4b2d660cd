// Chromium's service worker: keeps no state, so it may die at any moment. It makes the offscreen document and does what
// acts.js says. It must never listen for connections: a port that two parties accepted would stay open when one of them
// dies, and requests on it would vanish (spec: extension-runtime).

import { listen } from "./acts.js";

const OFFSCREEN = "offscreen.html";

/** @type {Promise<void> | null} */
let making = null;

function ensure() {
  making ??= (async () => {
    const known = { contextTypes: ["OFFSCREEN_DOCUMENT"], documentUrls: [chrome.runtime.getURL(OFFSCREEN)] };
    if ((await chrome.runtime.getContexts(known)).length === 0) {
      await chrome.offscreen.createDocument({
        url: OFFSCREEN,
        reasons: ["WORKERS"],
        justification: chrome.i18n.getMessage("offscreen_reason"),
      });
    }
  })().finally(() => {
    making = null;
  });
  return making;
}

listen(ensure);
