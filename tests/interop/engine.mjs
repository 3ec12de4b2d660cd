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
  refresh: (request) => keep(engine(request).KeygenSession.refresh(unhex(request.setup), request.id, find(request.share))),
  migrate: (request) => {
    const { setup, id, secret, pk, cc } = request;
    return keep(engine(request).KeygenSession.migrate(unhex(setup), id, unhex(secret), unhex(pk), unhex(cc)));
  },
  qc_setup: (request) => {
    const { share, ids, olds, t, news } = request;
    return hex(engine(request).QcSession.setup(find(share), ids, Uint8Array.from(olds), t, Uint8Array.from(news)));
  },
  qc: (request) => keep(new (engine(request).QcSession)(unhex(request.setup), request.id, request.share ? find(request.share) : undefined)),
  import: (request) => {
    const { setup, id, key, cc, t, ids } = request;
    if (setup) return keep(new (engine(request).KeyImportSession)(unhex(setup), id));
    const session = new (engine(request).KeyImportInitiator)(unhex(key), cc ? unhex(cc) : undefined, t, ids);
    return { h: keep(session), setup: hex(session.setup) };
  },
  export: (request) => {
    const { share, ids, setup, id } = request;
    const { KeyExportSession } = engine(request);
    if (setup) {
      const messages = [KeyExportSession.exportShare(unhex(setup), id, find(share))];
      return keep({ outputMessage: () => messages.pop(), finish: () => undefined });
    }
    const session = new KeyExportSession(find(share), ids);
    return { h: keep(Object.assign(session, { outputMessage: () => undefined })), setup: hex(session.setup) };
  },
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
  finish_share: ({ h }) => {
    const share = find(h).finish();
    return share ? keep(share) : null;
  },
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
