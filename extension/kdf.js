// Passwords to keys, each in a worker of its own. argon2id touches 64 MiB and WebAssembly memory never shrinks: in the
// engine's own memory they would stay for as long as the wallet is unlocked; here they go with the worker.

import { ownScript } from "./scripts.js";

const PATIENCE = 60_000;

export class KdfError extends Error {}

/**
 * argon2id (RFC 9106) with one lane: 32 bytes. The password's buffer goes to the worker and is empty afterwards.
 * Rejects with KdfError when the worker does not start, has no memory, or does not answer in a minute.
 * @param {Uint8Array} password
 * @param {Uint8Array} salt
 * @param {number} passes
 * @param {number} kib
 * @returns {Promise<Uint8Array>}
 */
export async function deriveKey(password, salt, passes, kib) {
  const worker = new Worker(ownScript("argon2.js"), { type: "module" });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  try {
    return await new Promise((resolve, reject) => {
      timer = setTimeout(() => reject(new KdfError(`no answer in ${PATIENCE / 1000} s`)), PATIENCE);
      worker.onerror = (event) => reject(new KdfError(`the worker does not run: ${event.message}`));
      worker.onmessage = ({ data }) => {
        if (data.key instanceof Uint8Array) resolve(data.key);
        else reject(new KdfError(data.error));
      };
      worker.postMessage({ password, salt, passes, kib }, [password.buffer]);
    });
  } finally {
    clearTimeout(timer);
    worker.terminate();
  }
}
