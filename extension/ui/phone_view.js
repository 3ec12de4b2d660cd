// What the app on the phone will show for what it is asked to sign, for the person to compare.

import { h, t } from "./h.js";

/** With some of the apps nothing can be signed then: to be known before the yes. */
const REFUSED = ["new_network", "two_forms", "recursive"];

/** @param {string} note */
function noteText(note) {
  return t(`phone_note_${note}`);
}

/** @param {PhoneView[]} views one for each link, in their order @param {boolean} [now] it is what the phone shows now, to be compared */
export function phoneView(views, now = false) {
  const notes = [...new Set(views.flatMap((view) => view.notes))];
  return h(
    "details",
    // Where the app shows nothing but digits, comparing them is the step.
    { key: "phone-view", class: "phone-view", open: now && notes.includes("digits"), "data-test": "phone-view" },
    h("summary", { "data-test": "show-phone-view" }, t("phone_view")),
    h("p", { class: "hint" }, t("phone_view_text")),
    ...views.map(({ rows }, at) =>
      h(
        "dl",
        { key: at, class: "facts" },
        ...rows.map(([name, text], i) =>
          h("div", { key: i, class: "fact", "data-test": "phone-field", "data-name": name }, h("dt", null, t(`phone_field_${name}`)), h("dd", null, h("code", { class: "long" }, text))),
        ),
      ),
    ),
    notes.length > 0 && h("ul", { class: "points hint" }, ...notes.map((note) => h("li", { key: note, "data-test": "phone-note", "data-note": note }, noteText(note)))),
  );
}

/** What stands on the approval screen of it. @param {PhoneView[]} views @returns {import("./h.js").Child[]} */
export function foretold(views) {
  if (views.length === 0) return [];
  const refused = REFUSED.filter((note) => views.some((view) => view.notes.includes(note)));
  return [...refused.map((note) => h("p", { key: note, class: "hint", "data-test": "phone-refuses", "data-note": note }, noteText(note))), phoneView(views)];
}
