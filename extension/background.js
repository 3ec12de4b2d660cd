// The service worker: keeps no state, so it may die at any moment. It makes what only it may make (the offscreen
// document, windows, tabs, the badge, injected scripts). It must never listen for connections: a port that two parties accepted would
// stay open when one of them dies, and requests on it would vanish (spec: extension-runtime).

const OFFSCREEN = "offscreen.html";
const APPROVE = "ui/approve.html";
/** Our own tabs, of which one each is enough. @type {Record<string, string>} */
const TABS = { onboarding: "ui/onboarding.html", join: "ui/join.html", devices: "ui/devices.html" };
const WIDTH = 376;
const HEIGHT = 640;

const ALIAS = "window-solana";

/** @type {Promise<void> | null} */
let making = null;
/** @type {Promise<void>} */
let prompting = Promise.resolve();
/** @type {Promise<void>} */
let aliasing = Promise.resolve();

/** @param {chrome.runtime.ContextType} type @param {string} path */
async function contexts(type, path) {
  return chrome.runtime.getContexts({ contextTypes: [type], documentUrls: [chrome.runtime.getURL(path)] });
}

async function ensure() {
  making ??= (async () => {
    if ((await contexts("OFFSCREEN_DOCUMENT", OFFSCREEN)).length === 0) {
      await chrome.offscreen.createDocument({
        url: OFFSCREEN,
        reasons: ["WORKERS"],
        justification: chrome.i18n.getMessage("offscreen_reason"),
      });
    }
  })().finally(() => {
    making = null;
  });
  await making;
}

/** The approve window, at the top right of the browser window that asked. @param {number | undefined} beside */
async function prompt(beside) {
  const [shown] = await contexts("TAB", APPROVE);
  if (shown !== undefined) {
    await chrome.windows.update(shown.windowId, { focused: true });
    return;
  }
  /** @type {{ left?: number, top?: number }} */
  let place = {};
  try {
    const asking = beside === undefined ? await chrome.windows.getLastFocused() : await chrome.windows.get(beside);
    if (asking.left !== undefined && asking.top !== undefined && asking.width !== undefined) {
      place = { left: Math.max(0, asking.left + asking.width - WIDTH - 16), top: asking.top + 72 };
    }
  } catch {
    // The window that asked is gone; the browser chooses the place.
  }
  const size = { url: APPROVE, type: /** @type {const} */ ("popup"), width: WIDTH, height: HEIGHT, focused: true };
  try {
    await chrome.windows.create({ ...size, ...place });
  } catch {
    // A place that is off every screen is refused by the browser.
    await chrome.windows.create(size);
  }
  // Until its document is known to the browser a second prompt would open a second window.
  for (let i = 0; i < 50 && (await contexts("TAB", APPROVE)).length === 0; i++) {
    await new Promise((done) => setTimeout(done, 20));
  }
}

/** @param {string} url */
async function open(url) {
  const [shown] = await contexts("TAB", url);
  if (shown === undefined) {
    await chrome.tabs.create({ url });
    return;
  }
  await chrome.tabs.update(shown.tabId, { active: true });
  await chrome.windows.update(shown.windowId, { focused: true });
}

/** @param {number} count */
async function badge(count) {
  await chrome.action.setBadgeBackgroundColor({ color: "#0b6e5e" });
  await chrome.action.setBadgeText({ text: count > 0 ? `${count}` : "" });
}

/** Exactly this origin: a pattern without a port means all ports. @param {string} origin */
function pattern(origin) {
  const { protocol, hostname, port } = new URL(origin);
  return `${protocol}//${hostname}:${port || (protocol === "https:" ? 443 : 80)}/*`;
}

/** Makes the browser inject `window.solana` into these origins and no others, from their next load on. @param {string[]} origins */
async function aliases(origins) {
  const matches = origins.map(pattern);
  const known = await chrome.scripting.getRegisteredContentScripts({ ids: [ALIAS] });
  if (matches.length === 0) {
    if (known.length > 0) await chrome.scripting.unregisterContentScripts({ ids: [ALIAS] });
  } else if (known.length > 0) {
    await chrome.scripting.updateContentScripts([{ id: ALIAS, matches }]);
  } else {
    await chrome.scripting.registerContentScripts([
      { id: ALIAS, matches, js: ["window_solana.js"], runAt: "document_start", allFrames: true, world: "MAIN" },
    ]);
  }
}

/** @param {any} message @param {boolean} ours @returns {Promise<void> | null} */
function act(message, ours) {
  if (message?.to === "ensure") return ensure();
  if (!ours) return null;
  switch (message?.to) {
    case "prompt":
      prompting = prompting.then(() => prompt(message.window)).catch(() => {});
      return prompting;
    case "open":
      return Object.hasOwn(TABS, message.page) ? open(TABS[message.page]) : null;
    case "badge":
      return badge(Number(message.count) || 0);
    case "aliases":
      aliasing = aliasing.catch(() => {}).then(() => aliases(message.origins));
      return aliasing;
    default:
      return null;
  }
}

chrome.runtime.onMessage.addListener((message, sender, answer) => {
  if (sender.id !== chrome.runtime.id) return false;
  // Content scripts may only ask for the offscreen document; the rest is for our own pages.
  const ours = sender.url !== undefined && sender.url.startsWith(chrome.runtime.getURL(""));
  const done = act(message, ours);
  if (done === null) return false;
  done.then(
    () => answer({ ok: true }),
    () => answer({ ok: false }),
  );
  return true;
});

chrome.runtime.onInstalled.addListener(({ reason }) => {
  if (reason === "install") void open(TABS.onboarding);
});
