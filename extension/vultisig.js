// `window.vultisig` with the method names of Vultisig's integration guide, for dApps that are written for its extension.
// The name is another wallet's, so it is there only on sites where the person asked for it (Settings), and only where it
// is free. docs/provider.md says what differs.
(() => {
  "use strict";

  const solana = window["tandem:solana"];
  delete window["tandem:solana"];
  /** @type {any} */
  let evm;
  const heard = (/** @type {any} */ { detail }) => {
    if (detail.info.rdns === "app.tandem.wallet") evm ??= detail.provider;
  };
  addEventListener("eip6963:announceProvider", heard);
  dispatchEvent(new Event("eip6963:requestProvider"));
  removeEventListener("eip6963:announceProvider", heard);
  if (evm === undefined || solana === undefined || "vultisig" in window) return;

  /** @param {number} code @param {string} message @param {string} reason */
  function failure(code, message, reason) {
    return Object.assign(new Error(message), { code, data: { reason } });
  }

  // ---- ethereum: EIP-1193, and the guide's own names ----------------------------------------------------------

  /** Whole units and decimals, or an amount as eth_sendTransaction has it, in hex. @param {any} wish */
  function amountOf({ value, amount, asset }) {
    if (asset !== undefined && (asset.ticker !== undefined && asset.ticker !== "ETH")) {
      throw failure(4200, "Only the network's own currency can be sent by this method.", "unsupported_method");
    }
    try {
      return `0x${BigInt(amount?.amount ?? value ?? 0).toString(16)}`;
    } catch {
      throw failure(-32602, "The amount has to be a whole number of the smallest unit.", "bad_request");
    }
  }

  /** @param {any} wish */
  function transaction(wish) {
    const { from, to, data, memo } = wish ?? {};
    const text = data ?? memo;
    const isHex = text === undefined || `${text}`.startsWith("0x");
    const bytes = isHex ? text : `0x${[...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
    return { from, to, value: amountOf(wish ?? {}), ...(bytes === undefined ? {} : { data: bytes }) };
  }

  /** @param {{ method: string, params?: any }} asked */
  async function requestEvm({ method, params }) {
    switch (method) {
      case "request_accounts":
        return evm.request({ method: "eth_requestAccounts" });
      case "get_accounts":
        return evm.request({ method: "eth_accounts" });
      case "get_transaction_by_hash":
        return evm.request({ method: "eth_getTransactionByHash", params });
      case "send_transaction":
        return evm.request({ method: "eth_sendTransaction", params: [transaction(Array.isArray(params) ? params[0] : params)] });
      default:
        return evm.request({ method, params });
    }
  }

  const ethereum = Object.create(evm, {
    request: { value: requestEvm, enumerable: true },
    chainId: { get: () => evm.chainId, enumerable: true },
    selectedAddress: { get: () => evm.selectedAddress, enumerable: true },
  });

  // ---- solana: the older face, and the guide's own names ------------------------------------------------------

  /** @param {{ method: string, params?: any }} asked */
  async function requestSolana({ method, params }) {
    switch (method) {
      case "request_accounts":
        return [(await solana.connect()).publicKey.toString()];
      case "get_accounts":
        return accountsOfSolana();
      case "send_transaction":
      case "get_transaction_by_hash":
        throw failure(4200, "Make the transaction with a library and use signAndSendTransaction.", "unsupported_method");
      default:
        return solana.request({ method, params });
    }
  }

  /** Of what is granted already, without a question. @returns {Promise<string[]>} */
  async function accountsOfSolana() {
    try {
      return [(await solana.connect({ onlyIfTrusted: true })).publicKey.toString()];
    } catch {
      return [];
    }
  }

  const solanaFace = Object.create(solana, {
    request: { value: requestSolana, enumerable: true },
    publicKey: { get: () => solana.publicKey, enumerable: true },
    isConnected: { get: () => solana.isConnected, enumerable: true },
  });

  // ---- the vault ----------------------------------------------------------------------------------------------

  /** What the site was granted, and nothing beyond: no name, no public keys, no chain code. */
  async function getVault() {
    return { accounts: { ethereum: await requestEvm({ method: "get_accounts" }), solana: await accountsOfSolana() } };
  }

  const hidden = (/** @type {unknown} */ value) => ({ value, enumerable: false });
  const face = Object.create(null, {
    isTandem: { value: true, enumerable: true },
    ethereum: { value: ethereum, enumerable: true },
    solana: { value: solanaFace, enumerable: true },
    getVault: { value: getVault, enumerable: true },
    getVaults: { value: async () => [await getVault()], enumerable: true },
    request: hidden(requestEvm),
    on: hidden(evm.on),
    removeListener: hidden(evm.removeListener),
    isConnected: hidden(evm.isConnected),
  });
  Object.defineProperty(window, "vultisig", { value: Object.freeze(face), writable: true, configurable: true, enumerable: true });
})();
