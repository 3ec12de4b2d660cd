// The button that counts is dead until the window has been looked at for half a second: a press that was meant for what
// was there before does not agree to what has just appeared.

import { redraw } from "./port.js";

const ARM_AFTER = 500;

let armed = false;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let arming;

/** Begin again: another question is on the screen, or the window has come or gone. */
export function arm() {
  clearTimeout(arming);
  armed = false;
  if (document.visibilityState === "visible" && document.hasFocus()) {
    arming = setTimeout(() => {
      armed = true;
      redraw();
    }, ARM_AFTER);
  }
  redraw();
}
window.addEventListener("focus", arm);
window.addEventListener("blur", arm);
document.addEventListener("visibilitychange", arm);

let asked = "";

/** Begin again where the question is not what it was: a warning may come after the screen. @param {string} question what is asked, and what is warned of */
export function asks(question) {
  if (question === asked) return;
  asked = question;
  armed = false;
  queueMicrotask(arm);
}

export function isArmed() {
  return armed;
}

/** Only a real press counts. @param {MouseEvent} event */
export function counts(event) {
  return event.isTrusted && armed && document.hasFocus();
}
