// The provider that pages see. Runs in the page's own world at document_start, before any script of the page, so
// everything it needs is captured now: what the page changes later (Promise, JSON, prototypes) does not reach it.
// It only carries. It holds no secret and decides nothing; a page that tricks it tricks itself.
(() => {
  "use strict";

  const { apply } = Reflect;
  const { create, defineProperty, freeze, getOwnPropertyDescriptor, keys } = Object;
  const { parse, stringify } = JSON;
  const { isArray } = Array;
  const { getRandomValues } = crypto;
  const webCrypto = crypto;
  const PagePromise = Promise;
  const PageError = Error;
  const PageEvent = Event;
  const PageCustomEvent = CustomEvent;
  const Bytes = Uint8Array;
  const page = window;
  const { postMessage, addEventListener, dispatchEvent } = window;
  const stopImmediate = Event.prototype.stopImmediatePropagation;
  const toHex = Number.prototype.toString;
  const toNumber = Number;
  const defer = queueMicrotask;
  const dataOf = getter(MessageEvent.prototype, "data");
  const sourceOf = getter(MessageEvent.prototype, "source");

  /** @param {object} proto @param {string} name @returns {(self: object) => any} */
  function getter(proto, name) {
    const get = /** @type {PropertyDescriptor} */ (getOwnPropertyDescriptor(proto, name)).get;
    return (self) => apply(/** @type {Function} */ (get), self, []);
  }

  /** An own property or undefined: a polluted Object.prototype is never read. @param {any} from @param {string} name */
  function own(from, name) {
    const found = getOwnPropertyDescriptor(from, name);
    return found === undefined ? undefined : found.value;
  }

  /** Define rather than assign: a setter on a prototype is never run. @param {object} on @param {string} name @param {unknown} value */
  function put(on, name, value) {
    const descriptor = create(null);
    descriptor.value = value;
    descriptor.writable = descriptor.enumerable = descriptor.configurable = true;
    defineProperty(on, name, descriptor);
  }

  /** @param {unknown} value @returns {value is object} */
  function isObject(value) {
    return typeof value === "object" && value !== null;
  }

  /** @param {number} code @param {string} message @param {unknown} [data] */
  function rpcError(code, message, data) {
    const error = new PageError(message);
    put(error, "code", code);
    if (data !== undefined) put(error, "data", data);
    return error;
  }

  function uuid() {
    const bytes = apply(getRandomValues, webCrypto, [new Bytes(16)]);
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let text = "";
    for (let i = 0; i < 16; i++) {
      if (i === 4 || i === 6 || i === 8 || i === 10) text += "-";
      text += (bytes[i] < 16 ? "0" : "") + apply(toHex, bytes[i], [16]);
    }
    return text;
  }

  /** A copy on which a page-wide `toJSON` (some old libraries install one) is not seen. @param {any} value @returns {any} */
  function withoutToJson(value) {
    if (!isObject(value)) return value;
    if (isArray(value)) {
      const list = /** @type {any[]} */ ([]);
      for (let i = 0; i < value.length; i++) put(list, `${i}`, withoutToJson(value[i]));
      put(list, "toJSON", undefined);
      return list;
    }
    const copy = create(null);
    const names = keys(value);
    for (let i = 0; i < names.length; i++) copy[names[i]] = withoutToJson(/** @type {any} */ (value)[names[i]]);
    return copy;
  }

  /** @param {unknown} value @returns {string} */
  function encode(value) {
    const polluted = "toJSON" in Object.prototype || "toJSON" in Array.prototype;
    const text = stringify(polluted ? withoutToJson(value) : value);
    return text === undefined ? "null" : text;
  }

  // ---- events -------------------------------------------------------------------------------------------------

  let listeners = create(null);
  let listenerCount = 0;

  /** @param {string} event @param {Function} listener @param {boolean} once */
  function listen(event, listener, once) {
    if (typeof listener === "function") {
      if (listeners[event] === undefined) listeners[event] = create(null);
      const entry = create(null);
      entry.call = listener;
      entry.once = once;
      listeners[event][`n${listenerCount++}`] = entry;
    }
    return provider;
  }

  /** @param {string} event @param {Function} listener */
  function unlisten(event, listener) {
    const entries = listeners[event];
    for (const name in entries) {
      if (entries[name].call === listener) {
        delete entries[name];
        break;
      }
    }
    return provider;
  }

  /** @param {string} event @param {unknown} data */
  function emit(event, data) {
    const entries = listeners[event];
    for (const name in entries) {
      const entry = entries[name];
      if (entry.once) delete entries[name];
      // In its own turn: one listener that throws must not silence the others, nor us.
      defer(() => apply(entry.call, provider, [data]));
    }
  }

  // ---- requests -----------------------------------------------------------------------------------------------

  const pending = create(null);
  let connected = true;
  let greeted = false;
  /** @type {string | null} */ let chain = null;
  /** @type {string | null} */ let selected = null;
  let emittedAccounts = "[]";
  /** @type {string | null} */ let emittedChain = null;

  /** @param {any} args */
  function request(args) {
    return new PagePromise((resolve, reject) => {
      const method = isObject(args) ? /** @type {any} */ (args).method : undefined;
      if (typeof method !== "string" || method === "") {
        reject(rpcError(-32600, "The request needs a method."));
        return;
      }
      let text;
      try {
        const params = args.params;
        text = `{"method":${stringify(method)}${params === undefined ? "" : `,"params":${encode(params)}`}}`;
      } catch {
        reject(rpcError(-32602, "The parameters cannot be written as JSON."));
        return;
      }
      const id = uuid();
      const entry = create(null);
      entry.method = method;
      entry.resolve = resolve;
      entry.reject = reject;
      pending[id] = entry;
      apply(postMessage, page, [{ to: "tandem:content", id, text }, "/"]);
    });
  }

  /** @param {any} accounts */
  function noteAccounts(accounts) {
    const first = isArray(accounts) ? own(accounts, "0") : undefined;
    selected = typeof first === "string" ? first : null;
  }

  /** @param {any} id @param {any} message */
  function settle(id, message) {
    const entry = typeof id === "string" ? pending[id] : undefined;
    if (entry === undefined) return;
    delete pending[id];
    const error = own(message, "error");
    if (isObject(error)) {
      const code = own(error, "code");
      const text = own(error, "message");
      entry.reject(rpcError(typeof code === "number" ? code : -32603, typeof text === "string" ? text : "", own(error, "data")));
      return;
    }
    const result = own(message, "result");
    if (entry.method === "eth_chainId" && typeof result === "string") chain = result;
    if (entry.method === "eth_accounts" || entry.method === "eth_requestAccounts") noteAccounts(result);
    entry.resolve(result);
  }

  /** @param {unknown} accounts */
  function accountsChanged(accounts) {
    if (!isArray(accounts)) return;
    noteAccounts(accounts);
    const text = encode(accounts);
    if (text === emittedAccounts) return;
    emittedAccounts = text;
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
    // Whether the accounts moved while there was no channel; at the first greeting nothing was known.
    if (emittedAccounts !== "[]" && isObject(data)) accountsChanged(own(data, "accounts"));
  }

  /** @param {any} data */
  function disconnected(data) {
    if (!connected) return;
    connected = false;
    const code = isObject(data) ? own(data, "code") : undefined;
    const text = isObject(data) ? own(data, "message") : undefined;
    emit("disconnect", rpcError(typeof code === "number" ? code : 4900, typeof text === "string" ? text : ""));
  }

  apply(addEventListener, page, [
    "message",
    (/** @type {MessageEvent} */ event) => {
      if (sourceOf(event) !== page) return;
      const message = dataOf(event);
      if (!isObject(message) || own(message, "to") !== "tandem:page") return;
      apply(stopImmediate, event, []);
      const name = own(message, "event");
      const data = own(message, "data");
      if (name === undefined) settle(own(message, "id"), message);
      else if (name === "connect") greet(data);
      else if (name === "disconnect") disconnected(data);
      else if (name === "accountsChanged") accountsChanged(data);
      else if (name === "chainChanged") chainChanged(data);
    },
    true,
  ]);

  // ---- the older call styles ----------------------------------------------------------------------------------

  /** @param {any} payload @param {(response: any) => void} done */
  function answer(payload, done) {
    const response = { id: isObject(payload) ? own(payload, "id") : undefined, jsonrpc: "2.0" };
    const finish = (/** @type {string} */ name, /** @type {unknown} */ value) => {
      put(response, name, value);
      done(response);
    };
    const promise = request(payload);
    apply(then, promise, [
      (/** @type {unknown} */ result) => finish("result", result),
      (/** @type {unknown} */ error) => finish("error", error),
    ]);
  }
  const then = PagePromise.prototype.then;

  /** @param {any} payload @param {(error: unknown, response: any) => void} callback */
  function sendAsync(payload, callback) {
    if (!isArray(payload)) {
      answer(payload, (response) => callback(own(response, "error") ?? null, response));
      return;
    }
    const responses = /** @type {any[]} */ ([]);
    let left = payload.length;
    if (left === 0) callback(null, responses);
    for (let i = 0; i < payload.length; i++) {
      answer(payload[i], (response) => {
        put(responses, `${i}`, response);
        if (--left === 0) callback(null, responses);
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
    else throw rpcError(4200, "Only cached values can be read without a callback.");
    return { id: own(first, "id"), jsonrpc: "2.0", result };
  }

  // ---- the provider -------------------------------------------------------------------------------------------

  const provider = {
    isTandem: true,
    request,
    isConnected: () => connected,
    enable: () => request({ method: "eth_requestAccounts" }),
    send,
    sendAsync,
    on: (/** @type {string} */ event, /** @type {Function} */ listener) => listen(event, listener, false),
    addListener: (/** @type {string} */ event, /** @type {Function} */ listener) => listen(event, listener, false),
    once: (/** @type {string} */ event, /** @type {Function} */ listener) => listen(event, listener, true),
    off: unlisten,
    removeListener: unlisten,
    removeAllListeners: (/** @type {string | undefined} */ event) => {
      if (event === undefined) listeners = create(null);
      else delete listeners[event];
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

  // The mark (two overlapping discs), as EIP-6963 wants it: a data URI.
  const icon =
    "data:image/svg+xml," +
    "%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 48 48'%3E" +
    "%3Crect width='48' height='48' rx='11' fill='%23f4f1ea'/%3E" +
    "%3Cg fill='none' stroke='%2315443d' stroke-width='2.5'%3E%3Ccircle cx='18' cy='24' r='11'/%3E%3Ccircle cx='30' cy='24' r='11'/%3E%3C/g%3E" +
    "%3Cpath d='M24 14.8a11 11 0 0 1 0 18.4a11 11 0 0 1 0-18.4z' fill='%230b7a68'/%3E%3C/svg%3E";
  const info = freeze({ uuid: uuid(), name: "Tandem", icon, rdns: "app.tandem.wallet" });
  const detail = freeze({ info, provider });

  function announce() {
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
