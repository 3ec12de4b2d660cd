// Choosing a vault file, and the vault in it where there are several, and its password: for whoever needs one.

import { h, t } from "./h.js";
import { entry } from "./password.js";
import { call, redraw } from "./port.js";
import { chosen, content } from "./vault_file.js";

/** @typedef {import("./h.js").Child} Child */
/** @typedef {{ name: string, encrypted: boolean, kind: "plain" | "legacy" | "current" }} Found */

export function fileChoice() {
  /** @type {{ name: string, data: string } | null} */
  let file = null;
  /** @type {Found[]} */
  let found = [];
  let index = 0;
  let reading = false;
  /** @type {Fault | null} */
  let fault = null;

  /** @param {Event} event */
  async function choose(event) {
    const picked = chosen(event);
    if (picked === undefined || reading) return;
    reading = true;
    file = fault = null;
    redraw();
    try {
      const read = await content(picked);
      found = await call("read_file", read);
      file = read;
      index = 0;
    } catch (error) {
      fault = /** @type {Fault} */ (error);
    }
    reading = false;
    redraw();
  }

  function several() {
    return h(
      "fieldset",
      { key: "which" },
      h("legend", null, t("file_which")),
      ...found.map(({ name }, i) =>
        h(
          "label",
          { key: i, class: "choice" },
          h("input", {
            type: "radio",
            name: "which",
            value: i,
            checked: i === index,
            onchange: () => {
              index = i;
              redraw();
            },
            "data-test": "file-vault",
          }),
          h("span", { class: "long" }, name),
        ),
      ),
    );
  }

  return {
    isChosen: () => file !== null,
    fault: () => fault,

    forget() {
      file = fault = null;
      found = [];
    },

    /** The field for the file. @returns {Child[]} */
    field() {
      return [
        h("label", { key: "file-label", for: "vault-file" }, t("file_field")),
        h("input", { key: "file", id: "vault-file", type: "file", accept: ".vult,.bak,.zip", disabled: reading, onchange: choose, "data-test": "vault-file" }),
        reading && h("p", { key: "reading", class: "hint", role: "status" }, t("file_reading")),
      ];
    },

    /** Which vault, and its password. @returns {Child[]} */
    opening() {
      const { name, encrypted, kind } = found[index];
      return [
        found.length > 1 ? several() : h("p", { key: "file-name" }, h("code", { class: "long", "data-test": "file-name" }, name)),
        encrypted && h("label", { key: "file-password-label", for: "file-password" }, t("file_password")),
        encrypted && h("input", { key: "file-password", id: "file-password", name: "file-password", type: "password", autocomplete: "off", focus: true, "data-test": "file-password" }),
        kind !== "current" && h("p", { key: "weak", class: "warning", "data-test": "file-weak" }, kind === "plain" ? t("file_plain") : t("file_legacy")),
      ];
    },

    /** As the wallet wants it. @param {SubmitEvent} event of the form that holds the password */
    value(event) {
      return { ...file, index, file_password: found[index]?.encrypted ? entry(event, "file-password") : "" };
    },
  };
}
