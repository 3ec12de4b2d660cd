// @ts-check
/**
 * What is under way, by the number that Python gave it. A browser opens six connections to a server at most: a poll
 * that nobody waits for any more has to end at once, or it keeps others from beginning.
 * @type {Map<number, AbortController>}
 */
const running = new Map();

/** Ends a fetch that Python no longer waits for. @param {number} number */
export function abortFetch(number) {
  running.get(number)?.abort();
}

/**
 * fetch for Python: one call out, one small object back. No cookies, no redirects, bounded in time and size.
 *
 * @param {number} number by which `abortFetch` knows it
 * @param {string} method
 * @param {string} url
 * @param {string} headers JSON object of header names and values
 * @param {Uint8Array | null | undefined} body
 * @param {number} timeout seconds for the whole exchange
 * @param {number} limit bytes of the response's body
 * @returns {Promise<{status: number, headers: string[][], body: Uint8Array}>}
 */
export async function boundedFetch(number, method, url, headers, body, timeout, limit) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), timeout * 1000);
  running.set(number, controller);
  try {
    const response = await fetch(url, {
      method,
      headers: JSON.parse(headers),
      body: /** @type {BodyInit | undefined} */ (body ?? undefined),
      signal: controller.signal,
      credentials: "omit",
      cache: "no-store",
      redirect: "error",
      referrerPolicy: "no-referrer",
    });
    return { status: response.status, headers: [...response.headers], body: await bounded(response, limit) };
  } finally {
    clearTimeout(timer);
    running.delete(number);
  }
}

/**
 * @param {Response} response
 * @param {number} limit
 */
async function bounded(response, limit) {
  if (response.body === null) return new Uint8Array(0);
  const chunks = [];
  let size = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > limit) {
      await reader.cancel();
      throw new Error("response too large");
    }
    chunks.push(value);
  }
  if (chunks.length === 1) return chunks[0];
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
