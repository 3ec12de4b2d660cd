// The popup: unlock, then home (accounts, requests, sites) and settings.

import { h, t } from "./h.js";
import {
  accountCard,
  amountText,
  begin,
  button,
  center,
  engineScreen,
  faultLine,
  iconButton,
  icons,
  mark,
  page,
  unlockForm,
} from "./parts.js";
import { activityScreen, lookAtActivity } from "./activity.js";
import { call, latest, redraw, show } from "./port.js";
import { over, requestList } from "./requests.js";
import { lookAtTab, settingsScreen } from "./settings.js";
import { siteList } from "./sites.js";
import { tokenList } from "./tokens.js";

/** @typedef {import("./h.js").Child} Child */

/** @type {"home" | "settings" | "activity"} */
let view = "home";
/** The focus goes back to where the settings were opened. */
let returning = false;
/** Whose QR code shows. @type {Space | null} */
let showingQr = null;
/** @type {Fault | null} */
let fault = null;

/** @param {string} name @param {object} [params] */
async function act(name, params) {
  fault = null;
  try {
    await call(name, params);
  } catch (error) {
    fault = /** @type {Fault} */ (error);
  }
  redraw();
}

/** @param {string} name */
function header(name) {
  return h(
    "header",
    { key: "header" },
    mark(1, "small"),
    h("h1", { class: "grow", "data-test": "vault-name" }, name),
    iconButton("lock", t("lock"), icons.lock, () => act("lock")),
    iconButton("activity", t("activity"), icons.activity, () => turn("activity")),
    iconButton("settings", t("settings"), icons.settings, () => turn("settings"), { focus: returning }),
  );
}

/** @param {"home" | "settings" | "activity"} to */
function turn(to) {
  view = to;
  returning = to === "home";
  fault = null;
  if (to === "settings") void lookAtTab();
  if (to === "activity") lookAtActivity();
  redraw();
}

/** @param {Account} account */
function card(account) {
  const { space, network, networks, balance } = account;
  const toggle = () => {
    showingQr = showingQr === space ? null : space;
    redraw();
  };
  const pick = (/** @type {Event} */ event) => act("set_network", { chain: /** @type {HTMLSelectElement} */ (event.target).value });
  return accountCard(
    account,
    showingQr === space,
    toggle,
    h(
      "select",
      { "aria-label": t("network"), "data-test": "network", value: network.chain, onchange: pick },
      ...networks.map((candidate) => h("option", { key: candidate.chain, value: candidate.chain }, candidate.name)),
    ),
    h("p", { class: "balance", "data-test": "balance" }, balance === null ? h("span", { class: "hint" }, t("balance_unknown")) : amountText(balance)),
    tokenList(account, ({ chain, contract, token_id }) => act("forget_asset", { chain, contract, token_id: token_id ?? "" })),
  );
}

/** @param {"onboarding" | "join" | "devices"} page */
async function openPage(page) {
  await chrome.runtime.sendMessage({ to: "open", page });
  window.close();
}

/** Calm, and gone for this session at a press. */
function reminder() {
  return h(
    "section",
    { key: "reminder", class: "notice stack", "data-test": "backup-reminder" },
    h("p", null, t("reminder_text")),
    h(
      "div",
      { class: "row" },
      button("make-backup", t("make_backup"), () => openPage("devices"), { class: "small" }),
      button("dismiss-reminder", t("reminder_later"), () => act("dismiss_reminder"), { class: "quiet" }),
    ),
  );
}

/** What several devices do in another tab just now. @param {State} state */
function underWay({ ceremony, joining }) {
  const over = [undefined, "done", "failed"];
  const page = !over.includes(joining?.stage) ? "join" : ceremony?.kind === "reshare" && !over.includes(ceremony.stage) ? "devices" : null;
  if (page === null) return null;
  return h(
    "section",
    { key: "under-way", class: "notice row spread", "data-test": "under-way" },
    h("span", { class: "grow" }, page === "join" ? t("under_way_link") : t("changing_title")),
    button("open-under-way", t("open"), () => openPage(page), { class: "primary small" }),
  );
}

/** @param {State} state @param {boolean} reminded */
function home(state, reminded) {
  if (state.vault === null) return welcome();
  const asked = state.requests.some((request) => !over(request));
  const accounts = h("div", { key: "accounts", class: "cards" }, ...state.accounts.map(card));
  return h(
    "div",
    { key: "home", class: "page" },
    header(state.vault.name),
    faultLine(fault),
    underWay(state),
    (state.vault.backup === null || state.vault.backup === undefined) && !reminded && reminder(),
    // What waits for an answer comes first; what is over is history.
    ...(asked ? [requestList(state, act), accounts] : [accounts, requestList(state, act)]),
    siteList(state, act),
    h(
      "section",
      { key: "more" },
      h("h2", null, t("devices_title")),
      h(
        "div",
        { class: "row pair" },
        button("join-link", t("popup_link"), () => openPage("join")),
        button("devices", t("popup_manage"), () => openPage("devices")),
      ),
    ),
  );
}

function welcome() {
  return center(
    t("welcome_title"),
    mark(1, "huge"),
    h("p", null, t("welcome_text")),
    button("create", t("create_vault"), () => openPage("onboarding"), { class: "primary" }),
  );
}

/** @param {string | undefined} name @param {WalletRequest[]} requests */
function locked(name, requests) {
  const open = requests.filter((request) => !over(request)).length;
  return page(
    h(
      "div",
      { class: "middle" },
      h("div", { class: "brand" }, mark(1, "huge")),
      h("h1", null, name ?? t("unlock_title")),
      open > 0 && h("p", { "data-test": "pending" }, open === 1 ? t("pending_one") : t("pending_many", open)),
      unlockForm(),
    ),
  );
}

/** @param {Push} push @returns {Child} */
function screen(push) {
  // While Python starts the password can be typed already.
  if (push.state === null && push.vault !== null && push.engine !== "failed") return locked(push.vault, []);
  const engine = engineScreen(push);
  if (engine !== null || push.state === null) return engine;
  if (push.state.stage === "empty") return welcome();
  if (push.state.stage === "locked") return locked(push.state.vault?.name, push.state.requests);
  if (view === "activity") return activityScreen(push.state, () => turn("home"));
  return view === "settings" ? settingsScreen(push.state, () => turn("home")) : home(push.state, push.reminded);
}

setInterval(() => {
  if (latest().state?.requests.some((request) => !over(request))) redraw();
}, 1000);

void begin("name");
show(screen);
