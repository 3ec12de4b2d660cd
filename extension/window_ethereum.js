// `window.ethereum` for us even where another wallet wants it, only on sites where the person said so (Settings). Under
// our own name: no flag of another wallet's. What the others announce by EIP-6963 stays as it is.
(() => {
  "use strict";

  /** @type {any} */
  let provider;
  const heard = (/** @type {any} */ { detail }) => {
    if (detail.info.rdns === "app.tandem.wallet") provider ??= detail.provider;
  };
  addEventListener("eip6963:announceProvider", heard);
  dispatchEvent(new Event("eip6963:requestProvider"));
  removeEventListener("eip6963:announceProvider", heard);
  if (provider === undefined) return;

  try {
    // Whoever assigns it afterwards changes nothing, and fails at nothing.
    const ours = { get: () => provider, set: () => {}, enumerable: true, configurable: false };
    Object.defineProperty(window, "ethereum", ours);
    dispatchEvent(new Event("ethereum#initialized"));
  } catch {
    // Another wallet was here first and does not let go; dApps find us by EIP-6963.
  }
})();
