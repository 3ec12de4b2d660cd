// The history: what was asked and sent, where it stands, and what can be done for a transaction that is stuck.

import { h, t, tOr } from "./h.js";
import { button, duration, faultLine, iconButton, icons, wish } from "./parts.js";
import { call, redraw } from "./port.js";

/** @type {{ rows: ActivityRow[], more: boolean } | null} */
let list = null;
/** Of the history that `list` shows; it is asked for again when the wallet's is another. */
let version = -1;
let search = "";
/** @type {Fault | null} */
let fault = null;

/** @type {Record<ActivityRow["status"], () => string>} */
const STATUS = {
  done: () => t("activity_done"),
  failed: () => t("activity_failed"),
  signed: () => t("activity_signed"),
  unsent: () => t("activity_unsent"),
  pending: () => t("activity_pending"),
  mined: () => t("activity_mined"),
  reverted: () => t("activity_reverted"),
  replaced: () => t("activity_replaced"),
  dropped: () => t("activity_dropped"),
};

/** @param {string} name @param {object} params */
async function attempt(name, params) {
  fault = null;
  try {
    return await call(name, params);
  } catch (error) {
    fault = /** @type {Fault} */ (error);
    return null;
  } finally {
    redraw();
  }
}

/** @param {number} [before] further back than the row of that number */
async function load(before) {
  const found = /** @type {{ rows: ActivityRow[], more: boolean } | null} */ (await attempt("activity", { search, before }));
  if (found !== null) list = { rows: before === undefined ? found.rows : [...(list?.rows ?? []), ...found.rows], more: found.more };
  redraw();
}

/** Everything the search finds, as a file of the browser's own. @param {"csv" | "json"} format */
async function save(format) {
  const text = await attempt("export_activity", { search, format });
  if (typeof text !== "string") return;
  const url = URL.createObjectURL(new Blob([text], { type: format === "csv" ? "text/csv" : "application/json" }));
  const link = document.createElement("a");
  Object.assign(link, { href: url, download: `tandem-activity.${format}` });
  link.click();
  URL.revokeObjectURL(url);
}

/** @param {ActivityRow} row */
function standing({ status, final, confirmations, reason }) {
  if (status === "failed" && reason !== "") return tOr(`error_${reason}`, reason);
  if (status === "unsent") return reason === "" ? STATUS.unsent() : t("activity_unsent_why", tOr(`error_${reason}`, reason));
  if (status === "mined") return final ? t("activity_final") : confirmations > 0 ? t("activity_confirmed", confirmations) : STATUS.mined();
  return STATUS[status]();
}

/** @param {ActivityRow} row */
function actions({ request, place, explorer, replaceable, sendable }) {
  const replace = async (/** @type {boolean} */ cancel) => {
    if ((await attempt("replace_transaction", { request, place, cancel })) !== null) window.close();
  };
  if (!explorer && !replaceable && !sendable) return null;
  return h(
    "div",
    { class: "row" },
    explorer && h("a", { href: explorer, target: "_blank", rel: "noreferrer", "data-test": "explorer" }, t("explorer")),
    replaceable && button("speed-up", t("speed_up"), () => replace(false), { class: "small" }),
    replaceable && button("cancel-transaction", t("cancel_transaction"), () => replace(true), { class: "quiet" }),
    sendable && button("send-again", t("send_again"), () => attempt("send_again", { request, place }), { class: "small" }),
  );
}

/** @param {ActivityRow} row */
function item(row) {
  const { number, status, origin, method, amount, network, at } = row;
  return h(
    "li",
    { key: number, class: "entry", "data-test": "activity-row", "data-status": status, "data-hash": row.name },
    h(
      "div",
      { class: "grow" },
      h("code", { class: "site" }, origin === "tandem" ? t("by_you") : origin),
      h("span", null, amount === "" ? wish(method) : t("activity_amount", amount, network)),
      h(
        "span",
        { class: status === "unsent" || status === "reverted" || status === "dropped" ? "fault" : "hint" },
        `${standing(row)} · ${t("ago", duration(Date.now() / 1000 - at))}`,
      ),
    ),
    actions(row),
  );
}

/** Call when the history comes up. */
export function lookAtActivity() {
  [list, version, search, fault] = [null, -1, "", null];
}

/** @param {State} state @param {() => void} back */
export function activityScreen(state, back) {
  if (version !== state.activity.version) {
    version = state.activity.version;
    void load();
  }
  const find = (/** @type {InputEvent} */ event) => {
    search = /** @type {HTMLInputElement} */ (event.target).value;
    void load();
  };
  const last = list?.rows.at(-1);
  return h(
    "div",
    { key: "activity", class: "page" },
    h(
      "header",
      null,
      iconButton("back", t("back"), icons.back, back),
      h("h1", { class: "grow", tabindex: -1, focus: true }, t("activity")),
      button("export-csv", "CSV", () => save("csv"), { class: "quiet", "aria-label": t("export_as", "CSV") }),
      button("export-json", "JSON", () => save("json"), { class: "quiet", "aria-label": t("export_as", "JSON") }),
    ),
    h("input", { type: "search", value: "", placeholder: t("activity_search"), "aria-label": t("activity_search"), oninput: find, "data-test": "activity-search" }),
    faultLine(fault),
    list !== null && list.rows.length === 0 && h("p", { class: "hint", "data-test": "activity-empty" }, search === "" ? t("activity_empty") : t("activity_none")),
    list !== null && h("ul", { class: "list" }, ...list.rows.map(item)),
    list?.more && last && button("activity-more", t("activity_more"), () => load(last.number)),
  );
}
