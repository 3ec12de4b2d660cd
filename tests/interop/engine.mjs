// The real engine behind the verbs of `python -m tandem engine`: one JSON object a line, bytes as hex.
// usage: node engine.mjs <folder that holds dkls/ and schnorr/>. A test peer only; it is downloaded by build.py and never shipped.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const folder = resolve(process.argv[2]);
const load = async (name) => {
  const module = await import(pathToFileURL(join(folder, `${name}.js`)).href);
  module.initSync({ module: readFileSync(join(folder, `${name}_bg.wasm`)) });
  return module;
};
const engines = { ecdsa: await load("dkls/vs_wasm"), eddsa: await load("schnorr/vs_schnorr_wasm") };
const engine = ({ curve = "ecdsa" }) => engines[curve];

const handles = new Map();
let last = 0;
const keep = (thing) => (handles.set(++last, thing), last);
const find = (handle) => {
  if (!handles.has(handle)) throw new Error("unknown handle");
  return handles.get(handle);
};
const hex = (bytes) => Buffer.from(bytes).toString("hex");
const unhex = (text) => new Uint8Array(Buffer.from(text, "hex"));

const verbs = {
  keygen_setup: (request) => {
    const { t, ids, key_id } = request;
    return hex(engine(request).KeygenSession.setup(key_id ? unhex(key_id) : null, t, ids));
  },
  keygen: (request) => keep(new (engine(request).KeygenSession)(unhex(request.setup), request.id)),
  sign_setup: (request) => {
    const { key_id, path = "m", hash, msg = hash, ids } = request;
    return hex(engine(request).SignSession.setup(unhex(key_id), path, unhex(msg), ids));
  },
  sign: (request) => keep(new (engine(request).SignSession)(unhex(request.setup), request.id, find(request.share))),
  load: (request) => keep(engine(request).Keyshare.fromBytes(unhex(request.bytes))),
  bytes: ({ h }) => hex(find(h).toBytes()),
  info: ({ h }) => {
    const share = find(h);
    const bytes = share.toBytes();
    const [n, t, party_id] = share instanceof engines.eddsa.Keyshare ? [bytes[1], bytes[0], bytes[2]] : bytes.subarray(8, 11);
    return { pk: hex(share.publicKey()), key_id: hex(share.keyId()), cc: hex(share.rootChainCode()), n, t, party_id };
  },
  out: ({ h }) => {
    const message = find(h).outputMessage();
    return message ? { body: hex(message.body), to: message.receivers } : null;
  },
  in: ({ h, msg }) => find(h).inputMessage(unhex(msg)),
  finish_share: ({ h }) => keep(find(h).finish()),
  finish_bytes: ({ h }) => hex(find(h).finish()),
  drop: ({ h }) => (handles.delete(h), null),
};

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    const request = JSON.parse(line);
    if (!Object.hasOwn(verbs, request.verb)) throw new Error("unknown verb");
    answer = { ok: verbs[request.verb](request) ?? null };
  } catch (error) {
    answer = { err: `${error?.constructor?.name ?? "Error"}: ${error?.message ?? error}`, party: null, must_ban: false };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
