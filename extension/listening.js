// What a page listens to (eth_subscribe). Python's process ends before the page does, so it is known here and at the page's
// end of the port, and told by whichever process there is, under the same ids.

import { callWorker, hasWorker } from "./engine.js";
import { readRequest } from "./rpc.js";

/** Its id, the request's text, and the network it was made on. @typedef {{ name: string, text: string, chain_id: string }} Subscription */

/** Subscriptions of a page that are over, and why. @typedef {{ origin: string, document: string, names: unknown[], error: object }} Ended */

const MOST = 10; // of one document, as in Python

/** The list after an answered request; null where that changes nothing. @param {Subscription[]} list @param {{ method: string, text: string }} request @param {unknown} result @param {string} chain_id @returns {Subscription[] | null} */
export function listAfter(list, { method, text }, result, chain_id) {
  if (method === "eth_subscribe" && typeof result === "string") return [...list, { name: result, text, chain_id }];
  if (method !== "eth_unsubscribe" || result !== true) return null;
  const [ended] = /** @type {unknown[]} */ (readRequest(text)?.params);
  return list.filter(({ name }) => name !== ended);
}

/** What the page's end kept when another host died. Python judges what is in it. @param {unknown} kept @returns {Subscription[]} */
export function listFrom(kept) {
  return Array.isArray(kept) ? kept.slice(0, MOST) : [];
}

/** Has the worker tell it, from now on; `ended` hears of what cannot go on. @param {{ document: string, origin: string, subscriptions: Subscription[] }} dock @param {(message: Ended) => void} ended */
export function resume({ document, origin, subscriptions }, ended) {
  if (!hasWorker()) return;
  for (const each of subscriptions) {
    const answered = (/** @type {any} */ { err }) => err !== undefined && ended({ origin, document, names: [each.name], error: err });
    callWorker("resume_subscription", { document, origin, ...each }, { answered });
  }
}

/** What a page hears of it: a type of our own, since EIP-1193 has none, with nothing in it that a library takes for a block or a log. @param {Ended} message */
export function farewell({ names, error }) {
  return { event: "message", data: { type: "tandem_subscriptionsEnded", data: { subscriptions: names, error } } };
}
