// The real engine behind the verbs of `python -m tandem engine`: one JSON object a line, bytes as hex.
// usage: node engine.mjs <folder of vs_wasm.js>. A test peer only; it is downloaded by build.py and never shipped.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const folder = resolve(process.argv[2]);
const dkls = await import(pathToFileURL(join(folder, "vs_wasm.js")).href);
dkls.initSync({ module: readFileSync(join(folder, "vs_wasm_bg.wasm")) });

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
  keygen_setup: ({ t, ids, key_id }) => hex(dkls.KeygenSession.setup(key_id ? unhex(key_id) : null, t, ids)),
  keygen: ({ setup, id }) => keep(new dkls.KeygenSession(unhex(setup), id)),
  sign_setup: ({ key_id, path, hash, ids }) => hex(dkls.SignSession.setup(unhex(key_id), path, unhex(hash), ids)),
  sign: ({ setup, id, share }) => keep(new dkls.SignSession(unhex(setup), id, find(share))),
  load: ({ bytes }) => keep(dkls.Keyshare.fromBytes(unhex(bytes))),
  bytes: ({ h }) => hex(find(h).toBytes()),
  info: ({ h }) => {
    const share = find(h);
    const [n, t, party_id] = share.toBytes().subarray(8, 11);
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
