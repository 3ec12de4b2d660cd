// Runs tools/bench_compute.py inside Pyodide in a module worker, as the extension boots it, and posts what it measured.

import { boot } from "./boot.js";

self.onmessage = async (/** @type {MessageEvent<{ source: string, keygens: number, signs: number }>} */ event) => {
  const { source, keygens, signs } = event.data;
  const begun = performance.now();
  const pyodide = await boot({ indexURL: new URL("./pyodide/", import.meta.url).href });
  const booted = performance.now() - begun;
  pyodide.runPython(source);
  const found = pyodide.runPython(`import json; json.dumps(measure(${keygens}, ${signs}))`);
  self.postMessage({ booted, ...JSON.parse(found) });
};
