// `window.vultisig` with the method names of Vultisig's integration guide, for dApps that are written for its extension.
// The name is another wallet's, so it is there only on sites where the person asked for it (Settings), and only where it
// is free. docs/provider.md says what differs. What it needs is captured before the page's first script (channel.js); most
// of it by solana_face.js.
(() => {
  "use strict";

  const handed = window["tandem:solana"];
  if (handed === undefined) return;
  const { provider: solana, field, after, attempt, failure, lengthOf, utf8 } = handed;
  const { apply } = Reflect;
  const { create, defineProperty, freeze } = Object;
  const { isArray } = Array;
  const toBigInt = BigInt;
  const bigIntText = BigInt.prototype.toString;
  const numberText = Number.prototype.toString;
  const PagePromise = Promise;
  const { then } = Promise.prototype;

  /** @type {any} */
  let evm;
  const heard = (/** @type {any} */ { detail }) => {
    if (detail.info.rdns === "app.tandem.wallet") evm ??= detail.provider;
  };
  addEventListener("eip6963:announceProvider", heard);
  dispatchEvent(new Event("eip6963:requestProvider"));
  removeEventListener("eip6963:announceProvider", heard);
  if (evm === undefined || "vultisig" in window) return;

  const { request: ask } = evm;
  const { request: askSolana, connect } = solana;

  // ---- ethereum: EIP-1193, and the guide's own names ----------------------------------------------------------

  /** Whole units and decimals, or an amount as eth_sendTransaction has it, in hex. @param {any} wish */
  function amountOf(wish) {
    const ticker = field(field(wish, "asset"), "ticker");
    if (ticker !== undefined && ticker !== "ETH") {
      throw failure(4200, "Only the network's own currency can be sent by this method.", "unsupported_method");
    }
    try {
      const amount = toBigInt(field(field(wish, "amount"), "amount") ?? field(wish, "value") ?? 0);
      return `0x${apply(bigIntText, amount, [16])}`;
    } catch {
      throw failure(-32602, "The amount has to be a whole number of the smallest unit.", "bad_request");
    }
  }

  /** A memo in hex; what is hex already stays. @param {unknown} given */
  function dataOf(given) {
    const text = `${given}`;
    if (text[0] === "0" && text[1] === "x") return given;
    const bytes = utf8(text);
    const length = lengthOf(bytes);
    let hex = "0x";
    for (let i = 0; i < length; i++) hex += (bytes[i] < 16 ? "0" : "") + apply(numberText, bytes[i], [16]);
    return hex;
  }

  /** @param {any} wish */
  function transaction(wish) {
    const made = create(null);
    made.from = field(wish, "from");
    made.to = field(wish, "to");
    made.value = amountOf(wish);
    const data = field(wish, "data") ?? field(wish, "memo");
    if (data !== undefined) made.data = dataOf(data);
    return made;
  }

  /** @param {any} wish @returns {Promise<any>} */
  function requestEvm(wish) {
    const method = field(wish, "method");
    const params = field(wish, "params");
    switch (method) {
      case "request_accounts":
        return ask({ method: "eth_requestAccounts" });
      case "get_accounts":
        return ask({ method: "eth_accounts" });
      case "get_transaction_by_hash":
        return ask({ method: "eth_getTransactionByHash", params });
      case "send_transaction":
        return attempt(() => ask({ method: "eth_sendTransaction", params: [transaction(isArray(params) ? params[0] : params)] }));
      default:
        return ask({ method, params });
    }
  }

  const ethereum = create(evm, {
    request: { value: requestEvm, enumerable: true },
    chainId: { get: () => evm.chainId, enumerable: true },
    selectedAddress: { get: () => evm.selectedAddress, enumerable: true },
  });

  // ---- solana: the older face, and the guide's own names ------------------------------------------------------

  const addressOf = (/** @type {any} */ { publicKey }) => [publicKey.toString()];

  /** @param {any} wish @returns {Promise<any>} */
  function requestSolana(wish) {
    switch (field(wish, "method")) {
      case "request_accounts":
        return after(connect(), addressOf);
      case "get_accounts":
        return accountsOfSolana();
      case "send_transaction":
      case "get_transaction_by_hash":
        return attempt(() => {
          throw failure(4200, "Make the transaction with a library and use signAndSendTransaction.", "unsupported_method");
        });
      default:
        return askSolana(wish);
    }
  }

  /** Of what is granted already, without a question. @returns {Promise<string[]>} */
  function accountsOfSolana() {
    return after(connect({ onlyIfTrusted: true }), addressOf, () => []);
  }

  const solanaFace = create(solana, {
    request: { value: requestSolana, enumerable: true },
    publicKey: { get: () => solana.publicKey, enumerable: true },
    isConnected: { get: () => solana.isConnected, enumerable: true },
  });

  // ---- the vault ----------------------------------------------------------------------------------------------

  /** What the site was granted, and nothing beyond: no name, no public keys, no chain code. @param {(vault: object) => any} wrapped */
  function vaultAs(wrapped) {
    return new PagePromise((resolve, reject) => {
      const both = (/** @type {string[]} */ evmAccounts) =>
        apply(then, accountsOfSolana(), [(/** @type {string[]} */ found) => resolve(wrapped({ accounts: { ethereum: evmAccounts, solana: found } })), reject]);
      apply(then, requestEvm({ method: "get_accounts" }), [both, reject]);
    });
  }

  const hidden = (/** @type {unknown} */ value) => ({ value, enumerable: false });
  const face = create(null, {
    isTandem: { value: true, enumerable: true },
    ethereum: { value: ethereum, enumerable: true },
    solana: { value: solanaFace, enumerable: true },
    getVault: { value: () => vaultAs((vault) => vault), enumerable: true },
    getVaults: { value: () => vaultAs((vault) => [vault]), enumerable: true },
    request: hidden(requestEvm),
    on: hidden(evm.on),
    removeListener: hidden(evm.removeListener),
    isConnected: hidden(evm.isConnected),
  });
  defineProperty(window, "vultisig", { value: freeze(face), writable: true, configurable: true, enumerable: true });
})();
