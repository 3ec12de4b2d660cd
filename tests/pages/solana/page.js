// Buttons and what they say. `page.run(name, given)` does the same for a test: {ok} or {error: {kind, message, code, data}}.

import { LAMPORTS_PER_SOL } from "@solana/web3.js";

import { connection, FRIEND, run } from "./acts.js";
import { watch } from "./wallets.js";

const $ = (/** @type {string} */ query) => /** @type {HTMLElement} */ (document.querySelector(query));

const adapters = watch(() => queueMicrotask(draw));

function draw() {
  $("#endpoint").textContent = connection.rpcEndpoint;
  $("#wallets").replaceChildren(
    ...adapters.map((found) => {
      const item = document.createElement("li");
      item.dataset.wallet = found.name;
      item.dataset.versions = [...(found.supportedTransactionVersions ?? ["legacy"])].join(" ");
      const icon = document.createElement("img");
      icon.src = found.icon;
      icon.alt = "";
      item.append(icon, found.name);
      return item;
    }),
  );
  if (adapters.length === 0) $("#wallets").textContent = "No Solana wallet announces itself.";
  const address = adapters[0]?.publicKey?.toBase58() ?? "";
  $("#account").dataset.address = address;
  $("#account").textContent = address || "not connected";
  void balance();
}

async function balance() {
  const key = adapters[0]?.publicKey;
  const has = key ? await connection.getBalance(key) : null;
  $("#balance").textContent = has === null ? "–" : `${has / LAMPORTS_PER_SOL} SOL`;
}

/** @param {string} name @param {object} given */
async function act(name, given) {
  const told = $(`output[data-of~="${name}"]`);
  const show = (/** @type {string} */ state, /** @type {unknown} */ what) => {
    if (!told) return;
    told.dataset.act = name;
    told.dataset.state = state;
    told.dataset.result = JSON.stringify(what);
    told.textContent = state === "busy" ? "…" : lines(what);
  };
  show("busy", null);
  const answer = await run(name, given);
  show("ok" in answer ? "done" : "failed", answer);
  await balance();
  return answer;
}

/** @param {any} answer */
function lines({ ok, error }) {
  if (error) return `${error.message || error.kind}${error.code === undefined ? "" : ` (${error.code})`}`;
  return (Array.isArray(ok) ? ok : [ok])
    .map((each) => Object.entries(each).map(([name, value]) => `${name}: ${value}`).join("\n"))
    .join("\n\n") || "done";
}

for (const button of document.querySelectorAll("button")) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    const fields = button.form ? Object.fromEntries(new FormData(button.form)) : {};
    const { act: name = "", ...more } = { ...button.dataset };
    void act(name, { ...fields, ...more });
  });
}
/** @type {HTMLInputElement} */ ($('input[name="to"]')).value = FRIEND.toBase58();
draw();

Object.assign(window, { page: { run: act, adapters } });
