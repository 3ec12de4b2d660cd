// Trusted Types: the only scripts that this extension starts are its own two workers. Where the browser enforces it (the
// manifest asks for that), no text becomes a script's address, or markup, in any other way.

const OWN = new Set(["worker.js", "argon2.js"]);

/** @param {string} name @returns {string} */
function address(name) {
  if (!OWN.has(name)) throw new TypeError(`not one of our workers: ${name}`);
  return new URL(name, import.meta.url).href;
}

/** @type {{ createScriptURL: (name: string) => string }} */
const policy = /** @type {any} */ (globalThis).trustedTypes?.createPolicy("tandem", { createScriptURL: address }) ?? { createScriptURL: address };

/** The address of one of our workers, as `Worker` takes it. @param {string} name */
export function ownScript(name) {
  return policy.createScriptURL(name);
}
