// The mirror: public state that answers silent calls without Python. Python keeps the stored copy; this one says as well
// whether the wallet is open.

import { readMirror } from "./rpc.js";
import * as store from "./store.js";

export let mirror = readMirror(null);

export const mirrorLoaded = store
  .get("mirror")
  .then((bytes) => {
    if (bytes !== null) mirror = { ...readMirror(JSON.parse(new TextDecoder().decode(bytes))), open: false };
  })
  .catch(() => {});

/** @param {unknown} value */
export function setMirror(value) {
  mirror = readMirror(value);
}

export function lockMirror() {
  mirror = { ...mirror, open: false };
}
