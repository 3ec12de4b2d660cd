// A worker that derives one key and ends with it (kdf.js). Nothing it was given stays: the whole memory of the module is
// overwritten before the key leaves, and then it goes with the worker.

const KEY = 32;

/**
 * @typedef {{ password: Uint8Array, salt: Uint8Array, passes: number, kib: number }} Job
 * @typedef {object} Argon2 what tools/argon2/argon2id.c exports
 * @property {WebAssembly.Memory} memory
 * @property {(size: number) => number} take
 * @property {(...inputs: number[]) => number} argon2id
 */

const loaded = WebAssembly.instantiateStreaming(fetch(new URL("argon2.wasm", import.meta.url)));
// A failure is told to the one who asks.
loaded.catch(() => {});

/** @param {Argon2} argon2 @param {Job} job @returns {Uint8Array} */
function derive({ memory, take, argon2id }, { password, salt, passes, kib }) {
  const bytes = () => new Uint8Array(memory.buffer);
  const [out, secret, salted] = [take(KEY), take(password.length), take(salt.length)];
  if (out === 0 || secret === 0 || salted === 0) throw new Error("no memory");
  try {
    bytes().set(password, secret);
    bytes().set(salt, salted);
    const code = argon2id(out, KEY, secret, password.length, salted, salt.length, 1, kib, passes, 0, 0, 0, 0);
    if (code !== 0) throw new Error(`argon2id refused: ${code}`);
    return bytes().slice(out, out + KEY);
  } finally {
    bytes().fill(0);
    password.fill(0);
  }
}

self.onmessage = async (/** @type {MessageEvent<Job>} */ { data }) => {
  try {
    const { instance } = await loaded;
    const key = derive(/** @type {Argon2} */ (/** @type {unknown} */ (instance.exports)), data);
    self.postMessage({ key }, { transfer: [key.buffer] });
  } catch (error) {
    self.postMessage({ error: String(error) });
  }
};
