// A sign-in by message (EIP-4361): its fields, and what in them is not as it should be.

import { h, t } from "./h.js";
import { addressText, fact } from "./parts.js";

/** @typedef {import("./h.js").Child} Child */

const TEXTS = /** @type {const} */ (["uri", "chain_id", "nonce", "issued_at", "expiration_time", "not_before", "request_id"]);
const LABELS = {
  uri: () => t("siwe_uri"),
  chain_id: () => t("chain_id"),
  nonce: () => t("siwe_nonce"),
  issued_at: () => t("siwe_issued_at"),
  expiration_time: () => t("siwe_expiration_time"),
  not_before: () => t("siwe_not_before"),
  request_id: () => t("siwe_request_id"),
};

/** @param {SignInFields} fields */
export function signInFields(fields) {
  const { address, resources } = fields;
  if (address === undefined) return null; // no sign-in of the standard: only the text is there
  return h(
    "dl",
    { class: "facts", "data-test": "sign-in-fields" },
    fact(t("siwe_address"), addressText(address, "sign-in-address")),
    ...TEXTS.map((name) => {
      const value = fields[name];
      return value !== null && value !== undefined && fact(LABELS[name](), h("span", { class: "note", "data-test": `sign-in-${name}` }, value));
    }),
    ...(resources ?? []).map((resource) => fact(t("siwe_resource"), h("span", { class: "note", "data-test": "sign-in-resource" }, resource))),
  );
}

/** Keys of the warnings; the domain has its own already. @param {SignInFields | undefined} fields */
export function signInFlags(fields) {
  return (fields?.wrong ?? []).filter((name) => name !== "domain").map((name) => `siwe_${name}`);
}
