// The older way to speak with a Solana wallet, for sites where the person asked for it (Settings): some dApps know
// nothing newer. It is a face of our Wallet Standard wallet, under our own name, handed to the scripts after it
// (window_solana.js, vultisig.js) through one property of the window, with what they need; window_end.js takes that away.
// As channel.js says, all of it is captured before the page's first script, and nothing is read off a prototype that a
// page may have changed.
(() => {
  "use strict";

  const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

  /** @typedef {{ address: string, publicKey: Uint8Array }} Account */
  /** @typedef {{ toBase58(): string, toBytes(): Uint8Array }} Key */
  /** A transaction of @solana/web3.js 1.x: Transaction, or VersionedTransaction where `message` is an object.
   * @typedef {{ serialize(options: object): Uint8Array, addSignature(key: Key, signature: Uint8Array): void,
   *   message?: { staticAccountKeys: Key[] }, signatures: { publicKey: Key }[] }} Transaction */

  const { apply } = Reflect;
  const { create, defineProperty, freeze, hasOwn } = Object;
  const { isArray } = Array;
  const commonPrototype = Object.prototype;
  const Bytes = Uint8Array;
  const getLength = /** @type {() => number} */ (Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Bytes.prototype), "length")?.get);
  const toBigInt = BigInt;
  const toNumber = Number;
  const Encoder = TextEncoder;
  const { encode } = TextEncoder.prototype;
  const PageError = Error;
  const PagePromise = Promise;
  const { then } = Promise.prototype;
  const defer = queueMicrotask;

  /** @type {any} */
  let wallet;
  const register = (/** @type {any} */ one) => {
    if (one.name === "Tandem") wallet ??= one;
  };
  const heard = (/** @type {any} */ event) => event.detail({ register });
  addEventListener("wallet-standard:register-wallet", heard);
  dispatchEvent(new CustomEvent("wallet-standard:app-ready", { detail: { register } }));
  removeEventListener("wallet-standard:register-wallet", heard);
  if (wallet === undefined) return;
  const { features } = wallet;

  /** @param {object} on @param {string} name @param {unknown} value */
  function put(on, name, value) {
    const descriptor = create(null);
    descriptor.value = value;
    descriptor.writable = descriptor.enumerable = descriptor.configurable = true;
    defineProperty(on, name, descriptor);
  }

  /** A field of an object of the page, but never of Object.prototype. @param {any} from @param {string} name */
  function field(from, name) {
    if (from === undefined || from === null) return undefined;
    return !hasOwn(from, name) && hasOwn(commonPrototype, name) ? undefined : from[name];
  }

  /** What becomes of a promise. @template T @param {Promise<any>} promise @param {(value: any) => T} read @param {() => T} [failed] @returns {Promise<T>} */
  function after(promise, read, failed) {
    return new PagePromise((resolve, reject) => {
      const done = (/** @type {any} */ value) => {
        try {
          resolve(read(value));
        } catch (error) {
          reject(error);
        }
      };
      apply(then, promise, [done, failed === undefined ? reject : () => resolve(failed())]);
    });
  }

  /** What an act gives, or its failure, as a promise. @param {() => Promise<any>} act @returns {Promise<any>} */
  function attempt(act) {
    try {
      return act();
    } catch (error) {
      return new PagePromise((_, reject) => reject(error));
    }
  }

  /** @param {string} feature @param {string} method @param {unknown[]} inputs @returns {Promise<any>} */
  const call = (feature, method, inputs) => apply(features[feature][method], undefined, inputs);

  /** @param {number} code @param {string} message @param {string} reason */
  function failure(code, message, reason) {
    const error = new PageError(message);
    put(error, "code", code);
    put(error, "data", { reason });
    return error;
  }

  /** @param {Uint8Array} bytes @returns {number} */
  const lengthOf = (bytes) => apply(getLength, bytes, []);

  /** @param {string} text @returns {Uint8Array} */
  const utf8 = (text) => apply(encode, new Encoder(), [text]);

  /** @param {Uint8Array} bytes */
  function base58(bytes) {
    const length = lengthOf(bytes);
    let number = 0n;
    for (let i = 0; i < length; i++) number = number * 256n + toBigInt(bytes[i]);
    let text = "";
    for (; number > 0n; number /= 58n) text = ALPHABET[toNumber(number % 58n)] + text;
    for (let i = 0; i < length && bytes[i] === 0; i++) text = `1${text}`;
    return text;
  }

  /** What web3.js calls a PublicKey, as far as dApps use that of a wallet. @param {Account} account */
  function keyOf({ address, publicKey }) {
    return freeze({
      toBase58: () => address,
      toString: () => address,
      toJSON: () => address,
      toBytes: () => new Bytes(publicKey),
      equals: (/** @type {Key} */ other) => other.toBase58() === address,
    });
  }

  // ---- the connection -----------------------------------------------------------------------------------------

  /** @type {Account | null} */
  let account = null;
  /** @type {ReturnType<typeof keyOf> | null} */
  let publicKey = null;
  /** By event, in the order of their coming. @type {Record<string, Record<string, unknown>>} */
  const listeners = create(null);
  for (const event of ["connect", "disconnect", "accountChanged"]) listeners[event] = create(null);
  let count = 0;

  /** @param {string} event @param {unknown} [data] */
  function emit(event, data) {
    for (const name in listeners[event]) {
      const listener = /** @type {Function} */ (listeners[event][name]);
      defer(() => apply(listener, provider, [data]));
    }
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

  const changed = (/** @type {{ accounts: Account[] }} */ { accounts }) => {
    if (account !== null) use(accounts.length === 0 ? null : accounts[0]);
  };
  call("standard:events", "on", ["change", changed]);

  /** @param {{ onlyIfTrusted?: boolean }} [options] @returns {Promise<{ publicKey: any }>} */
  function connect(options) {
    const input = field(options, "onlyIfTrusted") === true ? [{ silent: true }] : [];
    return after(call("standard:connect", "connect", input), ({ accounts }) => {
      if (accounts.length === 0) throw failure(4100, "The site is not connected.", "not_permitted");
      use(accounts[0]);
      return { publicKey };
    });
  }

  function disconnect() {
    return after(call("standard:disconnect", "disconnect", []), () => use(null));
  }

  // ---- signing ------------------------------------------------------------------------------------------------

  function signer() {
    if (account === null) throw failure(4100, "Connect first.", "not_permitted");
    return account;
  }

  /** @param {Transaction} transaction */
  function serialized(transaction) {
    return new Bytes(transaction.serialize({ requireAllSignatures: false, verifySignatures: false }));
  }

  /** Our signature out of the signed bytes into the page's own object. @param {Transaction} transaction @param {Uint8Array} signed */
  function putBack(transaction, signed) {
    const { address } = signer();
    const { signatures } = transaction;
    const listed = field(field(transaction, "message"), "staticAccountKeys");
    const keyAt = (/** @type {number} */ i) => (listed === undefined ? signatures[i].publicKey : listed[i]);
    let slot = 0;
    while (keyAt(slot).toBase58() !== address) slot++;
    // A transaction begins with the number of its signatures, which is below 128, and the signatures.
    const signature = new Bytes(64);
    for (let i = 0; i < 64; i++) signature[i] = signed[1 + 64 * slot + i];
    transaction.addSignature(keyAt(slot), signature);
    return transaction;
  }

  /** @param {Transaction[]} transactions @returns {Promise<Transaction[]>} */
  function signAllTransactions(transactions) {
    return attempt(() => {
      const inputs = /** @type {object[]} */ ([]);
      for (let i = 0; i < transactions.length; i++) put(inputs, `${i}`, { account: signer(), transaction: serialized(transactions[i]) });
      return after(call("solana:signTransaction", "signTransaction", inputs), (outputs) => {
        const back = /** @type {Transaction[]} */ ([]);
        for (let i = 0; i < inputs.length; i++) put(back, `${i}`, putBack(transactions[i], outputs[i].signedTransaction));
        return back;
      });
    });
  }

  /** @param {Transaction} transaction */
  function signTransaction(transaction) {
    return after(signAllTransactions([transaction]), (back) => back[0]);
  }

  /** Without a chain: old dApps mean the network that the wallet is on. @param {Transaction} transaction @param {object} [options] */
  function signAndSendTransaction(transaction, options) {
    return attempt(() => {
      const input = { account: signer(), transaction: serialized(transaction), options };
      const sent = call("solana:signAndSendTransaction", "signAndSendTransaction", [input]);
      return after(sent, (outputs) => ({ signature: base58(outputs[0].signature), publicKey }));
    });
  }

  /** @param {Uint8Array | string} message */
  function signMessage(message) {
    return attempt(() => {
      const bytes = typeof message === "string" ? utf8(message) : message;
      const signed = call("solana:signMessage", "signMessage", [{ account: signer(), message: bytes }]);
      return after(signed, (outputs) => ({ signature: outputs[0].signature, publicKey }));
    });
  }

  /** @param {{ method: string, params?: any }} wish */
  function request(wish) {
    return attempt(() => {
      const method = field(wish, "method");
      const params = field(wish, "params");
      const given = isArray(params) ? params[0] : params;
      if (method === "connect") return connect(given);
      if (method === "disconnect") return disconnect();
      if (method === "signMessage") return signMessage(field(given, "message"));
      throw failure(4200, "This request is not supported here.", "unsupported_method");
    });
  }

  // ---- the face -----------------------------------------------------------------------------------------------

  /** @param {string} event @param {Function} listener */
  function on(event, listener) {
    off(event, listener);
    if (listeners[event] !== undefined) listeners[event][`n${count++}`] = listener;
    return provider;
  }

  /** @param {string} event @param {Function} listener */
  function off(event, listener) {
    for (const name in listeners[event]) if (listeners[event][name] === listener) delete listeners[event][name];
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
  const handed = freeze({ provider, field, after, attempt, failure, lengthOf, utf8 });
  defineProperty(window, "tandem:solana", { value: handed, configurable: true });
})();
