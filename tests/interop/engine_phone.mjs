// A party as the incumbent's TypeScript clients are: the real engine over a relay, 100 ms polls, double base64.
// usage: node engine_phone.mjs <folder that holds dkls/ and schnorr/>; commands on standard input, one JSON object a line:
//   {"do":"keygen","relay","session","key","name","share":<file>,"host":bool,"size","threshold"}
//   {"do":"keysign","relay","session","key","name","share":<file>,"host":bool,"threshold","jobs":[{"digest","path","curve"?}]}
//   {"do":"reshare","relay","session","key","name","share":<file>,"host":bool,"size","old":<file>|null,"signers":[…],"as_phones":bool,"chains":[[name,curve],…]}
// A reshare brings the shares of <old> (and <old>.eddsa), which an old member has and a new one has not; a host makes the
// combined list new-then-old like the TypeScript apps, or `as_phones` old-then-new. A keygen makes the ECDSA and then the EdDSA key, whose share goes to <file>.eddsa.
//   {"do":"migrate",…,"threshold","secrets":[ecdsa,eddsa],"public_keys":[…],"chain_code"}  (hex; secrets as the GG20 library
//     writes them, filled up on the right as the apps do)
//   {"do":"keyimport",…,"threshold","chains":[[name,curve],…],"chain_code","keys":[ecdsa,eddsa,…]|null}  (a host's; the
//     chains' shares go to <file>.<chain>)
// Any order may say how many "seconds" it may take, instead of the incumbent's minute.
// Each answers {"event":"done",…} or {"event":"failed","error"}. A test peer only; it is never shipped.
import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const folder = resolve(process.argv[2]);
const load = async (name) => {
  const module = await import(pathToFileURL(join(folder, `${name}.js`)).href);
  module.initSync({ module: readFileSync(join(folder, `${name}_bg.wasm`)) });
  return module;
};
const [dkls, schnorr] = [await load("dkls/vs_wasm"), await load("schnorr/vs_schnorr_wasm")];

// The incumbent's cadences in milliseconds (relay-and-sessions §1.4).
const PEERS = 2000, START = 1000, SETUP = 200, IDLE = 100, BETWEEN = 1000, DEADLINE = 60000;
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const say = (event) => process.stdout.write(JSON.stringify(event) + "\n");
const md5 = (text) => createHash("md5").update(text).digest("hex");

