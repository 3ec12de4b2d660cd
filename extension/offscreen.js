// Chromium's offscreen document hosts the engine; what only the background may do is asked of the service worker.

import { host } from "./host.js";

host((message) => chrome.runtime.sendMessage(message));
