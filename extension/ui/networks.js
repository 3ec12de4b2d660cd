// Settings: which nodes a network is asked through and how they do, and the networks that the person adds.

import { h, t, tOr } from "./h.js";
import { allowHost, button } from "./parts.js";
import { redraw } from "./port.js";
import { forget, outcomeLine, report, save } from "./saving.js";

/** The network whose nodes show. @type {string | null} */
let chain = null;
/** The added network that is being changed, "" while a new one is described. @type {Network | "" | null} */
let describing = null;

const HEALTH = { unknown: () => t("node_unknown"), good: () => t("node_good"), failing: () => t("node_failing"), wrong_chain: () => t("node_wrong_chain") };

/** @param {SubmitEvent} event @param {string} name */
function typed(event, name) {
  const field = /** @type {HTMLFormElement} */ (event.target).elements.namedItem(name);
  return /** @type {HTMLInputElement} */ (field).value.trim();
}

/** What the browser says to an address, told at the form unless it is a yes. @param {string} form @param {string} url */
async function allowed(form, url) {
  const said = await allowHost(url);
  if (said !== "ok") report(form, false, tOr(`error_${said}`, t("error_internal")));
  return said === "ok";
}

/** @param {Network} network @param {string[]} own */
function nodeList({ chain: id, nodes }, own) {
  const without = (/** @type {string} */ url) => save("rpc", "set_rpc", { chain: id, urls: own.filter((other) => other !== url) });
  return h(
    "ul",
    { class: "list" },
    ...nodes.map(({ url, own: mine, health, millis }) =>
      h(
        "li",
        { key: url, "data-test": "node", "data-url": url, "data-health": health },
        h(
          "div",
          { class: "grow" },
          h("code", { class: "site" }, url),
          h("span", { class: health === "failing" || health === "wrong_chain" ? "fault" : "hint" }, health === "good" && millis !== null ? t("node_good_millis", millis) : HEALTH[health]()),
        ),
        mine && button("remove-node", t("remove"), () => without(url), { class: "quiet", "aria-label": t("remove_site", url) }),
      ),
    ),
  );
}

/** @param {State} state */
function nodes(state) {
  const networks = state.accounts.flatMap((account) => account.networks);
  const network = networks.find((candidate) => candidate.chain === chain) ?? state.accounts[0]?.network;
  if (network === undefined) return null;
  const several = network.chain.startsWith("eip155:");
  const own = network.nodes.filter((node) => node.own).map(({ url }) => url);
  const pick = (/** @type {Event} */ event) => {
    chain = /** @type {HTMLSelectElement} */ (event.target).value;
    describing = null;
    forget("rpc");
    redraw();
  };
  const add = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const url = typed(event, "url");
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!(await allowed("rpc", url))) return;
    if (await save("rpc", "set_rpc", { chain: network.chain, urls: several ? [...new Set([...own, url])] : [url] })) form.reset();
  };
  const drop = async () => {
    if (await save("rpc", "remove_network", { chain: network.chain })) chain = null;
    redraw();
  };
  return h(
    "form",
    { key: "rpc", class: "card stack", onsubmit: add },
    h("label", { for: "chain" }, t("rpc_url")),
    h("p", { class: "hint" }, t("rpc_explained")),
    h(
      "select",
      { id: "chain", value: network.chain, onchange: pick, "data-test": "rpc-network" },
      ...networks.map((candidate) => h("option", { key: candidate.chain, value: candidate.chain }, candidate.name)),
    ),
    nodeList(network, own),
    h("p", { class: "hint", "data-test": "nodes-said" }, own.length > 0 ? t("nodes_own") : network.custom ? t("nodes_added") : t("nodes_listed")),
    h("input", { key: network.chain, name: "url", type: "url", required: true, spellcheck: "false", placeholder: "https://", "aria-label": t("node_add"), value: "", "data-test": "rpc-url" }),
    outcomeLine("rpc"),
    h(
      "div",
      { class: "row" },
      h("button", { type: "submit", "data-test": "save-rpc" }, t("node_add")),
      network.custom && button("edit-network", t("edit"), () => describe(network), { class: "quiet" }),
      network.custom && button("remove-network", t("remove"), drop, { class: "quiet", "aria-label": t("remove_site", network.name) }),
    ),
  );
}

/** @param {Network | "" | null} network */
function describe(network) {
  describing = network;
  forget("network");
  redraw();
}

/** @param {string} name @param {string} label @param {string} value @param {Record<string, unknown>} [more] */
function field(name, label, value, more = {}) {
  return [
    h("label", { for: `network-${name}` }, label),
    h("input", { id: `network-${name}`, name, required: true, spellcheck: "false", autocomplete: "off", value, "data-test": `network-${name}`, ...more }),
  ];
}

/** The form of one network; its chain id is what it is, and cannot be changed. */
function description() {
  if (describing === null) {
    return h("div", { key: "network", class: "card stack" }, h("strong", null, t("network_add")), h("p", { class: "hint" }, t("network_add_explained")), outcomeLine("network"), button("add-network", t("network_describe"), () => describe("")));
  }
  const old = describing === "" ? null : describing;
  const submit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const [id, url, explorer] = [typed(event, "id"), typed(event, "node"), typed(event, "explorer")];
    if (!/^[1-9]\d{0,15}$/.test(id)) return report("network", false, t("network_id_wrong"));
    const symbol = typed(event, "symbol");
    const network = {
      chainId: `0x${BigInt(id).toString(16)}`,
      chainName: typed(event, "name"),
      nativeCurrency: { name: symbol, symbol, decimals: 18 },
      rpcUrls: [url],
      blockExplorerUrls: explorer === "" ? [] : [explorer],
    };
    if ((await allowed("network", url)) && (await save("network", "add_network", { network }))) {
      describing = null;
      chain = `eip155:${id}`;
      redraw();
    }
  };
  return h(
    "form",
    { key: "network-form", class: "card stack", onsubmit: submit },
    h("strong", null, old === null ? t("network_add") : old.name),
    ...field("name", t("network_name"), old?.name ?? "", { maxlength: 40 }),
    ...field("id", t("network_id"), old?.chain.slice("eip155:".length) ?? "", { inputmode: "numeric", readonly: old !== null }),
    ...field("symbol", t("network_symbol"), old?.symbol ?? "", { maxlength: 11 }),
    ...field("node", t("network_node"), old?.rpc_url ?? "", { type: "url", placeholder: "https://" }),
    ...field("explorer", t("network_explorer"), old?.explorer?.replace("/tx/{}", "") ?? "", { type: "url", placeholder: "https://", required: false }),
    outcomeLine("network"),
    h(
      "div",
      { class: "row" },
      h("button", { type: "submit", class: "primary", "data-test": "save-network" }, t("save")),
      button("cancel-network", t("cancel"), () => describe(null), { class: "quiet" }),
    ),
  );
}

/** @param {State} state */
export function networkCards(state) {
  return [nodes(state), description()];
}
