// `window.solana`, only on sites where the person asked for it. One that is there already is left alone.
(() => {
  "use strict";

  const provider = window["tandem:solana"]?.provider;
  if (provider === undefined || "solana" in window) return;
  Object.defineProperty(window, "solana", { value: provider, writable: true, configurable: true, enumerable: true });
})();
