// What this browser invites other devices to: making a vault, upgrading an old one, or changing its devices.

import { t } from "./h.js";
import { phoneStep } from "./phone.js";
import { call } from "./port.js";

/** @param {Ceremony} ceremony */
function words({ kind, peers, needed, round, rounds, server }) {
  if (kind === "keygen" && server) {
    return {
      waiting: needed === 1 ? t("server_asked") : peers.length > 0 ? t("stage_devices", peers.length, needed) : t("stage_waiting_devices"),
      joined: needed === 1 ? t("server_makes") : t("stage_there", peers.join(", ")),
      title: needed === 1 ? t("making_title") : needed > 2 ? t("pair_title_many") : t("pair_title"),
      going: t("making_title"),
      running: t("stage_making", round, rounds),
    };
  }
  if (kind === "reshare") {
    return {
      waiting: peers.length > 0 ? t("stage_devices", peers.length, needed) : t("stage_waiting_devices"),
      joined: t("stage_there", peers.join(", ")),
      title: needed > 1 ? t("change_pair_many") : t("change_pair"),
      going: t("changing_title"),
      running: t("stage_making", round, rounds),
    };
  }
  if (kind === "migrate") {
    return {
      waiting: peers.length > 0 ? t("stage_devices", peers.length, needed) : t("stage_waiting_devices"),
      joined: t("stage_there", peers.join(", ")),
      title: needed > 1 ? t("old_pair_many") : t("old_pair"),
      going: t("upgrading_title"),
      running: t("stage_making", round, rounds),
    };
  }
  return {
    waiting: peers.length > 0 ? t("stage_peers", peers.length, needed) : t("stage_waiting"),
    joined: t("stage_joined", peers.join(", ")),
    title: needed > 1 ? t("pair_title_many") : t("pair_title"),
    going: t("making_title"),
    running: t("stage_making", round, rounds),
  };
}

/** @param {Ceremony} ceremony */
export function together(ceremony) {
  const { peers, needed } = ceremony;
  // With the server alone nobody has to follow a link.
  const alone = ceremony.kind === "keygen" && ceremony.server === true && needed === 1;
  if (ceremony.stage === "failed") return null;
  // The code stays on the screen until the last device has scanned it.
  const stage = ceremony.stage === "joined" && peers.length < needed ? "waiting" : ceremony.stage;
  const { title, going, ...lines } = words(ceremony);
  return phoneStep({
    title: stage === "waiting" ? title : going,
    ...ceremony,
    ...(alone ? { link: "", qr: null } : {}),
    stage,
    line: { ...lines, finishing: t("stage_saving"), done: t("stage_done") }[stage],
    cancelLabel: t("cancel"),
    cancel: () => call("cancel_ceremony").catch(() => {}),
  });
}
