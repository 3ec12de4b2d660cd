// @ts-check
/**
 * fetch for Python: one call out, one small object back. No cookies, no redirects, bounded in time and size.
 *
 * @param {string} method
 * @param {string} url
 * @param {string} headers JSON object of header names and values
 * @param {Uint8Array | null | undefined} body
 * @param {number} timeout seconds for the whole exchange
 * @param {number} limit bytes of the response's body
 * @returns {Promise<{status: number, headers: string[][], body: Uint8Array}>}
 */
export async function boundedFetch(method, url, headers, body, timeout, limit) {
  const response = await fetch(url, {
    method,
    headers: JSON.parse(headers),
    body: /** @type {BodyInit | undefined} */ (body ?? undefined),
    signal: AbortSignal.timeout(timeout * 1000),
    credentials: 'omit',
    cache: 'no-store',
    redirect: 'error',
    referrerPolicy: 'no-referrer',
  });
  return { status: response.status, headers: [...response.headers], body: await bounded(response, limit) };
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
      throw new Error('response too large');
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
