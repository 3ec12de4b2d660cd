// What a page listens to (eth_subscribe). Python's process ends before the page does, so it is known here and at the page's
// end of the port, and told by whichever process there is, under the same ids.

import { callWorker, hasWorker } from "./engine.js";
import { readRequest } from "./rpc.js";

/** Its id, the request's text, and the network it was made on. @typedef {{ name: string, text: string, chain_id: string }} Subscription */

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

/** Has the worker tell it, from now on. @param {{ document: string, origin: string, subscriptions: Subscription[] }} dock */
export function resume({ document, origin, subscriptions }) {
  if (!hasWorker()) return;
  for (const each of subscriptions) callWorker("resume_subscription", { document, origin, ...each }, {});
}
