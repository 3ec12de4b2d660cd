// The real @vultisig/sdk reads and writes vault files: one JSON object a line, answered by one.
// usage: node sdk.cjs <build/npm>
//
//     import{content,password?} → what the SDK holds then     export{content,password?,newPassword?} → {filename, data}
//     decrypt{content,password} → content without password: node's own crypto does what newer apps do
"use strict";
const crypto = require("crypto");
const { createInterface } = require("readline");
const sdk = require("./sdk_load.cjs")(process.argv[2]);

// version = 1 (08 01), vault (12 and its length), is_encrypted = true (18 01): that and nothing else.
function parsed(content) {
  const container = Buffer.from(content, "base64");
  let at = 3;
  while (container[at++] & 0x80);
  if (container.toString("hex", 0, 3) !== "080112" || container.toString("hex", container.length - 2) !== "1801") {
    throw new Error("another container");
  }
  return { container, blob: Buffer.from(container.toString("ascii", at, container.length - 2), "base64") };
}

function varint(value) {
  const bytes = [];
  for (; value > 127; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  return Buffer.from([...bytes, value]);
}

async function opened({ content, password }) {
  const wallet = new sdk.Vultisig({ storage: new sdk.MemoryStorage() });
  wallet.initialize = async () => {}; // loads WalletCore, for addresses: not needed here
  Object.defineProperty(wallet, "initialized", { value: true });
  return wallet.importVault(content, password ?? undefined);
}

const verbs = {
  import: async (request) => {
    const vault = await opened(request);
    await vault.ensureKeySharesLoaded();
    return { ...vault.coreVault, type: vault.type };
  },
  export: async (request) => (await opened(request)).export(request.newPassword ?? undefined),
  decrypt: async ({ content, password }) => {
    const { container, blob } = parsed(content);
    const key = crypto.pbkdf2Sync(password, blob.subarray(4, 20), 600_000, 32, "sha256");
    const decipher = crypto.createDecipheriv("aes-256-gcm", key, blob.subarray(20, 32)).setAuthTag(blob.subarray(-16));
    const plain = Buffer.concat([decipher.update(blob.subarray(32, -16)), decipher.final()]);
    const field = Buffer.from(plain.toString("base64"));
    return Buffer.concat([container.subarray(0, 3), varint(field.length), field]).toString("base64");
  },
};

(async () => {
  for await (const line of createInterface({ input: process.stdin })) {
    let answer;
    try {
      const request = JSON.parse(line);
      answer = { ok: await verbs[request.verb](request) };
    } catch (error) {
      answer = { err: String(error.message ?? error), code: error.code ?? null };
    }
    process.stdout.write(JSON.stringify(answer) + "\n");
  }
  process.exit(0); // the SDK's caches keep timers running
})();
