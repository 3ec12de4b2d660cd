// Firefox has no offscreen documents: its event page is a document, hosts the engine itself and does what acts.js says. It
// would be put to sleep after half a minute, engine and all, unless something is called now and then.

import { act, listen } from "./acts.js";
import { host } from "./host.js";

const AWAKE_EVERY = 15_000;

const inUse = host((message) => act(message) ?? Promise.resolve());
listen(() => Promise.resolve());
setInterval(() => {
  if (inUse()) void chrome.runtime.getPlatformInfo();
}, AWAKE_EVERY);
