// Forms that save a setting: what became of the last save stands under each.

import { h, t, tOr } from "./h.js";
import { allowHost, faultText } from "./parts.js";
import { call, redraw } from "./port.js";

/** What became of the last save, by form. @type {Record<string, { good: boolean, text: string } | undefined>} */
const outcome = {};

/** @param {string} form @param {boolean} good @param {string} text */
export function report(form, good, text) {
  outcome[form] = { good, text };
  redraw();
}

/** @param {string} form @param {string} name @param {object} params */
export async function save(form, name, params) {
  try {
    await call(name, params);
    report(form, true, t("saved"));
    return true;
  } catch (error) {
    report(form, false, faultText(/** @type {Fault} */ (error)));
    return false;
  }
}

/** Saves one address, for which the browser may ask the person first. @param {string} form @param {string} name @param {(url: string) => object} params @param {boolean} [adds] an origin to a list: the field is for the next one then */
export function submitUrl(form, name, params, adds = false) {
  return async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const field = /** @type {HTMLInputElement} */ (/** @type {HTMLFormElement} */ (event.target).elements.namedItem("url"));
    const typed = field.value.trim();
    const url = adds ? originOf(typed) : typed;
    const allowed = await allowHost(url);
    if (allowed === "ok") {
      if ((await save(form, name, params(url))) && adds) field.value = "";
    } else report(form, false, tOr(`error_${allowed}`, t("error_internal")));
  };
}

/** @param {string} form */
export function outcomeLine(form) {
  const said = outcome[form];
  return h("p", { class: said?.good === false ? "fault" : "hint", role: "status", "data-test": `${form}-outcome` }, said?.text);
}

/** @param {string} url */
export function originOf(url) {
  try {
    return new URL(url).origin;
  } catch {
    return url;
  }
}

/** Another thing is on the form. @param {string} form */
export function forget(form) {
  outcome[form] = undefined;
}
