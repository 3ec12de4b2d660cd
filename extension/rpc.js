// What the offscreen document may say by itself, without Python: pure functions over mirrored public state.

/** @typedef {{ address: string, publicKey: string }} SolanaAccount */
/** @typedef {{ accounts: string[], chain_id: string, solana?: SolanaAccount[], until?: number | null }} MirroredSite */
/** @typedef {{ default_chain: string, sites: Record<string, MirroredSite>, open: boolean }} Mirror */
/** A request as far as JavaScript reads it. @typedef {{ method: string, params: unknown }} Asked */
/** @typedef {{ code: number, message: string, data: { reason: string } }} RpcError */

/** Methods that may need a person: their window opens while Python is still starting. */
const PROMPTING = new Set([
  "eth_requestAccounts",
  "wallet_requestPermissions",
  "personal_sign",
  "eth_signTypedData",
  "eth_signTypedData_v3",
  "eth_signTypedData_v4",
  "eth_sendTransaction",
  "wallet_sendCalls",
  "wallet_watchAsset",
  "standard:connect",
  "solana:signIn",
  "solana:signMessage",
  "solana:signTransaction",
  "solana:signAndSendTransaction",
]);

/** Developer-facing sentences of errors that never reach Python. */
const ERRORS = {
  origin_refused: { code: 4100, message: "Only https pages, and localhost, can use the wallet." },
  rate_limited: { code: -32005, message: "Too many requests are waiting." },
  bad_request: { code: -32602, message: "The request is malformed." },
  boot_failed: { code: 4900, message: "The wallet did not start." },
  internal: { code: -32603, message: "The wallet failed on this request." },
  wallet_restarted: { code: -32603, message: "The wallet was restarted." },
};

/** @param {keyof typeof ERRORS} reason @returns {RpcError} */
export function rpcError(reason) {
  return { ...ERRORS[reason], data: { reason } };
}

/** A request's JSON text; null where the text is no request (Python then says what is wrong with it). @param {string} text @returns {Asked | null} */
export function readRequest(text) {
  try {
    const request = JSON.parse(text);
    return typeof request?.method === "string" ? { method: request.method, params: request.params } : null;
  } catch {
    return null;
  }
}

/** Wallet Standard's way to ask for what is granted already, without a question. @param {Asked} asked */
function asksSilently({ method, params }) {
  return method === "standard:connect" && Array.isArray(params) && params[0]?.silent === true;
}

/** Whether a person may have to decide. @param {Asked | null} asked @param {Mirror} mirror @param {string} origin */
export function mayPrompt(asked, mirror, origin) {
  if (asked === null || !PROMPTING.has(asked.method) || asksSilently(asked)) return false;
  return asked.method !== "standard:connect" || solanaOf(mirror, origin).length === 0;
}

/** Exact origins only: https, or http on this machine. Opaque origins ("null") are refused. @param {string | undefined} origin */
export function originAllowed(origin) {
  if (typeof origin !== "string") return false;
  let url;
  try {
    url = new URL(origin);
  } catch {
    return false;
  }
  if (url.origin !== origin) return false;
  if (url.protocol === "https:") return true;
  const local = url.hostname === "localhost" || url.hostname.endsWith(".localhost") || url.hostname === "127.0.0.1";
  return url.protocol === "http:" && (local || url.hostname === "[::1]");
}

/** @param {unknown} value @returns {Mirror} */
export function readMirror(value) {
  const mirror = /** @type {Partial<Mirror> | null} */ (typeof value === "object" ? value : null);
  return {
    default_chain: typeof mirror?.default_chain === "string" ? mirror.default_chain : "0x1",
    sites: typeof mirror?.sites === "object" && mirror.sites !== null ? mirror.sites : {},
    open: mirror?.open === true,
  };
}

/** A site's grants, until their time is up. @param {Mirror} mirror @param {string} origin @returns {MirroredSite | null} */
function siteOf(mirror, origin) {
  const site = Object.hasOwn(mirror.sites, origin) ? mirror.sites[origin] : null;
  return typeof site?.until === "number" && Date.now() / 1000 >= site.until ? null : site;
}

/** @param {Mirror} mirror @param {string} origin */
export function chainOf(mirror, origin) {
  return siteOf(mirror, origin)?.chain_id ?? mirror.default_chain;
}

/** @param {Mirror} mirror @param {string} origin @returns {string[]} */
export function accountsOf(mirror, origin) {
  return (mirror.open && siteOf(mirror, origin)?.accounts) || [];
}

/** @param {Mirror} mirror @param {string} origin @returns {SolanaAccount[]} */
export function solanaOf(mirror, origin) {
  return (mirror.open && siteOf(mirror, origin)?.solana) || [];
}

/** The answer of a silent method, or undefined where Python has to be asked. @param {Asked | null} asked @param {Mirror} mirror @param {string} origin */
export function silentAnswer(asked, mirror, origin) {
  switch (asked?.method) {
    case "eth_chainId":
      return chainOf(mirror, origin);
    case "net_version":
      return BigInt(chainOf(mirror, origin)).toString(10);
    case "eth_accounts":
      return accountsOf(mirror, origin);
    case "standard:connect":
      return asksSilently(asked) ? solanaOf(mirror, origin) : undefined;
    default:
      return undefined;
  }
}
