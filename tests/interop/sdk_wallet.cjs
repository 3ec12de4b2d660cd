// The real @vultisig/sdk with WalletCore: one JSON object a line, answered by one.
// usage: node sdk_wallet.cjs <build/npm> <a plain vault file>
//
//     hashes{payload: base64 of a KeysignPayload} → [hex, …]: what this SDK signs for it, in its order
//     typed{message: JSON text} → hex: what the TypeScript apps sign for eth_signTypedData_v4, by the same call of ethers
//     recoded{transaction: base64} → hex: the Solana message in it, after WalletCore took it apart and put it together
//     keccak{bytes: hex} → hex: what they sign of any other EVM message
//     create{relay, devices, name} → {"link"} and then the vault as it holds it: it hosts the making of a secure vault
//     sign{relay, vault: a vault file, data: hex, chain} → {"link"} and then the signature
//     fast{relay, server, vault, password, data: hex, chain} → the signature, made with the vault server
//
// `relay` and `server` stand where the SDK has its own relay's and server's address fixed in its code: requests to those
// addresses go to these.
"use strict";
const { readFileSync } = require("fs");
const { createInterface } = require("readline");
const { join, resolve } = require("path");

const packages = resolve(process.argv[2]);
const schemas = new Map();
const sdk = require("./sdk_load.cjs")(packages, (schema) => schemas.set(schema.typeName, schema));
const { fromBinary } = require("@bufbuild/protobuf");
const ethers = (name) => require(join(packages, "ethers/lib.commonjs", name));

const FIXED = "https://api.vultisig.com/";
let relay = null;
let server = null;
const direct = globalThis.fetch;
globalThis.fetch = (address, ...rest) => {
  const url = String(address?.url ?? address);
  if (url.startsWith("file:")) return direct(address, ...rest); // its own wasm
  for (const [name, place] of [["router", relay], ["vault", server]]) {
    if (place !== null && url.startsWith(FIXED + name)) return direct(place + url.slice(FIXED.length + name.length), ...rest);
  }
  throw new Error(`a request to elsewhere: ${url.slice(0, 60)}`);
};
const tell = (value) => process.stdout.write(JSON.stringify(value) + "\n");
console.log = console.warn = console.error = () => {}; // it logs what it sends

async function wallet() {
  const made = new sdk.Vultisig({ storage: new sdk.MemoryStorage() });
  await made.initialize();
  return made;
}

let held, recoder;
async function vault() {
  if (held) return held;
  held = await (await wallet()).importVault(readFileSync(process.argv[3], "utf8"));
  // The schema of KeysignPayload is not exported. It is used when a link is made, before anything is sent.
  await held
    .signBytes({ data: "00".repeat(32), chain: "Ethereum" }, { onQRCodeReady: () => { throw new Error("enough"); } })
    .catch(() => {});
  return held;
}

const verbs = {
  async hashes({ payload }) {
    const from = await vault();
    const schema = schemas.get("vultisig.keysign.v1.KeysignPayload");
    return from.extractMessageHashes(fromBinary(schema, Buffer.from(payload, "base64")));
  },
  async typed({ message }) {
    const { domain, types, message: content } = JSON.parse(message);
    delete types.EIP712Domain;
    return ethers("hash/typed-data.js").TypedDataEncoder.hash(domain, types, content).slice(2);
  },
  async recoded({ transaction }) {
    const { initWasm, TW } = require("@trustwallet/wallet-core");
    const core = await (recoder ??= initWasm());
    const { Proto } = TW.Solana;
    const decoded = core.TransactionDecoder.decode(core.CoinType.solana, Buffer.from(transaction, "base64"));
    const rawMessage = Proto.DecodingTransactionOutput.decode(decoded).transaction;
    const input = Proto.SigningInput.encode(Proto.SigningInput.create({ rawMessage })).finish();
    const hashes = core.TransactionCompiler.preImageHashes(core.CoinType.solana, input);
    const { data, errorMessage } = Proto.PreSigningOutput.decode(hashes);
    if (errorMessage) throw new Error(errorMessage);
    return Buffer.from(data).toString("hex");
  },
  async keccak({ bytes }) {
    return ethers("crypto/keccak.js").keccak256(`0x${bytes}`).slice(2);
  },
  async create({ devices, name, ...order }) {
    relay = order.relay;
    const options = { name, devices, onQRCodeReady: (link) => tell({ link }) };
    const { vault: made } = await (await wallet()).createSecureVault(options);
    return { ...made.coreVault, file: (await made.export()).data };
  },
  async sign({ vault: file, data, chain, ...order }) {
    relay = order.relay;
    const from = await (await wallet()).importVault(file);
    return from.signBytes({ data, chain }, { onQRCodeReady: (link) => tell({ link }) });
  },
  async fast({ vault: file, password, data, chain, ...order }) {
    ({ relay, server } = order);
    const from = await (await wallet()).importVault(file, password);
    return from.signBytes({ data, chain });
  },
};

(async () => {
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      const { verb, ...request } = JSON.parse(line);
      tell({ ok: await verbs[verb](request) });
    } catch (error) {
      tell({ err: String(error.message ?? error) });
    }
  }
  process.exit(0); // the SDK's caches keep timers running
})();
