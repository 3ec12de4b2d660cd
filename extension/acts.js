// What only the browser's background context may do for the wallet: windows, tabs, the badge, injected scripts. No state is
// kept, so it may die at any moment.

const APPROVE = "ui/approve.html";
/** Our own tabs, of which one each is enough. @type {Record<string, string>} */
const TABS = { onboarding: "ui/onboarding.html", join: "ui/join.html", devices: "ui/devices.html" };
const WIDTH = 376;
const HEIGHT = 640;


/** @type {Promise<void>} */
let prompting = Promise.resolve();
/** @type {Promise<void>} */
let aliasing = Promise.resolve();

/** Where one of our pages is open. @param {string} path @returns {Promise<{ tab: number, window: number } | undefined>} */
async function shownAt(path) {
  if (chrome.runtime.getContexts !== undefined) {
    const [found] = await chrome.runtime.getContexts({ contextTypes: ["TAB"], documentUrls: [chrome.runtime.getURL(path)] });
    return found === undefined ? undefined : { tab: found.tabId, window: found.windowId };
  }
  // Firefox: the pages themselves are at hand.
  for (const view of chrome.extension.getViews({ type: "tab" })) {
    if (view.location.pathname !== `/${path}`) continue;
    const tab = await view.chrome.tabs.getCurrent();
    if (tab?.id !== undefined && tab.windowId !== undefined) return { tab: tab.id, window: tab.windowId };
  }
  return undefined;
}

/** The approve window, at the top right of the browser window that asked; at one request where it is named. @param {number | undefined} beside @param {string | undefined} request */
async function prompt(beside, request) {
  const shown = await shownAt(APPROVE);
  if (shown !== undefined) {
    await chrome.windows.update(shown.window, { focused: true });
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
  const url = typeof request === "string" ? `${APPROVE}#${encodeURIComponent(request)}` : APPROVE;
  const size = { url, type: /** @type {const} */ ("popup"), width: WIDTH, height: HEIGHT, focused: true };
  try {
    await chrome.windows.create({ ...size, ...place });
  } catch {
    // A place that is off every screen is refused by the browser.
    await chrome.windows.create(size);
  }
  // Until its document is known to the browser a second prompt would open a second window.
  for (let i = 0; i < 50 && (await shownAt(APPROVE)) === undefined; i++) {
    await new Promise((done) => setTimeout(done, 20));
  }
}

/** @param {string} url */
async function open(url) {
  const shown = await shownAt(url);
  if (shown === undefined) {
    await chrome.tabs.create({ url });
    return;
  }
  await chrome.tabs.update(shown.tab, { active: true });
  await chrome.windows.update(shown.window, { focused: true });
}

/** @param {number} count */
async function badge(count) {
  await chrome.action.setBadgeBackgroundColor({ color: "#0b6e5e" });
  await chrome.action.setBadgeText({ text: count > 0 ? `${count}` : "" });
}

/** Exactly this origin: a pattern without a port means all ports. Firefox knows nothing else: one with a port fits no page there. @param {string} origin */
function pattern(origin) {
  const { protocol, hostname, port } = new URL(origin);
  const ports = location.protocol === "moz-extension:" ? "" : `:${port || (protocol === "https:" ? 443 : 80)}`;
  return `${protocol}//${hostname}${ports}/*`;
}

/** The script of each name that the person may give us on a site; `none` takes us away. @type {Record<string, string>} */
const NAMES = { solana: "window_solana.js", ethereum: "window_ethereum.js", vultisig: "vultisig.js", none: "window_none.js" };

/** The scripts of one site's names. All of them are registered as one, for Chromium runs no file of ours twice in a page. @param {string[]} names */
function scriptsOf(names) {
  const js = names.map((name) => NAMES[name]);
  return names.includes("solana") || names.includes("vultisig") ? ["solana_face.js", ...js, "window_end.js"] : js;
}

/** Makes the browser inject each site's scripts into it, and nothing of them anywhere else, from the next load on. @param {Record<string, string[]>} faces names by origin */
async function aliases(faces) {
  /** @type {Map<string, chrome.scripting.RegisteredContentScript & { matches: string[] }>} */
  const wanted = new Map();
  for (const [origin, names] of Object.entries(faces)) {
    const id = `window-${names.join("-")}`;
    const one = wanted.get(id) ?? { id, matches: [], js: scriptsOf(names), runAt: "document_start", allFrames: true, world: "MAIN" };
    one.matches.push(pattern(origin));
    wanted.set(id, one);
  }
  const known = (await chrome.scripting.getRegisteredContentScripts()).map(({ id }) => id);
  const gone = known.filter((id) => !wanted.has(id));
  if (gone.length > 0) await chrome.scripting.unregisterContentScripts({ ids: gone });
  const all = [...wanted.values()];
  await chrome.scripting.updateContentScripts(all.filter(({ id }) => known.includes(id)));
  await chrome.scripting.registerContentScripts(all.filter(({ id }) => !known.includes(id)));
}

/** One of our own pages asks; null for what nobody does. @param {any} message @returns {Promise<void> | null} */
export function act(message) {
  switch (message?.to) {
    case "prompt":
      prompting = prompting.then(() => prompt(message.window, message.request)).catch(() => {});
      return prompting;
    case "open":
      return Object.hasOwn(TABS, message.page) ? open(TABS[message.page]) : null;
    case "badge":
      return badge(Number(message.count) || 0);
    case "aliases":
      aliasing = aliasing.catch(() => {}).then(() => aliases(message.faces));
      return aliasing;
    default:
      return null;
  }
}

/** Answers messages: content scripts may only have the engine's host made (`ensure`), the rest is for our own pages. @param {() => Promise<void>} ensure */
export function listen(ensure) {
  chrome.runtime.onMessage.addListener((message, sender, answer) => {
    if (sender.id !== chrome.runtime.id) return false;
    const ours = sender.url !== undefined && sender.url.startsWith(chrome.runtime.getURL(""));
    const done = message?.to === "ensure" ? ensure() : ours ? act(message) : null;
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
}