class Ceremony {
  constructor({ relay, session, key, name, seconds }) {
    Object.assign(this, { relay: relay.replace(/\/$/, ""), session, name, sequence: 0 });
    this.key = createHash("sha256").update(Buffer.from(key, "hex")).digest();
    this.until = Date.now() + (seconds ? 1000 * seconds : DEADLINE);
  }
  seal(bytes) {
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", this.key, nonce);
    const text = Buffer.concat([cipher.update(Buffer.from(bytes).toString("base64")), cipher.final()]);
    return Buffer.concat([nonce, text, cipher.getAuthTag()]).toString("base64");
  }
  open(wire) {
    const raw = Buffer.from(wire, "base64");
    const cipher = createDecipheriv("aes-256-gcm", this.key, raw.subarray(0, 12));
    cipher.setAuthTag(raw.subarray(-16));
    const text = Buffer.concat([cipher.update(raw.subarray(12, -16)), cipher.final()]).toString();
    return new Uint8Array(Buffer.from(text, "base64"));
  }
  async call(method, path, { body, json, id } = {}) {
    const headers = {};
    if (id) headers.message_id = id;
    if (json !== undefined) headers["Content-Type"] = "application/json";
    const answer = await fetch(this.relay + path, { method, headers, body: json === undefined ? body : JSON.stringify(json) });
    return { status: answer.status, text: await answer.text() };
  }
  async add(path, list) {
    const { status } = await this.call("POST", path, { json: list });
    if (status >= 300) {
      const held = JSON.parse((await this.call("GET", path)).text);
      if (!list.every((name) => held.includes(name))) throw new Error(`${path.split("/")[1]}: ${status}`);
    }
  }
  async poll(ms, look) {
    while (Date.now() < this.until) {
      const found = await look();
      if (found !== undefined) return found;
      await sleep(ms);
    }
    throw new Error("timeout");
  }
  list = async (path) => {
    const { status, text } = await this.call("GET", path);
    return status === 200 ? JSON.parse(text) : [];
  };
  // Register, find each other, and agree on the committee.
  async meet(host, size) {
    await this.add(`/${this.session}`, [this.name]);
    if (!host) {
      return this.poll(START, async () => {
        const names = await this.list(`/start/${this.session}`);
        return names.includes(this.name) ? names : undefined;
      });
    }
    const peers = await this.poll(PEERS, async () => {
      const names = (await this.list(`/${this.session}`)).filter((name) => name !== this.name);
      return names.length >= size - 1 ? names.slice(0, size - 1) : undefined;
    });
    await this.add(`/start/${this.session}`, [this.name, ...peers]);
    return [this.name, ...peers];
  }
  async setup(host, make, id) {
    if (host) {
      const setup = make();
      await this.call("POST", `/setup-message/${this.session}`, { body: this.seal(setup), id });
      return setup;
    }
    return this.poll(SETUP, async () => {
      const { status, text } = await this.call("GET", `/setup-message/${this.session}`, { id });
      return status === 200 ? this.open(text) : undefined;
    });
  }
  // Stored: say so, and wait until everybody has.
  async completed(committee) {
    await this.add(`/complete/${this.session}`, [this.name]);
    await this.poll(1000, async () => {
      const names = await this.list(`/complete/${this.session}`);
      return committee.every((name) => names.includes(name)) || undefined;
    });
  }
  // Two loops, as the incumbent has them; but what is left to send is sent before the end, which it forgets.
  async exchange(session, { id, remove }) {
    let over = false;
    const pump = async () => {
      for (let out; (out = session.outputMessage()); ) {
        const text = Buffer.from(out.body).toString("base64");
        const body = this.seal(out.body);
        for (const to of out.receivers) {
          const record = { session_id: this.session, from: this.name, to: [to], body, hash: md5(text), sequence_no: this.sequence++ };
          const { status } = await this.call("POST", `/message/${this.session}`, { json: record, id });
          if (status >= 300) throw new Error(`message: ${status}`);
        }
      }
    };
    const sending = (async () => {
      while (!over) {
        await pump();
        await sleep(IDLE);
      }
      await pump();
    })();
    const seen = new Set();
    try {
      while (!over) {
        if (Date.now() > this.until) throw new Error("timeout");
        const path = `/message/${this.session}/${encodeURIComponent(this.name)}`;
        const found = JSON.parse((await this.call("GET", path, { id })).text || "[]");
        found.sort((a, b) => a.sequence_no - b.sequence_no);
        for (const record of found) {
          const mark = `${record.from}-${record.hash}`;
          if (!remove && seen.has(mark)) continue; // in a keygen its filter never fires (§12.12)
          seen.add(mark);
          over = session.inputMessage(this.open(record.body));
          if (over) break;
          if (remove) await this.call("DELETE", `${path}/${record.hash}`, { id });
        }
        if (!over) await sleep(IDLE);
      }
    } finally {
      over = true;
      await sending;
    }
    return session.finish();
  }
}

const publicKeys = (...shares) => {
  const [public_key, public_key_eddsa] = shares.map((one) => Buffer.from(one.publicKey()).toString("hex"));
  return { public_key, public_key_eddsa };
};

