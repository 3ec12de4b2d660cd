// The wallet as client libraries see it: wagmi's core with viem, viem alone, ethers. Every act gives JSON.

import { connect, createConfig, disconnect, getAccount, http, injected, reconnect, signMessage, switchChain } from "@wagmi/core";
import { BrowserProvider, isError } from "ethers";
import { createWalletClient, custom, defineChain, publicActions } from "viem";

const local = defineChain({
  id: 31337,
  name: "Local",
  nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
  rpcUrls: { default: { http: ["http://127.0.0.1:1"] } },
});
const other = defineChain({ ...local, id: 1338, name: "Other chain", rpcUrls: { default: { http: [new URLSearchParams(location.search).get("other")] } } });

const ours = await new Promise((resolve) => {
  addEventListener("eip6963:announceProvider", ({ detail }) => {
    if (detail.info.rdns === "app.tandem.wallet") resolve(detail.provider);
  });
  dispatchEvent(new Event("eip6963:requestProvider"));
});

const config = createConfig({
  chains: [local, other],
  connectors: [injected({ target: { id: "app.tandem.wallet", name: "Tandem", provider: ours } })],
  transports: { [local.id]: http(), [other.id]: http() },
  multiInjectedProviderDiscovery: false,
});
const client = createWalletClient({ chain: local, transport: custom(ours) }).extend(publicActions);

function state() {
  const { address, chainId, status } = getAccount(config);
  return { address: address ?? null, chainId: chainId ?? null, status };
}

/** @type {Record<string, (given: any) => unknown>} */
const acts = {
  state,
  wagmiConnect: async () => (await connect(config, { connector: config.connectors[0] }), state()),
  wagmiReconnect: async () => (await reconnect(config), state()),
  wagmiSwitch: async ({ chainId }) => (await switchChain(config, { chainId }), state()),
  wagmiSign: () => signMessage(config, { message: "hello" }),
  wagmiDisconnect: async () => (await disconnect(config), state()),
  viemAccounts: () => client.getAddresses(),
  viemRequest: (asked) => client.request(asked, { retryCount: 0 }),
  viemCalls: async ({ account, calls }) => client.sendCalls({ account, calls, chain: local }),
  viemCapabilities: ({ account }) => client.getCapabilities({ account, chainId: local.id }),
  ethersConnect: async () => (await new BrowserProvider(ours).getSigner()).address,
  ethersChain: async () => Number((await new BrowserProvider(ours).getNetwork()).chainId),
  ethersSign: async () => (await new BrowserProvider(ours).getSigner()).signMessage("hello"),
};

/** Names of the error and of what it was made of: what a dApp tells apart. @param {any} error */
function kinds(error) {
  const names = [];
  for (let at = error, i = 0; at && i < 6; at = at.cause ?? at.info?.error, i++) names.push(at.name ?? "");
  const rejected = isError(error, "ACTION_REJECTED");
  return { names, code: error?.cause?.code ?? error?.info?.error?.code ?? error?.code, rejected };
}

globalThis.run = async (name, given = {}) => {
  try {
    return { ok: (await acts[name](given)) ?? null };
  } catch (error) {
    return { error: kinds(error), message: `${error?.message ?? error}`.slice(0, 300) };
  }
};
document.documentElement.dataset.ready = "yes";
