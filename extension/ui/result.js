// How a request ended: well, with what was sent or signed, or not, with what to do next.

import { h, t, tOr } from "./h.js";
import { button, copyButton, faultText, mark, raw } from "./parts.js";

/** @typedef {import("./h.js").Child} Child */

/** Whether a Yes here goes on to the phone. @param {WalletRequest} request */
export function forPhone({ kind }) {
  return kind !== "connect" && kind !== "network" && kind !== "asset";
}

/** Every transaction that went out, with the way to look it up. @param {WalletRequest} request @returns {Child[]} */
function sentLines({ sent }) {
  return sent.map(({ id, explorer }) =>
    h(
      "div",
      { key: id, class: "sent", "data-test": "sent" },
      h("p", { class: "hash" }, h("code", { "data-test": "hash" }, id)),
      h(
        "div",
        { class: "row" },
        copyButton("copy-hash", t("copy_hash"), id),
        explorer !== null && h("a", { href: explorer, target: "_blank", rel: "noreferrer", "data-test": "explorer" }, t("explorer")),
      ),
    ),
  );
}

/** @param {WalletRequest} request @param {() => void} leave */
export function successScreen(request, leave) {
  const { kind, sends, unclaimed } = request;
  const signed = kind === "transaction" ? t("result_handed_back") : t("result_signed");
  const added = t("result_added");
  const title = sends ? t("result_sent") : { connect: t("result_connected"), sign_in: t("result_signed_in"), message: signed, transaction: signed, network: added, asset: added }[kind];
  return h(
    "div",
    { key: "result", class: "page center" },
    h(
      "div",
      { class: "middle", role: "status", "data-test": "result", "data-result": forPhone(request) ? request.result : undefined },
      mark(1, "huge"),
      h("h1", null, title),
      h("p", { class: "hint" }, request.origin),
      ...sentLines(request),
      unclaimed !== null && h("p", { "data-test": "unclaimed" }, t("unclaimed")),
    ),
    unclaimed !== null && raw(t("signature"), unclaimed, "signature"),
    h("div", { class: "foot" }, button("close", t("close"), leave, { class: "primary" })),
  );
}

/** @param {WalletRequest} request @param {() => void} leave */
export function failureScreen(request, leave) {
  const error = request.error ?? { reason: "internal", message: "" };
  return h(
    "div",
    { key: "failure", class: "page center" },
    h(
      "div",
      { class: "middle", role: "alert" },
      h("div", { class: "broken" }, mark(0, "huge")),
      h("h1", { "data-test": "error", "data-reason": error.reason }, faultText(error)),
      error.reason === "chain_node" && error.message !== "" && h("p", { class: "hint", "data-test": "node-said" }, t("node_said", error.message)),
      h("p", { "data-test": "next-step" }, tOr(`next_${error.reason}`, t("next_default"))),
      request.sent.length > 0 && h("p", null, t("sent_before")),
      ...sentLines(request),
      h("p", { class: "hint" }, request.origin),
    ),
    h("div", { class: "foot" }, button("close", t("close"), leave, { class: "primary" })),
  );
}
