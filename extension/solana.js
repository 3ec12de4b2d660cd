// The Solana wallet that pages see, registered as Wallet Standard says. The last script that uses channel.js, whose
// header says what a page can and cannot do to it. Bytes travel as base64, accounts as base58.
(() => {
  "use strict";

  const { getter, own, field, put, isObject, rpcError, request, hear, emitter, icon, isOff } = /** @type {Channel} */ (window["tandem:channel"]);
  delete window["tandem:channel"];

  const { apply } = Reflect;
  const { create, freeze } = Object;
  const { isArray } = Array;
  const Bytes = Uint8Array;
  const page = window;
  const PageCustomEvent = CustomEvent;
  const { addEventListener, dispatchEvent, atob, btoa } = window;
  const { fromCharCode } = String;
  const { charCodeAt } = String.prototype;
  const typedArray = Object.getPrototypeOf(Bytes.prototype);
  const kindOf = getter(typedArray, Symbol.toStringTag);
  const lengthOf = getter(typedArray, "length");

  const chains = freeze(["solana:mainnet", "solana:devnet", "solana:localnet"]);
  const versions = freeze(["legacy", 0]);
  const abilities = freeze([
    "solana:signAndSendTransaction",
    "solana:signTransaction",
    "solana:signMessage",
    "solana:signIn",
  ]);

  // ---- what the page gives ------------------------------------------------------------------------------------

  /** @param {string} message @returns {never} */
  function refuse(message) {
    throw rpcError(-32602, message, { reason: "bad_request" });
  }

  /** The elements of a real Uint8Array, whatever its class says of them. @param {unknown} bytes @param {string} name */
  function toBase64(bytes, name) {
    if (kindOf(bytes) !== "Uint8Array") refuse(`"${name}" has to be a Uint8Array.`);
    const length = lengthOf(bytes);
    let text = "";
    for (let i = 0; i < length; i++) text += fromCharCode(/** @type {Uint8Array} */ (bytes)[i]);
    return apply(btoa, page, [text]);
  }

  /** @param {unknown} input @returns {string} */
  function addressOf(input) {
    const account = field(input, "account");
    const address = isObject(account) ? field(account, "address") : account;
    return typeof address === "string" ? address : refuse("Every input needs its account.");
  }

  /** The inputs as they travel: one account and one chain in all of them. @param {unknown[]} inputs @param {string} content @param {readonly string[]} others */
  function carried(inputs, content, others) {
    const list = /** @type {any[]} */ ([]);
    for (let i = 0; i < inputs.length; i++) {
      const input = inputs[i];
      if (!isObject(input)) refuse("Every input has to be an object.");
      const one = create(null);
      one.account = addressOf(input);
      one[content] = toBase64(field(input, content), content);
      for (let k = 0; k < others.length; k++) {
        const value = field(input, others[k]);
        if (value !== undefined) one[others[k]] = value;
      }
      if (i > 0 && one.account !== list[0].account) refuse("One request is for one account.");
      if (i > 0 && one.chain !== list[0].chain) refuse("One request is for one chain.");
      put(list, `${i}`, one);
    }
    return list;
  }

  // ---- what the page gets -------------------------------------------------------------------------------------

  /** @param {unknown} text */
  function fromBase64(text) {
    if (typeof text !== "string") throw 0;
    const binary = apply(atob, page, [text]);
    const bytes = new Bytes(binary.length);
    for (let i = 0; i < binary.length; i++) bytes[i] = apply(charCodeAt, binary, [i]);
    return bytes;
  }

  /** @template T @param {any} list @param {(one: any) => T} read @param {number} [count] how many there have to be @returns {T[]} */
  function each(list, read, count) {
    if (!isArray(list) || (count !== undefined && list.length !== count)) throw 0;
    const out = /** @type {T[]} */ ([]);
    for (let i = 0; i < list.length; i++) put(out, `${i}`, read(list[i]));
    return out;
  }

  /** @param {any} given */
  function signature(given) {
    const signed = { signedMessage: fromBase64(own(given, "signedMessage")), signature: fromBase64(own(given, "signature")) };
    return { ...signed, signatureType: "ed25519" };
  }

  /** @type {readonly object[]} */
  let accounts = freeze([]);
  /** The account object of each address; apps compare them by identity. */
  const known = create(null);
  const events = emitter(() => wallet);

  /** @param {any} given */
  function account(given) {
    const address = own(given, "address");
    const publicKey = own(given, "publicKey");
    if (typeof address !== "string" || typeof publicKey !== "string") throw 0;
    const bytes = fromBase64(publicKey);
    known[address] ??= freeze({
      address,
      get publicKey() {
        return new Bytes(bytes);
      },
      chains,
      features: abilities,
    });
    return known[address];
  }

  /** @param {any} given */
  function setAccounts(given) {
    if (!isArray(given)) return;
    const now = freeze(each(given, account));
    let moved = now.length !== accounts.length;
    for (let i = 0; i < now.length && !moved; i++) moved = now[i] !== accounts[i];
    if (!moved) return;
    accounts = now;
    events.emit("change", freeze({ accounts }));
  }

  hear("solanaAccountsChanged", setAccounts);
  hear("connect", (data) => setAccounts(isObject(data) ? own(data, "solana") : undefined));

  // ---- the features -------------------------------------------------------------------------------------------

  /** @param {any} [input] */
  function connect(input) {
    const silent = isObject(input) && field(input, "silent") === true;
    const read = (/** @type {any} */ given) => {
      setAccounts(given);
      return { accounts };
    };
    return request("standard:connect", () => (silent ? [{ silent }] : []), read);
  }

  const disconnect = () => request("standard:disconnect", () => [], () => setAccounts([]));

  /** @param {string} event @param {...unknown} listeners @returns {() => void} */
  function on(event, ...listeners) {
    for (let i = 0; i < listeners.length; i++) events.on(`${event}`, listeners[i], false);
    return () => {
      for (let i = 0; i < listeners.length; i++) events.off(`${event}`, listeners[i]);
    };
  }

  /** @param {...unknown} inputs */
  function signTransaction(...inputs) {
    const params = () => carried(inputs, "transaction", ["chain"]);
    return request("solana:signTransaction", params, (given) => each(given, (one) => ({ signedTransaction: fromBase64(one) }), inputs.length));
  }

  /** @param {...unknown} inputs */
  function signAndSendTransaction(...inputs) {
    const params = () => carried(inputs, "transaction", ["chain", "options"]);
    return request("solana:signAndSendTransaction", params, (given) => each(given, (one) => ({ signature: fromBase64(one) }), inputs.length));
  }

  /** @param {...unknown} inputs */
  function signMessage(...inputs) {
    return request("solana:signMessage", () => carried(inputs, "message", []), (given) => each(given, signature, inputs.length));
  }

  /** @param {...any} inputs */
  function signIn(...inputs) {
    const params = () => {
      if (inputs.length > 1) refuse("One sign-in at a time.");
      return inputs.length === 0 || inputs[0] === undefined ? [] : [inputs[0]];
    };
    const read = (/** @type {any} */ given) => {
      const signer = own(given, "account");
      setAccounts([signer]);
      return [{ account: account(signer), ...signature(given) }];
    };
    return request("solana:signIn", params, read);
  }

  const version = "1.0.0";
  const features = freeze({
    "standard:connect": freeze({ version, connect }),
    "standard:disconnect": freeze({ version, disconnect }),
    "standard:events": freeze({ version, on }),
    "solana:signAndSendTransaction": freeze({ version, supportedTransactionVersions: versions, signAndSendTransaction }),
    "solana:signTransaction": freeze({ version, supportedTransactionVersions: versions, signTransaction }),
    "solana:signMessage": freeze({ version: "1.1.0", signMessage }), // 1.1.0 says the signature's type
    "solana:signIn": freeze({ version, signIn }),
  });

  const wallet = freeze({
    version,
    name: "Tandem",
    icon,
    chains,
    features,
    get accounts() {
      return accounts;
    },
  });

  // ---- registration: whoever comes second, wallet or app, calls the other -------------------------------------

  const announce = (/** @type {{ register: (...wallets: object[]) => unknown }} */ api) => api.register(wallet);
  apply(addEventListener, page, ["wallet-standard:app-ready", (/** @type {any} */ event) => isOff() || announce(event.detail)]);
  apply(dispatchEvent, page, [new PageCustomEvent("wallet-standard:register-wallet", { detail: announce })]);
})();
