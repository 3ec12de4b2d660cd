// Finds wallets as every Solana dApp does: the standard's events, then the adapter of @solana/wallet-adapter.

import { isWalletAdapterCompatibleStandardWallet } from "@solana/wallet-adapter-base";
import { StandardWalletAdapter } from "@solana/wallet-standard-wallet-adapter-base";
import { getWallets } from "@wallet-standard/app";

/** @type {StandardWalletAdapter[]} */
const adapters = [];
/** Those that were asked once whether we are connected already. */
const asked = new Set();

/** The wallet in use: the first one found. The page is a test's, with one wallet in the browser. */
export function adapter() {
  if (adapters.length === 0) throw new Error("no wallet was found");
  return adapters[0];
}

/** Calls `changed` whenever there is another wallet, account or connection. @param {() => void} changed */
export function watch(changed) {
  const wallets = getWallets();
  const add = (/** @type {readonly any[]} */ ...found) => {
    for (const wallet of found.filter(isWalletAdapterCompatibleStandardWallet)) {
      const made = new StandardWalletAdapter({ wallet });
      adapters.push(made);
      made.on("connect", changed);
      made.on("disconnect", changed);
      // The adapter goes when the accounts go, and does not come back by itself when they do: a wallet was unlocked.
      wallet.features["standard:events"].on("change", () => void silently(made));
      void silently(made);
    }
    changed();
  };
  add(...wallets.get());
  wallets.on("register", add);
  return adapters;
}

/** Connects if the wallet needs not ask for it. @param {StandardWalletAdapter} found */
async function silently(found) {
  if (found.connected || (found.wallet.accounts.length === 0 && asked.has(found))) return;
  asked.add(found);
  try {
    await found.autoConnect();
  } catch (error) {
    console.debug(error); // it has to ask: that is what the button is for
  }
}