const commands = {
  async keygen(order) {
    const ceremony = new Ceremony(order);
    const committee = await ceremony.meet(order.host, order.size);
    const start = performance.now();
    const setup = await ceremony.setup(order.host, () => dkls.KeygenSession.setup(null, order.threshold, committee));
    const share = await ceremony.exchange(new dkls.KeygenSession(setup, order.name), { remove: true });
    await sleep(BETWEEN);
    const eddsa = await ceremony.exchange(new schnorr.KeygenSession(setup, order.name), { remove: true });
    writeFileSync(order.share, share.toBytes(), { mode: 0o600 });
    writeFileSync(`${order.share}.eddsa`, eddsa.toBytes(), { mode: 0o600 });
    const exchange_ms = performance.now() - start;
    await ceremony.completed(committee);
    return { ...publicKeys(share, eddsa), committee, exchange_ms };
  },
  async reshare(order) {
    const ceremony = new Ceremony(order);
    const committee = await ceremony.meet(order.host, order.size);
    const threshold = Math.ceil((committee.length * 2) / 3);
    const olds = order.signers.filter((name) => committee.includes(name));
    const names = [...new Set(order.as_phones ? [...olds, ...committee] : [...committee, ...olds])];
    const indexes = (some) => Uint8Array.from(some.map((name) => names.indexOf(name)));
    const held = (engine, file) => engine.Keyshare.fromBytes(new Uint8Array(readFileSync(file)));
    const change = async (engine, suffix, id) => {
      const old = order.old ? held(engine, order.old + suffix) : undefined;
      const make = () => engine.QcSession.setup(old, names, indexes(olds), threshold, indexes(committee));
      const setup = await ceremony.setup(order.host, make, id);
      return ceremony.exchange(new engine.QcSession(setup, order.name, old), { remove: true });
    };
    const share = await change(dkls, "", undefined);
    await sleep(BETWEEN);
    const eddsa = await change(schnorr, ".eddsa", "eddsa");
    for (const [chain, curve] of order.chains ?? []) {
      await sleep(BETWEEN);
      const made = await change(curve === "eddsa" ? schnorr : dkls, `.${chain}`, chain);
      writeFileSync(`${order.share}.${chain}`, made.toBytes(), { mode: 0o600 });
    }
    writeFileSync(order.share, share.toBytes(), { mode: 0o600 });
    writeFileSync(`${order.share}.eddsa`, eddsa.toBytes(), { mode: 0o600 });
    await ceremony.completed(committee);
    return { ...publicKeys(share, eddsa), committee };
  },
  async migrate(order) {
    const ceremony = new Ceremony(order);
    const committee = await ceremony.meet(order.host, order.size);
    const setup = await ceremony.setup(order.host, () => dkls.KeygenSession.setup(null, order.threshold, committee));
    const unhex = (text) => new Uint8Array(Buffer.from(text, "hex"));
    const session = (engine, place) => {
      const local = unhex(order.secrets[place].padEnd(64, "0"));
      return engine.KeygenSession.migrate(setup, order.name, local, unhex(order.public_keys[place]), unhex(order.chain_code));
    };
    const share = await ceremony.exchange(session(dkls, 0), { remove: true });
    await sleep(BETWEEN);
    const eddsa = await ceremony.exchange(session(schnorr, 1), { remove: true });
    writeFileSync(order.share, share.toBytes(), { mode: 0o600 });
    writeFileSync(`${order.share}.eddsa`, eddsa.toBytes(), { mode: 0o600 });
    await ceremony.completed(committee);
    return { ...publicKeys(share, eddsa), committee };
  },
  async keyimport(order) {
    const ceremony = new Ceremony(order);
    const committee = await ceremony.meet(order.host, order.size);
    const places = [["", dkls, undefined], [".eddsa", schnorr, "eddsa_key_import"]];
    for (const [chain, curve] of order.chains) places.push([`.${chain}`, curve === "eddsa" ? schnorr : dkls, chain]);
    const code = new Uint8Array(Buffer.from(order.chain_code, "hex"));
    const made = [];
    for (const [place, [suffix, engine, id]] of places.entries()) {
      if (place > 0) await sleep(BETWEEN);
      let session;
      const make = () => {
        const key = new Uint8Array(Buffer.from(order.keys[place], "hex"));
        session = new engine.KeyImportInitiator(key, code, order.threshold, committee);
        return session.setup;
      };
      const setup = await ceremony.setup(order.host, make, id);
      session ??= new engine.KeyImportSession(setup, order.name);
      const share = await ceremony.exchange(session, { remove: true });
      writeFileSync(order.share + suffix, share.toBytes(), { mode: 0o600 });
      made.push(share);
    }
    await ceremony.completed(committee);
    const chains = made.slice(2).map((share) => Buffer.from(share.publicKey()).toString("hex"));
    return { ...publicKeys(...made.slice(0, 2)), chains, committee };
  },
  async keysign(order) {
    const ceremony = new Ceremony(order);
    const committee = await ceremony.meet(order.host, order.threshold);
    const start = performance.now();
    const signatures = [];
    for (const { digest, path, curve } of order.jobs.toSorted((a, b) => (a.digest < b.digest ? -1 : 1))) {
      const id = md5(digest);
      const [engine, file] = curve === "eddsa" ? [schnorr, `${order.share}.eddsa`] : [dkls, order.share];
      const share = engine.Keyshare.fromBytes(new Uint8Array(readFileSync(file)));
      const bytes = new Uint8Array(Buffer.from(digest, "hex"));
      const setup = await ceremony.setup(order.host, () => engine.SignSession.setup(share.keyId(), path, bytes, committee), id);
      if (Buffer.from(engine.SignSession.setupMessageHash(setup)).toString("hex") !== digest) throw new Error("another digest");
      ceremony.sequence = 0;
      const signature = await ceremony.exchange(new engine.SignSession(setup, order.name, share), { id, remove: false });
      signatures.push([digest, Buffer.from(signature).toString("hex")]);
    }
    return { signatures: Object.fromEntries(signatures), committee, exchange_ms: performance.now() - start };
  },
};

say({ event: "ready" });
for await (const line of createInterface({ input: process.stdin })) {
  try {
    const order = JSON.parse(line);
    say({ event: "done", ...(await commands[order.do](order)) });
  } catch (error) {
    say({ event: "failed", error: `${error?.message ?? error}` });
  }
}
