// The EIP-1193 provider that pages see, announced as EIP-6963 says. Runs right after channel.js, whose header says what
// a page can and cannot do to it.
(() => {
  "use strict";

  const { own, field, put, isObject, rpcError, uuid, encode, request, hear, emitter, icon, isOff } = /** @type {Channel} */ (window["tandem:channel"]);
  const { apply } = Reflect;
  const { freeze } = Object;
  const { parse, stringify } = JSON;
  const { isArray } = Array;
  const PagePromise = Promise;
  const PageEvent = Event;
  const PageCustomEvent = CustomEvent;
  const page = window;
  const { addEventListener, dispatchEvent } = window;
  const toNumber = Number;
  const { then } = PagePromise.prototype;

  const events = emitter(() => provider);
  const { emit } = events;

  let connected = true;
  let greeted = false;
  /** @type {string | null} */ let chain = null;
  /** @type {string | null} */ let selected = null;
  /** The greeting's, then the last event's. @type {string | null} */ let knownAccounts = null;
  /** @type {string | null} */ let emittedChain = null;

  /** @param {any} args */
  function ask(args) {
    const method = isObject(args) ? field(args, "method") : undefined;
    const read = (/** @type {any} */ result) => {
      if (method === "eth_chainId" && typeof result === "string") chain = result;
      if (method === "eth_accounts" || method === "eth_requestAccounts") noteAccounts(result);
      return result;
    };
    return request(method, () => field(args, "params"), read);
  }

  /** @param {any} accounts */
  function noteAccounts(accounts) {
    const first = isArray(accounts) ? own(accounts, "0") : undefined;
    selected = typeof first === "string" ? first : null;
  }

  /** @param {unknown} accounts */
  function accountsChanged(accounts) {
    if (!isArray(accounts)) return;
    noteAccounts(accounts);
    const text = encode(accounts);
    if (text === knownAccounts) return;
    knownAccounts = text;
    emit("accountsChanged", accounts);
  }

  /** @param {unknown} chainId */
  function chainChanged(chainId) {
    if (typeof chainId !== "string") return;
    chain = chainId;
    if (chainId === emittedChain) return;
    emittedChain = chainId;
    emit("chainChanged", chainId);
  }

  /** The backend greets every new channel with what is true now. @param {any} data */
  function greet(data) {
    const chainId = isObject(data) ? own(data, "chainId") : undefined;
    const first = !greeted || !connected;
    greeted = connected = true;
    if (first && typeof chainId === "string") {
      const moved = emittedChain !== null && emittedChain !== chainId;
      chain = chainId;
      emit("connect", parse(`{"chainId":${stringify(chainId)}}`));
      if (moved) emit("chainChanged", chainId);
      emittedChain = chainId;
    } else {
      chainChanged(chainId);
    }
    // The first greeting tells what later events are compared with; a later one, what moved while there was no channel.
    const accounts = isObject(data) ? own(data, "accounts") : undefined;
    if (knownAccounts !== null) accountsChanged(accounts);
    else if (isArray(accounts)) knownAccounts = encode(accounts);
  }

  /** @param {any} data */
  function disconnected(data) {
    if (!connected) return;
    connected = false;
    const code = isObject(data) ? own(data, "code") : undefined;
    const text = isObject(data) ? own(data, "message") : undefined;
    emit("disconnect", rpcError(typeof code === "number" ? code : 4900, typeof text === "string" ? text : ""));
  }

  /** A notification to this document alone: what it subscribed to (EIP-1193, `message`). @param {any} data */
  function notified(data) {
    if (isObject(data) && typeof own(data, "type") === "string") emit("message", data);
  }

  hear("connect", greet);
  hear("disconnect", disconnected);
  hear("accountsChanged", accountsChanged);
  hear("chainChanged", chainChanged);
  hear("message", notified);

  // ---- the older call styles ----------------------------------------------------------------------------------

  /** @param {any} payload @param {(response: any) => void} done */
  function answer(payload, done) {
    const response = { id: isObject(payload) ? own(payload, "id") : undefined, jsonrpc: "2.0" };
    const finish = (/** @type {string} */ name, /** @type {unknown} */ value) => {
      put(response, name, value);
      done(response);
    };
    const promise = ask(payload);
    apply(then, promise, [
      (/** @type {unknown} */ result) => finish("result", result),
      (/** @type {unknown} */ error) => finish("error", error),
    ]);
  }

  /** Some pages leave the callback out; what they ask is asked. @param {any} payload @param {(error: unknown, response: any) => void} [callback] */
  function sendAsync(payload, callback) {
    const done = typeof callback === "function" ? callback : () => {};
    if (!isArray(payload)) {
      answer(payload, (response) => done(own(response, "error") ?? null, response));
      return;
    }
    const responses = /** @type {any[]} */ ([]);
    let left = payload.length;
    if (left === 0) done(null, responses);
    for (let i = 0; i < payload.length; i++) {
      answer(payload[i], (response) => {
        put(responses, `${i}`, response);
        if (--left === 0) done(null, responses);
      });
    }
  }

  /** @param {any} first @param {any} [second] @returns {any} */
  function send(first, second) {
    if (typeof first === "string") {
      return new PagePromise((resolve, reject) =>
        answer({ method: first, params: second }, (response) => {
          const error = own(response, "error");
          if (error === undefined) resolve(response);
          else reject(error);
        }),
      );
    }
    if (typeof second === "function") return sendAsync(first, second);
    const method = isObject(first) ? own(first, "method") : undefined;
    let result;
    if (method === "eth_accounts") result = selected === null ? [] : [selected];
    else if (method === "eth_coinbase") result = selected;
    else if (method === "net_version") result = chain === null ? null : `${toNumber(chain)}`;
    else throw rpcError(4200, "Only cached values can be read without a callback.", { reason: "unsupported_method" });
    return { id: own(first, "id"), jsonrpc: "2.0", result };
  }

  // ---- the provider -------------------------------------------------------------------------------------------

  /** @param {string} event @param {Function} listener @param {boolean} [once] */
  function on(event, listener, once = false) {
    events.on(event, listener, once);
    return provider;
  }

  /** @param {string} event @param {Function} listener */
  function off(event, listener) {
    events.off(event, listener);
    return provider;
  }

  const provider = {
    isTandem: true,
    request: ask,
    isConnected: () => connected,
    enable: () => ask({ method: "eth_requestAccounts" }),
    send,
    sendAsync,
    on: (/** @type {string} */ event, /** @type {Function} */ listener) => on(event, listener),
    addListener: (/** @type {string} */ event, /** @type {Function} */ listener) => on(event, listener),
    once: (/** @type {string} */ event, /** @type {Function} */ listener) => on(event, listener, true),
    off,
    removeListener: off,
    removeAllListeners: (/** @type {string | undefined} */ event) => {
      events.clear(event);
      return provider;
    },
    get chainId() {
      return chain;
    },
    get networkVersion() {
      return chain === null ? null : `${toNumber(chain)}`;
    },
    get selectedAddress() {
      return selected;
    },
  };

  const info = freeze({ uuid: uuid(), name: "Tandem", icon, rdns: "app.tandem.wallet" });
  const detail = freeze({ info, provider });

  function announce() {
    if (isOff()) return;
    apply(dispatchEvent, page, [new PageCustomEvent("eip6963:announceProvider", { detail })]);
  }
  apply(addEventListener, page, ["eip6963:requestProvider", announce]);
  announce();

  // Only where nobody else is, and in a way that a wallet coming later can take it.
  if (!("ethereum" in page)) {
    put(page, "ethereum", provider);
    apply(dispatchEvent, page, [new PageEvent("ethereum#initialized")]);
  }
})();
