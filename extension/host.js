// The worker and every port to it, in the offscreen document (Chromium) or the event page (Firefox): puts engine.js,
// pages.js and screens.js together.

import { hasWorker, manage } from "./engine.js";
import { setMirror } from "./mirror.js";
import { acceptPage, DAPP, endSubscriptions, failAll, greetDown, handAgain, lockPages, resumeAll, showOn, someAsk, someListen, tellPages } from "./pages.js";
import { acceptScreen, askBackground, prompt, pushAll, someLook, stateChanged } from "./screens.js";

/** What Python says unasked. @param {any} message */
function event(message) {
  if (message.event === "state") stateChanged();
  else if (message.event === "mirror") setMirror(message.mirror);
  else if (message.event === "prompt") prompt(null, message.request);
  else if (message.event === "dapp") tellPages(message);
  else if (message.event === "ended") endSubscriptions(message);
}

/** Takes up the work. Gives a function that says whether there is a worker, which must not be put to sleep. @param {(message: object) => Promise<unknown>} asking */
export function host(asking) {
  askBackground(asking);
  showOn({ changed: pushAll, prompt });
  manage({
    event,
    changed: pushAll,
    stopped: lockPages,
    failed: failAll,
    again: handAgain,
    started: resumeAll,
    ready: greetDown,
    watched: () => someLook() || someListen(),
    asked: someAsk,
  });
  chrome.runtime.onConnect.addListener((port) => {
    if (port.name.startsWith(DAPP)) void acceptPage(port);
    else if (port.name === "ui") acceptScreen(port);
    else port.disconnect();
  });
  return hasWorker;
}
