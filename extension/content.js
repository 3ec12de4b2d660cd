// Between the page's provider and the offscreen document: carries requests over a direct port, so that a sleeping
// service worker cannot swallow one, and sends again what is unanswered when the port breaks. The page is not
// trusted (only the shape is checked here), and nothing here is decided: the origin is the browser's word, taken at
// the other end of the port.
(() => {
  "use strict";

  const MAX_TEXT = 1 << 20;
  const MAX_UNANSWERED = 512;
  const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
  const ENSURE_LIMIT = 3000;
  // By which a browser that does not name documents knows that a new port is of the same one.
  const DOCUMENT = crypto.randomUUID?.() ?? "";
  const PAUSES = [0, 50, 200, 500, 1000, 2000, 5000];

  /** By its id: a request's JSON text, and whether the person had just done something on the page. @type {Map<string, { text: string, pressed: boolean }>} */
  const unanswered = new Map();
  /** What this page is subscribed to, as the other end says it: told to the next one. @type {object[]} */
  let kept = [];
  /** @type {chrome.runtime.Port | null} */
  let port = null;
  let attempt = 0;
  let wanted = false;
  let waiting = false;

  /** @param {object} message */
  function toPage(message) {
    window.postMessage({ to: "tandem:page", ...message }, "/");
  }

  /** @param {string} id @param {number} code @param {string} message @param {string} reason */
  function refuse(id, code, message, reason) {
    unanswered.delete(id);
    toPage({ id, error: { code, message, data: { reason } } });
  }

  /** @param {string} message @param {string} reason */
  function giveUp(message, reason) {
    wanted = false;
    for (const id of [...unanswered.keys()]) refuse(id, 4900, message, reason);
    toPage({ event: "disconnect", data: { code: 4900, message } });
  }

  /** @param {number} milliseconds */
  function pause(milliseconds) {
    return new Promise((done) => setTimeout(done, milliseconds));
  }

  /** False once the extension was reloaded, updated or removed under this page. */
  function alive() {
    try {
      return chrome.runtime?.id !== undefined;
    } catch {
      return false;
    }
  }

  function orphaned() {
    giveUp("The wallet was updated or removed. Reload this tab.", "reload_tab");
  }

  function connect() {
    if (!alive()) {
      orphaned();
      return;
    }
    if (port !== null || waiting) return;
    let made;
    try {
      made = chrome.runtime.connect({ name: `dapp:${DOCUMENT}` });
    } catch {
      orphaned();
      return;
    }
    port = made;
    made.onMessage.addListener((/** @type {any} */ message) => {
      attempt = 0;
      if (message.kept !== undefined) {
        kept = message.kept;
        return;
      }
      if (message.id !== undefined) unanswered.delete(message.id);
      toPage(message);
    });
    made.onDisconnect.addListener(() => {
      // Reading it keeps the browser from reporting "nobody listens" as an error of this page.
      void chrome.runtime?.lastError;
      if (port !== made) return;
      port = null;
      void again();
    });
    if (kept.length > 0) made.postMessage({ kept });
    for (const [id, request] of unanswered) made.postMessage({ id, ...request });
  }

  /** The other end is gone or was never there: have it made, then connect again. */
  async function again() {
    if (waiting || (!wanted && unanswered.size === 0)) return;
    if (attempt >= PAUSES.length) {
      attempt = 0;
      giveUp("The wallet cannot be reached.", "wallet_unreachable");
      return;
    }
    waiting = true;
    try {
      await pause(PAUSES[attempt++]);
      // Its answer never comes when the extension is reloaded meanwhile, hence the limit.
      if (alive()) await Promise.race([chrome.runtime.sendMessage({ to: "ensure" }), pause(ENSURE_LIMIT)]);
    } catch {
      // The service worker died under the message; the next attempt starts it again.
    }
    waiting = false;
    connect();
  }

  /** @param {() => void} act */
  function whenActive(act) {
    const page = /** @type {Document & { prerendering?: boolean }} */ (document);
    if (page.prerendering) document.addEventListener("prerenderingchange", act, { once: true });
    else act();
  }

  window.addEventListener(
    "message",
    (event) => {
      if (event.source !== window) return;
      const message = event.data;
      if (typeof message !== "object" || message === null || message.to !== "tandem:content") return;
      event.stopImmediatePropagation();
      const { id, text } = message;
      if (typeof id !== "string" || !ID.test(id) || typeof text !== "string" || unanswered.has(id)) return;
      if (text.length > MAX_TEXT) {
        refuse(id, -32602, "The request is too large.", "bad_request");
        return;
      }
      if (unanswered.size >= MAX_UNANSWERED) {
        refuse(id, -32005, "Too many requests are waiting.", "rate_limited");
        return;
      }
      const pressed = navigator.userActivation?.isActive === true;
      unanswered.set(id, { text, pressed });
      wanted = true;
      whenActive(() => {
        if (!unanswered.has(id)) return;
        if (port === null) {
          connect();
          return;
        }
        try {
          port.postMessage({ id, text, pressed });
        } catch {
          port = null;
          connect();
        }
      });
    },
    true,
  );

  // Into the back/forward cache no port goes: Chromium closes it at the other end and says nothing at this one, so that
  // what is asked on it after the return would be lost.
  window.addEventListener("pagehide", () => {
    port?.disconnect();
    port = null;
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && wanted) connect();
  });
})();
