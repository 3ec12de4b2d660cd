// What the app on the phone will show for what it is asked to sign, for the person to compare.

import { h, t } from "./h.js";

/** @param {PhoneView} view */
export function phoneView({ rows, notes }) {
  return h(
    "details",
    { key: "phone-view", class: "phone-view", "data-test": "phone-view" },
    h("summary", { "data-test": "show-phone-view" }, t("phone_view")),
    h("p", { class: "hint" }, t("phone_view_text")),
    h(
      "dl",
      { class: "facts" },
      ...rows.map(([name, text], i) =>
        h("div", { key: i, class: "fact", "data-test": "phone-field", "data-name": name }, h("dt", null, t(`phone_field_${name}`)), h("dd", null, h("code", { class: "long" }, text))),
      ),
    ),
    notes.length > 0 && h("ul", { class: "points hint" }, ...notes.map((note) => h("li", { key: note, "data-test": "phone-note", "data-note": note }, t(`phone_note_${note}`)))),
  );
}
