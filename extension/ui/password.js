// A new password: typed twice, with a hint how good it is.

import { h, t } from "./h.js";
import { redraw } from "./port.js";

/** @typedef {import("./h.js").Child} Child */

const SHORTEST = 8;

/** A hint, not a gate: length counts most, variety some. @param {string} text @returns {0 | 1 | 2 | 3} */
export function strength(text) {
  if (text.length < SHORTEST) return 0;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d]/].filter((kind) => kind.test(text)).length;
  const variety = new Set(text).size;
  if (variety < 5 || (text.length < 12 && kinds < 2)) return 1;
  return text.length >= 16 || (text.length >= 12 && kinds >= 3) ? 3 : 2;
}

/**
 * @param {string} prefix of the fields' names
 * @param {{ once: string, again: string, explained: string }} words keys of the labels and of what the password is for
 */
export function newPassword(prefix, words) {
  let password = "";
  let repeated = "";
  const [once, again, shown] = ["password", "confirm", "strength"].map((name) => `${prefix}${name}`);
  const typed = (/** @type {Event} */ event) => {
    const field = /** @type {HTMLInputElement} */ (event.target);
    if (field.name === once) password = field.value;
    else repeated = field.value;
    redraw();
  };
  return {
    value: () => password,

    clear() {
      password = repeated = "";
    },

    /** What keeps it from being used, or null. @returns {"password_short" | "password_differs" | null} */
    complaint() {
      if (password.length < SHORTEST) return "password_short";
      return password === repeated ? null : "password_differs";
    },

    /** @returns {Child[]} */
    fields() {
      const level = strength(password);
      return [
        h("label", { key: "once-label", for: once }, t(words.once)),
        h("input", { key: "once", id: once, name: once, type: "password", autocomplete: "new-password", "aria-describedby": shown, value: password, oninput: typed, "data-test": once }),
        h(
          "div",
          { key: "strength", id: shown, class: "strength", "data-level": level, role: "status", "data-test": shown },
          h("div", { class: "bar", "aria-hidden": "true" }, h("i", null), h("i", null), h("i", null)),
          h("span", { class: "hint" }, password === "" ? t(words.explained) : t(`strength_${level}`)),
        ),
        h("label", { key: "again-label", for: again }, t(words.again)),
        h("input", { key: "again", id: again, name: again, type: "password", autocomplete: "new-password", value: repeated, oninput: typed, "data-test": again }),
      ];
    },
  };
}

/** One that exists already. @param {string} test @param {string} label @param {boolean} [focus] */
export function oldPassword(test, label, focus = false) {
  return [
    h("label", { key: `${test}-label`, for: test }, label),
    h("input", { key: test, id: test, name: test, type: "password", autocomplete: "current-password", required: true, focus, "data-test": test }),
  ];
}

/** What a form's field holds. @param {SubmitEvent} event @param {string} name */
export function entry(event, name) {
  return `${new FormData(/** @type {HTMLFormElement} */ (event.target)).get(name) ?? ""}`;
}
