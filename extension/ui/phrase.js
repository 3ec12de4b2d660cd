// A recovery phrase brought in: the words, whose accounts they are, and the vault that their keys are to become.
//
// The phrase is in its field and in one message to the wallet, and nowhere else; the field goes as soon as it is read.

import { attempt } from "./attempt.js";
import { h, t } from "./h.js";
import { addressLine, button, faultNote } from "./parts.js";
import { entry, newPassword } from "./password.js";
import { call, redraw } from "./port.js";

/** @typedef {import("./h.js").Child} Child */
/** @typedef {{ eip155: string, solana: string, solana_phantom: string }} Accounts */
/** What is wrong with the words: those that are in no list, with their places, or all of them. @typedef {{ wrong: "words" | "length" | "checksum", words: { place: number, word: string }[], count: number }} Wrong */

const SIZES = [2, 3, 4];

const fresh = newPassword("", { once: "password", again: "password_again", explained: "password_explained" });

/** @type {Accounts | null} */
let accounts = null;
/** The accounts are the person's. */
let agreed = false;
let phantom = true;
let size = 2;
let count = 0;
const sending = attempt();
/** @type {Wrong | null} */
let wrong = null;

/** Back to the words, which have to be typed again. */
export function forgetPhrase() {
  if (accounts !== null) void call("forget_phrase").catch(() => {});
  accounts = wrong = sending.fault = null;
  agreed = false;
  count = 0;
  fresh.clear();
}

/** @param {string} text */
function wordsOf(text) {
  return text.split(/\s+/).filter((word) => word !== "");
}

/** @param {SubmitEvent} event */
function read(event) {
  event.preventDefault();
  const phrase = entry(event, "phrase");
  void sending.run(async () => {
    wrong = null;
    const told = await call("read_phrase", { phrase });
    if (told.wrong === null) {
      ({ accounts } = told);
      return;
    }
    const typed = wordsOf(phrase);
    const places = /** @type {number[]} */ (told.places ?? []);
    wrong = { wrong: told.wrong, words: places.map((place) => ({ place, word: typed[place - 1] })), count: typed.length };
  });
}

/** @param {SubmitEvent} event */
function bringIn(event) {
  event.preventDefault();
  const name = entry(event, "name").trim();
  void sending.run(async () => {
    const complaint = name === "" ? "name_missing" : fresh.complaint();
    if (complaint !== null) throw { reason: complaint, message: "" };
    await call("bring_in_phrase", { name, password: fresh.value(), size, phantom });
    accounts = null;
    forgetPhrase();
  });
}

/** @param {Wrong} found */
function complaintOf(found) {
  if (found.wrong === "words") {
    return h(
      "ul",
      { class: "points" },
      ...found.words.map(({ place, word }) => h("li", { key: place, "data-test": "unknown-word", "data-place": place }, t("phrase_unknown", place, word))),
    );
  }
  return h("p", null, found.wrong === "length" ? t("phrase_length", found.count) : t("phrase_checksum"));
}

/** @param {Child} back */
function typing(back) {
  const typed = (/** @type {Event} */ event) => {
    count = wordsOf(/** @type {HTMLTextAreaElement} */ (event.target).value).length;
    redraw();
  };
  return h(
    "form",
    { key: "phrase", class: "page sheet stack", onsubmit: read, novalidate: true, autocomplete: "off" },
    h("h1", null, t("phrase_title")),
    h("p", null, t("phrase_text")),
    h("p", { class: "warning", "data-test": "phrase-warning" }, t("phrase_warning")),
    h("label", { for: "phrase" }, t("phrase_field")),
    h("textarea", {
      id: "phrase",
      name: "phrase",
      rows: 4,
      spellcheck: "false",
      autocomplete: "off",
      autocapitalize: "none",
      autocorrect: "off",
      "aria-describedby": "phrase-count",
      focus: true,
      oninput: typed,
      "data-test": "phrase",
    }),
    h("p", { id: "phrase-count", class: "hint", "data-test": "phrase-count", "data-count": count }, t("phrase_count", count)),
    h("div", { class: "fault-note", role: "alert" }, wrong && h("div", { class: "fault", "data-test": "phrase-wrong", "data-wrong": wrong.wrong }, complaintOf(wrong))),
    faultNote(sending.fault, "phrase"),
    h("div", { class: "foot row pair" }, back, h("button", { type: "submit", class: "primary", "data-test": "read-phrase", disabled: sending.busy || count === 0 }, sending.busy ? t("phrase_reading") : t("continue"))),
  );
}

/** @param {string} address @param {boolean} value @param {string} where */
function solanaChoice(address, value, where) {
  const pick = () => {
    phantom = value;
    redraw();
  };
  return h(
    "label",
    { class: "choice" },
    h("input", { type: "radio", name: "solana", value: `${value}`, checked: phantom === value, onchange: pick, "data-test": value ? "solana-phantom" : "solana-plain" }),
    h("span", null, addressLine(address, "address"), h("span", { class: "hint" }, where)),
  );
}

/** @param {Accounts} found */
function looking({ eip155, solana, solana_phantom: other }) {
  const no = () => {
    forgetPhrase();
    redraw();
  };
  const yes = () => {
    agreed = true;
    redraw();
  };
  return h(
    "div",
    { key: "looking", class: "page sheet stack", "data-test": "phrase-accounts" },
    h("h1", { tabindex: -1, focus: true }, t("phrase_yours")),
    h("p", null, t("phrase_yours_text")),
    h("h2", null, t("accounts_evm")),
    h("div", { "data-test": "phrase-evm" }, addressLine(eip155, "address")),
    h("fieldset", null, h("legend", null, t("phrase_solana")), solanaChoice(other, true, t("phrase_solana_most")), solanaChoice(solana, false, t("phrase_solana_short"))),
    h("div", { class: "foot row pair" }, button("not-mine", t("phrase_other"), no), button("are-mine", t("phrase_mine"), yes, { class: "primary" })),
  );
}

/** @param {number} value */
function sizeChoice(value) {
  const pick = () => {
    size = value;
    redraw();
  };
  return h(
    "label",
    { class: "choice" },
    h("input", { type: "radio", name: "size", value, checked: size === value, onchange: pick, "data-test": `size-${value}` }),
    h("span", null, h("strong", null, t(`size_${value}`)), h("span", { class: "hint" }, t(`size_${value}_text`))),
  );
}

function making() {
  const no = () => {
    forgetPhrase();
    redraw();
  };
  return h(
    "form",
    { key: "making", class: "page sheet stack", onsubmit: bringIn, novalidate: true },
    h("h1", null, t("form_title")),
    h("label", { for: "name" }, t("vault_name")),
    h("input", { id: "name", name: "name", maxlength: 64, autocomplete: "off", focus: true, value: t("vault_name_default"), "data-test": "vault-name" }),
    ...fresh.fields(),
    h("fieldset", null, h("legend", null, t("devices")), ...SIZES.map(sizeChoice)),
    h("p", { class: "warning" }, t("phrase_after")),
    faultNote(sending.fault, "phrase"),
    h("div", { class: "foot row pair" }, button("not-mine", t("phrase_other"), no, { disabled: sending.busy }), h("button", { type: "submit", class: "primary", "data-test": "bring-in", disabled: sending.busy }, t("phrase_bring_in"))),
  );
}

/** @param {Child} back what stands beside the button under the words */
export function phraseScreen(back) {
  if (accounts === null) return typing(back);
  return agreed ? making() : looking(accounts);
}
