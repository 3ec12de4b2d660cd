// The page for another device's link: what it wants signed or changed, this browser's part in it, and how it ended.

import { h, t } from "./h.js";
import { following, linkScreen, shownLink } from "./link.js";
import { begin, button, engineScreen, mark, unlockForm } from "./parts.js";
import { show } from "./port.js";
import { ready } from "./ready.js";

/** @param {Push} push */
function screen(push) {
  const engine = engineScreen(push);
  if (engine !== null || push.state === null) return engine;
  const { stage, vault } = push.state;
  const shown = shownLink(push.state);
  const made = shown !== null && shown.kind !== "keysign" && !(shown.kind === "reshare" && shown.member);
  if (shown?.stage === "done" && made && vault !== null) return ready(push.state);
  // What is under way goes on; a question waits until the wallet is open.
  if (stage === "locked" && (shown === null || !following(push.state) || shown.stage === "asking")) {
    return h(
      "div",
      { key: "locked", class: "page sheet stack" },
      h("div", { class: "brand" }, mark(1, "huge")),
      h("h1", null, t("unlock_title")),
      unlockForm(),
    );
  }
  return linkScreen(shown, button("close", t("close"), () => window.close()));
}

void begin("join_title", true);
show(screen);
