// What a form does when it is sent, which may fail: whether it is at it, and the fault that it ended in.

import { redraw } from "./port.js";

export function attempt() {
  const state = {
    busy: false,
    /** @type {Fault | null} */
    fault: null,

    /** Whether it went well; while one runs, another does nothing. @param {() => Promise<unknown>} act */
    async run(act) {
      if (state.busy) return false;
      state.busy = true;
      state.fault = null;
      redraw();
      try {
        await act();
      } catch (error) {
        state.fault = /** @type {Fault} */ (error);
      }
      state.busy = false;
      redraw();
      return state.fault === null;
    },
  };
  return state;
}
