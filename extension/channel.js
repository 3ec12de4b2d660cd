// The page's side of the channel to content.js, for the providers that are injected after it (inpage.js, solana.js).
// Runs in the page's own world at document_start, before any script of the page, so everything it needs is captured
// now: what the page changes later (Promise, JSON, prototypes) does not reach it. It only carries. It holds no secret
// and decides nothing; a page that tricks it tricks itself.
//
// Content scripts cannot import one another. The channel is handed over through one property of the window, which
// the last provider takes away before the page's first script runs.
(() => {
  "use strict";

  const { apply } = Reflect;
  const { create, defineProperty, freeze, getOwnPropertyDescriptor, hasOwn, keys } = Object;
  const commonPrototype = Object.prototype;
  const { stringify } = JSON;
  const { isArray } = Array;
  const { getRandomValues } = crypto;
  const webCrypto = crypto;
  const PagePromise = Promise;
  const PageError = Error;
  const Bytes = Uint8Array;
  const page = window;
  const { postMessage, addEventListener } = window;
  const stopImmediate = Event.prototype.stopImmediatePropagation;
  const toHex = Number.prototype.toString;
  const defer = queueMicrotask;
  const dataOf = getter(MessageEvent.prototype, "data");
  const sourceOf = getter(MessageEvent.prototype, "source");

  /** @param {object} proto @param {string | symbol} name @returns {(self: unknown) => any} */
  function getter(proto, name) {
    const get = /** @type {PropertyDescriptor} */ (getOwnPropertyDescriptor(proto, name)).get;
    return (self) => apply(/** @type {Function} */ (get), self, []);
  }

  /** An own property or undefined: a polluted Object.prototype is never read. @param {any} from @param {string} name */
  function own(from, name) {
    const found = getOwnPropertyDescriptor(from, name);
    return found === undefined ? undefined : found.value;
  }

  /** A field of an object of the page, also through its getters and classes, but never of Object.prototype. @param {any} from @param {string} name */
  function field(from, name) {
    return !hasOwn(from, name) && hasOwn(commonPrototype, name) ? undefined : from[name];
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

  // ---- requests -----------------------------------------------------------------------------------------------

  const pending = create(null);

  /** @param {unknown} method @param {() => unknown} params may throw @param {(result: any) => unknown} read what the page gets of the result */
  function request(method, params, read) {
    return new PagePromise((resolve, reject) => {
      if (typeof method !== "string" || method === "") {
        reject(rpcError(-32600, "The request needs a method.", { reason: "invalid_request" }));
        return;
      }
      let text;
      try {
        const given = params();
        text = `{"method":${stringify(method)}${given === undefined ? "" : `,"params":${encode(given)}`}}`;
      } catch (error) {
        const ours = isObject(error) && typeof own(error, "code") === "number";
        reject(ours ? error : rpcError(-32602, "The parameters cannot be written as JSON.", { reason: "bad_request" }));
        return;
      }
      const id = uuid();
      const entry = create(null);
      entry.resolve = resolve;
      entry.reject = reject;
      entry.read = read;
      pending[id] = entry;
      apply(postMessage, page, [{ to: "tandem:content", id, text }, "/"]);
    });
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
    try {
      entry.resolve(entry.read(own(message, "result")));
    } catch {
      entry.reject(rpcError(-32603, "The wallet's answer cannot be read.", { reason: "internal" }));
    }
  }

  // ---- events -------------------------------------------------------------------------------------------------

  const hearers = create(null);
  let count = 0;

  /** Every hearer of an event of the channel gets its data. @param {string} event @param {(data: any) => void} hearer */
  function hear(event, hearer) {
    hearers[event] ??= create(null);
    hearers[event][`n${count++}`] = hearer;
  }

  apply(addEventListener, page, [
    "message",
    (/** @type {MessageEvent} */ event) => {
      if (sourceOf(event) !== page) return;
      const message = dataOf(event);
      if (!isObject(message) || own(message, "to") !== "tandem:page") return;
      apply(stopImmediate, event, []);
      const name = own(message, "event");
      if (name === undefined) settle(own(message, "id"), message);
      else if (typeof name === "string") for (const each in hearers[name]) hearers[name][each](own(message, "data"));
    },
    true,
  ]);

  /** The listeners of one provider, called as its methods. @param {() => object} self */
  function emitter(self) {
    let listeners = create(null);
    return freeze({
      /** @param {string} event @param {unknown} listener @param {boolean} once */
      on(event, listener, once) {
        if (typeof listener !== "function") return;
        if (listeners[event] === undefined) listeners[event] = create(null);
        const entry = create(null);
        entry.call = listener;
        entry.once = once;
        listeners[event][`n${count++}`] = entry;
      },
      /** @param {string} event @param {unknown} listener */
      off(event, listener) {
        for (const name in listeners[event]) {
          if (listeners[event][name].call === listener) {
            delete listeners[event][name];
            break;
          }
        }
      },
      /** @param {string} [event] */
      clear(event) {
        if (event === undefined) listeners = create(null);
        else delete listeners[event];
      },
      /** @param {string} event @param {unknown} data */
      emit(event, data) {
        for (const name in listeners[event]) {
          const entry = listeners[event][name];
          if (entry.once) delete listeners[event][name];
          // In its own turn: one listener that throws must not silence the others, nor us.
          defer(() => apply(entry.call, self(), [data]));
        }
      },
    });
  }

  // Where the person wants no wallet, a script of ours says so (window_none.js), before the page has one that could.
  let off = false;
  const isOff = () => off;
  apply(addEventListener, page, ["tandem:off", () => (off ||= document.scripts.length === 0)]);

  // The mark (two overlapping discs): both standards want it as a data URI, Wallet Standard in base64.
  const mark =
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 48 48'><rect width='48' height='48' rx='11' fill='#f4f1ea'/>" +
    "<g fill='none' stroke='#15443d' stroke-width='2.5'><circle cx='18' cy='24' r='11'/><circle cx='30' cy='24' r='11'/></g>" +
    "<path d='M24 14.8a11 11 0 0 1 0 18.4a11 11 0 0 1 0-18.4z' fill='#0b7a68'/></svg>";
  const icon = `data:image/svg+xml;base64,${btoa(mark)}`;

  const channel = freeze({ getter, own, field, put, isObject, rpcError, uuid, encode, request, hear, emitter, icon, isOff });
  defineProperty(page, "tandem:channel", { value: channel, configurable: true });
})();
