// No wallet at all, only on sites where the person said so (Settings): nothing of ours is announced there any more, and
// `window.ethereum` is free for whoever wants it. Runs before the page's first script.
(() => {
  "use strict";

  dispatchEvent(new Event("tandem:off"));
  if (/** @type {any} */ (window).ethereum?.isTandem === true) delete (/** @type {any} */ (window).ethereum);
})();
