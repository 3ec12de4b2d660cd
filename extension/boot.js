// Boots Python: Pyodide from the extension's own files, with the packages that the build installed and compiled.
//
// The build runs micropip (tools/runtime.py says why); here its result is laid out as files. Everything is fetched at
// once, and the packages are in place before the interpreter starts.

/**
 * @typedef {object} Pyodide what the worker needs of it
 * @property {(code: string) => any} runPython
 * @property {(name: string) => any} pyimport
 * @property {(name: string, module: object) => void} registerJsModule
 * @typedef {object} Files emscripten's file system, as far as it is used here
 * @property {(path: string) => void} mkdirTree
 * @property {(path: string, content: Uint8Array, options?: { canOwn?: boolean }) => void} writeFile
 */

// Without 'wasm-unsafe-eval' and in some other failures loadPyodide never settles.
const PATIENCE = 60_000;

// What pyodide-lock.json says of the interpreter; its list of packages is of no use here.
const LOCK = {
  info: { abi_version: "2026_0", arch: "wasm32", platform: "emscripten_5_0_3", python: "3.14.2", version: "314.0.7" },
  packages: {},
};

export class BootError extends Error {}

/**
 * @param {URL} url
 * @returns {Promise<Uint8Array>}
 */
async function bytes(url) {
  const response = await fetch(url);
  if (!response.ok) throw new BootError(`${url.pathname}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/**
 * Lays out a pack (tools/runtime.py, `pack`) as files under `root`.
 * @param {Files} FS
 * @param {string} root
 * @param {Uint8Array} pack
 */
function unpack(FS, root, pack) {
  const length = new DataView(pack.buffer, pack.byteOffset).getUint32(0, true);
  /** @type {[string, number][]} */
  const index = JSON.parse(new TextDecoder().decode(pack.subarray(4, 4 + length)));
  const made = new Set();
  let at = 4 + length;
  for (const [name, size] of index) {
    const path = `${root}/${name}`;
    const folder = path.slice(0, path.lastIndexOf("/"));
    if (!made.has(folder)) {
      FS.mkdirTree(folder);
      made.add(folder);
    }
    FS.writeFile(path, pack.subarray(at, at + size), { canOwn: true });
    at += size;
  }
}

/**
 * @template T
 * @param {Promise<T>} promise
 * @returns {Promise<T>}
 */
function inTime(promise) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new BootError(`Python did not start in ${PATIENCE / 1000} s`)), PATIENCE);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/**
 * Boots Python. `indexURL` is the folder of the runtime, ending in a slash; `onProgress` hears "loading", "starting",
 * "ready". Rejects with BootError (a file is missing, no answer in a minute) or with Pyodide's own error.
 * @param {{ indexURL: string, onProgress?: (step: string) => void }} options
 * @returns {Promise<Pyodide>}
 */
export async function boot({ indexURL, onProgress = () => {} }) {
  onProgress("loading");
  const at = (/** @type {string} */ name) => new URL(name, indexURL);
  const site = bytes(at("site.pack"));
  const [{ loadPyodide }, { default: createPyodideModule }] = await inTime(
    Promise.all([import(at("pyodide.mjs").href), import(at("pyodide.asm.mjs").href)]),
  );
  onProgress("starting");
  const pyodide = await inTime(
    loadPyodide({
      indexURL,
      createPyodideModule,
      stdLibURL: at("python_stdlib.zip").href,
      lockFileContents: LOCK,
      fsInit: async (/** @type {Files} */ FS, /** @type {{ sitePackages: string }} */ info) =>
        unpack(FS, info.sitePackages, await site),
    }),
  );
  onProgress("ready");
  return pyodide;
}
