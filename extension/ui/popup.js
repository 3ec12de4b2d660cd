// The popup: unlock, then home (vault, address, balance, network, requests, sites) and settings.

import { h, t, tOr } from "./h.js";
import {
  addressLine,
  amountText,
  begin,
  button,
  center,
  copyButton,
  duration,
  engineScreen,
  faultLine,
  faultText,
  iconButton,
  icons,
  mark,
  page,
  qrPicture,
  unlockForm,
  wish,
} from "./parts.js";
import { call, latest, redraw, show } from "./port.js";
import { settingsScreen } from "./settings.js";

/** @typedef {import("./h.js").Child} Child */

const ENDED_SHOWN = 4;

/** @type {"home" | "settings"} */
let view = "home";
let showingQr = false;
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

/** @param {WalletRequest} request */
function over(request) {
  return request.state === "done" || request.state === "failed";
}

/** @param {WalletRequest} request */
function requestItem(request) {
  const open = async () => {
    await chrome.runtime.sendMessage({ to: "prompt" });
    window.close();
  };
  const said = request.error !== null ? faultText(request.error) : tOr(`state_${request.state}`, request.state);
  return h(
    "li",
    { key: request.id, "data-test": "request", "data-state": request.state, "data-reason": request.error?.reason },
    h(
      "div",
      { class: "grow" },
      h("code", { class: "site" }, request.origin),
      h("span", null, wish(request.method)),
      h("span", { class: "hint" }, `${said} · ${t("ago", duration(Date.now() / 1000 - request.created))}`),
    ),
    over(request)
      ? button("dismiss", t("dismiss"), () => act("dismiss_request", { request: request.id }), { class: "quiet" })
      : h(
          "div",
          { class: "row" },
          button("cancel-request", t("cancel"), () => act("cancel_request", { request: request.id }), { class: "quiet" }),
          button("open-request", t("open"), open, { class: "primary small" }),
        ),
  );
}

/** @param {State} state */
function requests(state) {
  // Newest first: all that are open, and the last few that are over.
  let ended = 0;
  const shown = [...state.requests].reverse().filter((request) => !over(request) || ++ended <= ENDED_SHOWN);
  if (shown.length === 0) return null;
  return h("section", { key: "requests" }, h("h2", null, t("requests")), h("ul", { class: "list" }, ...shown.map(requestItem)));
}

/** @param {State} state */
function sites(state) {
  const items = state.sites.map((site) =>
    h(
      "li",
      { key: site.origin, "data-test": "site", "data-origin": site.origin },
      h(
        "div",
        { class: "grow" },
        h("code", { class: "site" }, site.origin),
        h("span", { class: "hint" }, state.networks.find((network) => network.chain_id === site.chain_id)?.name ?? site.chain_id),
      ),
      button("disconnect", t("disconnect"), () => act("disconnect_site", { origin: site.origin }), { class: "quiet" }),
    ),
  );
  return h(
    "section",
    { key: "sites" },
    h("h2", null, t("sites")),
    items.length === 0 ? h("p", { class: "hint" }, t("no_sites")) : h("ul", { class: "list" }, ...items),
  );
}

/** @param {State} state */
function header(state) {
  const pick = (/** @type {Event} */ event) => act("set_network", { chain_id: /** @type {HTMLSelectElement} */ (event.target).value });
  return h(
    "header",
    { key: "header" },
    mark(1, "small"),
    h(
      "select",
      { "aria-label": t("network"), "data-test": "network", value: state.network.chain_id, onchange: pick },
      ...state.networks.map((network) => h("option", { key: network.chain_id, value: network.chain_id }, network.name)),
    ),
    h("span", { class: "grow" }),
    iconButton("lock", t("lock"), icons.lock, () => act("lock")),
    iconButton("settings", t("settings"), icons.settings, () => turn("settings")),
  );
}

/** @param {"home" | "settings"} to */
function turn(to) {
  view = to;
  fault = null;
  redraw();
}

/** @param {State} state */
function home(state) {
  const { vault } = state;
  if (vault === null) return welcome();
  const toggle = () => {
    showingQr = !showingQr;
    redraw();
  };
  return h(
    "div",
    { key: "home", class: "page" },
    header(state),
    h(
      "section",
      { key: "vault", class: "card" },
      h("h1", { "data-test": "vault-name" }, vault.name),
      h("p", { class: "big", "data-test": "balance" }, state.balance === null ? h("span", { class: "hint" }, t("balance_unknown")) : amountText(state.balance)),
      addressLine(vault.address, "address"),
      h(
        "div",
        { class: "row" },
        copyButton("copy-address", t("copy_address"), vault.address),
        button("show-qr", showingQr ? t("hide_qr") : t("show_qr"), toggle, { class: "quiet", "aria-expanded": `${showingQr}` }),
      ),
      showingQr && h("div", { class: "qr-box", "data-test": "address-qr" }, qrPicture(vault.qr, t("address_qr_label"))),
    ),
    faultLine(fault),
    requests(state),
    sites(state),
  );
}

function welcome() {
  return center(
    t("welcome_title"),
    mark(1, "huge"),
    h("p", null, t("welcome_text")),
    button("create", t("create_vault"), () => chrome.runtime.sendMessage({ to: "onboard" }).then(() => window.close()), { class: "primary" }),
  );
}

/** @param {State} state */
function locked(state) {
  const open = state.requests.filter((request) => !over(request)).length;
  return page(
    h(
      "div",
      { class: "middle" },
      h("div", { class: "brand" }, mark(1, "huge")),
      h("h1", null, state.vault?.name ?? t("unlock_title")),
      open > 0 && h("p", { "data-test": "pending" }, open === 1 ? t("pending_one") : t("pending_many", open)),
      unlockForm(),
    ),
  );
}

/** @param {Push} push @returns {Child} */
function screen(push) {
  const engine = engineScreen(push);
  if (engine !== null || push.state === null) return engine;
  if (push.state.stage === "empty") return welcome();
  if (push.state.stage === "locked") return locked(push.state);
  return view === "settings" ? settingsScreen(push.state, () => turn("home")) : home(push.state);
}

setInterval(() => {
  if ((latest().state?.requests.length ?? 0) > 0) redraw();
}, 5000);

void begin("name");
show(screen);
