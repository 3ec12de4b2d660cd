// The older way to speak with a Solana wallet, for sites where the person asked for it (Settings): some dApps know
// nothing newer. It is a face of our Wallet Standard wallet, under our own name, handed to the script after it
// (window_solana.js or vultisig.js) through one property of the window.
(() => {
  "use strict";

  const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

  /** @typedef {{ address: string, publicKey: Uint8Array }} Account */
  /** @typedef {{ toBase58(): string, toBytes(): Uint8Array }} Key */
  /** A transaction of @solana/web3.js 1.x: Transaction, or VersionedTransaction where `message` is an object.
   * @typedef {{ serialize(options: object): Uint8Array, addSignature(key: Key, signature: Uint8Array): void,
   *   message?: { staticAccountKeys: Key[] }, signatures: { publicKey: Key }[] }} Transaction */

  /** @type {any} */
  let wallet;
  const register = (/** @type {any[]} */ ...wallets) => {
    wallet ??= wallets.find(({ name }) => name === "Tandem");
  };
  const heard = (/** @type {any} */ event) => event.detail({ register });
  addEventListener("wallet-standard:register-wallet", heard);
  dispatchEvent(new CustomEvent("wallet-standard:app-ready", { detail: { register } }));
  removeEventListener("wallet-standard:register-wallet", heard);
  if (wallet === undefined) return;

  /** @param {string} feature @param {string} method @param {...unknown} inputs @returns {Promise<any>} */
  const call = (feature, method, ...inputs) => wallet.features[feature][method](...inputs);

  /** @param {number} code @param {string} message @param {string} reason */
  function failure(code, message, reason) {
    return Object.assign(new Error(message), { code, data: { reason } });
  }

  /** @param {Uint8Array} bytes */
  function base58(bytes) {
    let number = 0n;
    for (const byte of bytes) number = number * 256n + BigInt(byte);
    let text = "";
    for (; number > 0n; number /= 58n) text = ALPHABET[Number(number % 58n)] + text;
    for (const byte of bytes) {
      if (byte !== 0) break;
      text = `1${text}`;
    }
    return text;
  }

  /** What web3.js calls a PublicKey, as far as dApps use that of a wallet. @param {Account} account */
  function keyOf({ address, publicKey }) {
    return Object.freeze({
      toBase58: () => address,
      toString: () => address,
      toJSON: () => address,
      toBytes: () => new Uint8Array(publicKey),
      equals: (/** @type {Key} */ other) => other.toBase58() === address,
    });
  }

  // ---- the connection -----------------------------------------------------------------------------------------

  /** @type {Account | null} */
  let account = null;
  /** @type {ReturnType<typeof keyOf> | null} */
  let publicKey = null;
  /** @type {Record<string, Set<Function>>} */
  const listeners = { connect: new Set(), disconnect: new Set(), accountChanged: new Set() };

  /** @param {string} event @param {unknown} [data] */
  function emit(event, data) {
    for (const listener of [...listeners[event]]) queueMicrotask(() => listener.call(provider, data));
  }

  /** @param {Account | null} now */
  function use(now) {
    if (now === account) return;
    const before = account;
    account = now;
    publicKey = now === null ? null : keyOf(now);
    if (now === null) emit("disconnect");
    else if (before === null) emit("connect", publicKey);
    else emit("accountChanged", publicKey);
  }

  call("standard:events", "on", "change", (/** @type {{ accounts?: Account[] }} */ { accounts }) => {
    if (accounts !== undefined && account !== null) use(accounts[0] ?? null);
  });

  /** @param {{ onlyIfTrusted?: boolean }} [options] */
  async function connect(options) {
    const input = options?.onlyIfTrusted === true ? [{ silent: true }] : [];
    const { accounts } = await call("standard:connect", "connect", ...input);
    if (accounts.length === 0) throw failure(4100, "The site is not connected.", "not_permitted");
    use(accounts[0]);
    return { publicKey };
  }

  async function disconnect() {
    await call("standard:disconnect", "disconnect");
    use(null);
  }

  // ---- signing ------------------------------------------------------------------------------------------------

  function signer() {
    if (account === null) throw failure(4100, "Connect first.", "not_permitted");
    return account;
  }

  /** @param {Transaction} transaction */
  function serialized(transaction) {
    return new Uint8Array(transaction.serialize({ requireAllSignatures: false, verifySignatures: false }));
  }

  /** Our signature out of the signed bytes into the page's own object. @param {Transaction} transaction @param {Uint8Array} signed */
  function putBack(transaction, signed) {
    const { address } = signer();
    const keys = transaction.message?.staticAccountKeys ?? transaction.signatures.map((pair) => pair.publicKey);
    const slot = keys.findIndex((key) => key.toBase58() === address);
    // A transaction begins with the number of its signatures, which is below 128, and the signatures.
    const at = 1 + 64 * slot;
    transaction.addSignature(keys[slot], signed.slice(at, at + 64));
    return transaction;
  }

  /** @param {Transaction[]} transactions */
  async function signAllTransactions(transactions) {
    const inputs = transactions.map((transaction) => ({ account: signer(), transaction: serialized(transaction) }));
    const outputs = await call("solana:signTransaction", "signTransaction", ...inputs);
    return transactions.map((transaction, i) => putBack(transaction, outputs[i].signedTransaction));
  }

  /** @param {Transaction} transaction */
  async function signTransaction(transaction) {
    return (await signAllTransactions([transaction]))[0];
  }

  /** Without a chain: old dApps mean the network that the wallet is on. @param {Transaction} transaction @param {object} [options] */
  async function signAndSendTransaction(transaction, options) {
    const input = { account: signer(), transaction: serialized(transaction), options };
    const [{ signature }] = await call("solana:signAndSendTransaction", "signAndSendTransaction", input);
    return { signature: base58(signature), publicKey };
  }

  /** @param {Uint8Array | string} message */
  async function signMessage(message) {
    const bytes = typeof message === "string" ? new TextEncoder().encode(message) : message;
    const [{ signature }] = await call("solana:signMessage", "signMessage", { account: signer(), message: bytes });
    return { signature, publicKey };
  }

  /** @param {{ method: string, params?: any }} wish */
  async function request({ method, params }) {
    const given = Array.isArray(params) ? params[0] : params;
    if (method === "connect") return connect(given);
    if (method === "disconnect") return disconnect();
    if (method === "signMessage") return signMessage(given?.message);
    throw failure(4200, "This request is not supported here.", "unsupported_method");
  }

  // ---- the face -----------------------------------------------------------------------------------------------

  /** @param {string} event @param {Function} listener */
  function on(event, listener) {
    listeners[event]?.add(listener);
    return provider;
  }

  /** @param {string} event @param {Function} listener */
  function off(event, listener) {
    listeners[event]?.delete(listener);
    return provider;
  }

  const provider = {
    isTandem: true,
    get publicKey() {
      return publicKey;
    },
    get isConnected() {
      return account !== null;
    },
    connect,
    disconnect,
    signMessage,
    signTransaction,
    signAllTransactions,
    signAndSendTransaction,
    request,
    on,
    off,
    removeListener: off,
  };
  Object.defineProperty(window, "tandem:solana", { value: provider, configurable: true });
})();
