// The wallet as client libraries see it: wagmi's core with viem, viem alone, ethers, web3.js. Every act gives JSON.

import { connect, createConfig, disconnect, getAccount, http, injected, reconnect, signMessage, switchChain } from "@wagmi/core";
import { BrowserProvider, isError } from "ethers";
import { createWalletClient, custom, defineChain, publicActions } from "viem";
// Its own bundle with all its packages, as pages without a bundler load it; the package does not export it by name.
import Web3 from "../../../build/npm/web3/dist/web3.min.js";

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
const web3 = new Web3(ours);
const client = createWalletClient({ chain: local, transport: custom(ours) }).extend(publicActions);

/** What the provider told since the page was loaded. @type {[string, unknown][]} */
const heard = [];
for (const name of ["connect", "disconnect", "accountsChanged", "chainChanged"])
  ours.on(name, (told) => heard.push([name, name === "disconnect" ? told.code : told]));

/** A new one each time: it takes the network that it saw first for its own. */
const ethers = () => new BrowserProvider(ours);
const signer = () => ethers().getSigner();
const hex = (number) => `0x${number.toString(16)}`;

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
  heard: () => heard,
  isConnected: () => ours.isConnected(),
  ethersConnect: async () => [(await signer()).address],
  ethersAccounts: async () => (await ethers().listAccounts()).map((each) => each.address),
  ethersChain: async () => Number((await ethers().getNetwork()).chainId),
  ethersSwitch: ({ chainId }) => ethers().send("wallet_switchEthereumChain", [{ chainId: hex(chainId) }]),
  ethersSign: async () => (await signer()).signMessage("hello"),
  ethersSend: async ({ to }) => (await (await (await signer()).sendTransaction({ to, value: 1n })).wait()).hash,
  ethersRevoke: () => ethers().send("wallet_revokePermissions", [{ eth_accounts: {} }]),
  web3Connect: () => web3.eth.requestAccounts(),
  web3Accounts: () => web3.eth.getAccounts(),
  web3Chain: async () => Number(await web3.eth.getChainId()),
  web3Switch: ({ chainId }) => web3.currentProvider.request({ method: "wallet_switchEthereumChain", params: [{ chainId: hex(chainId) }] }),
  web3Sign: async () => web3.eth.personal.sign("hello", (await web3.eth.getAccounts())[0], ""),
  web3Send: async ({ to }) => (await web3.eth.sendTransaction({ from: (await web3.eth.getAccounts())[0], to, value: "1" })).transactionHash,
  web3Revoke: () => web3.currentProvider.request({ method: "wallet_revokePermissions", params: [{ eth_accounts: {} }] }),
};

/** Names of the error and of what it was made of: what a dApp tells apart. @param {any} error */
function kinds(error) {
  const names = [];
  for (let at = error, i = 0; at && i < 6; at = at.cause ?? at.info?.error, i++) names.push(at.name ?? "");
  const rejected = isError(error, "ACTION_REJECTED");
  const code = error?.cause?.code ?? error?.info?.error?.code ?? error?.code;
  return { names, code, reason: error?.cause?.data?.reason, rejected };
}

globalThis.run = async (name, given = {}) => {
  try {
    return { ok: (await acts[name](given)) ?? null };
  } catch (error) {
    return { error: kinds(error), message: `${error?.message ?? error}`.slice(0, 300) };
  }
};
document.documentElement.dataset.ready = "yes";
