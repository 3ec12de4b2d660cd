// What the buttons do, and tests call by name: one object in, plain data out. Everything signed is verified here.

import { verifyMessageSignature, verifySignIn } from "@solana/wallet-standard-util";
import { Connection, Keypair, LAMPORTS_PER_SOL, PublicKey, Transaction } from "@solana/web3.js";

import { fromHex, toHex } from "./bytes.js";
import * as make from "./transactions.js";
import { adapter } from "./wallets.js";

const endpoint = new URLSearchParams(location.search).get("rpc") ?? "http://127.0.0.1:8899";
export const connection = new Connection(endpoint, "confirmed");
/** Whom buttons pay: nobody has its key. */
export const FRIEND = Keypair.fromSeed(new Uint8Array(32).fill(7)).publicKey;

/** @returns {PublicKey} */
function owner() {
  const key = adapter().publicKey;
  if (key === null) throw new Error("not connected");
  return key;
}

/** The standard's own account and feature, for what the adapter has no call for. @param {string} name */
function feature(name) {
  return /** @type {any} */ (adapter().wallet.features)[name];
}

/** @param {string} name where it is not what the adapter says */
const account = (name = owner().toBase58()) =>
  adapter().wallet.accounts.find((each) => each.address === name);

/** @param {unknown} amount text or number of SOL */
const lamports = (amount) => Math.round(Number(amount) * LAMPORTS_PER_SOL);

/** Waits until the chain has it. @param {string} signature */
async function confirmed(signature) {
  for (;;) {
    const { value } = await connection.getSignatureStatuses([signature]);
    if (value[0]) return { signature, err: value[0].err };
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** @param {Transaction | import("@solana/web3.js").VersionedTransaction} signed */
function checked(signed) {
  const legacy = signed instanceof Transaction;
  const message = legacy ? signed.serializeMessage() : signed.message.serialize();
  const signature = legacy ? /** @type {Uint8Array} */ (signed.signature) : signed.signatures[0];
  const said = { message, signedMessage: message, signature, publicKey: owner().toBytes() };
  return { message: toHex(message), signature: toHex(signature), verified: verifyMessageSignature(said) };
}

/** Transfers that differ: `count` of them, of 1, 2, 3 … times the amount.
 * @param {{ to?: string, amount?: unknown, version?: string | number, count?: number }} given */
async function transfers({ to = FRIEND.toBase58(), amount = 0.1, version = 0, count = 3 }) {
  const made = [];
  for (let i = 1; i <= count; i++) {
    const steps = [make.transfer(owner(), new PublicKey(to), i * lamports(amount)), make.memo(`number ${i}`)];
    made.push(await make.transaction(connection, owner(), steps, version));
  }
  return made;
}

/** @param {any} made */
const serialized = (made) => new Uint8Array(made.serialize({ requireAllSignatures: false, verifySignatures: false }));

/** @type {{ mint?: string }} */
const token = {};
const mint = () => {
  if (!token.mint) throw new Error("make a token first");
  return new PublicKey(token.mint);
};
/** @param {unknown} amount */
const units = (amount) => BigInt(Math.round(Number(amount) * 10 ** make.DECIMALS));

/** @type {Record<string, (given: any) => Promise<unknown>>} */
export const acts = {
  async connect() {
    // While it connects silently, the adapter drops other calls.
    while (adapter().connecting) await new Promise((done) => setTimeout(done, 10));
    await adapter().connect();
    return { address: owner().toBase58() };
  },
  async disconnect() {
    await adapter().disconnect();
    return {};
  },
  async airdrop({ amount = 5 }) {
    return confirmed(await connection.requestAirdrop(owner(), lamports(amount)));
  },

  async signMessage({ text = "", hex }) {
    const message = hex === undefined ? new TextEncoder().encode(text) : fromHex(hex);
    const signature = await /** @type {any} */ (adapter()).signMessage(message);
    const said = { message, signedMessage: message, signature, publicKey: owner().toBytes() };
    return { signature: toHex(signature), verified: verifyMessageSignature(said) };
  },
  async signMessages({ text = "", texts = [1, 2, 3].map((n) => `${text} (${n})`) }) {
    const inputs = texts.map((/** @type {string} */ each) => ({ account: account(), message: new TextEncoder().encode(each) }));
    const outputs = await feature("solana:signMessage").signMessage(...inputs);
    return outputs.map((/** @type {any} */ output, /** @type {number} */ i) => ({
      signature: toHex(output.signature),
      verified: verifyMessageSignature({ ...output, message: inputs[i].message, publicKey: owner().toBytes() }),
    }));
  },
  async signIn(given) {
    const input = { domain: location.host, uri: location.href, version: "1", chainId: "localnet", nonce: "tandem0001", ...given };
    const output = await /** @type {any} */ (adapter()).signIn(input);
    return {
      address: output.account.address,
      text: new TextDecoder().decode(output.signedMessage),
      verified: verifySignIn(input, output),
    };
  },

  async send({ to = FRIEND.toBase58(), amount = 0.25, version = 0, ...options }) {
    const steps = [make.transfer(owner(), new PublicKey(to), lamports(amount))];
    const made = await make.transaction(connection, owner(), steps, version);
    return confirmed(await adapter().sendTransaction(made, connection, options));
  },
  async sendSeveral(given) {
    const inputs = (await transfers(given)).map((made) => ({
      account: account(),
      chain: "solana:localnet",
      transaction: serialized(made),
    }));
    const outputs = await feature("solana:signAndSendTransaction").signAndSendTransaction(...inputs);
    return outputs.map((/** @type {any} */ output) => ({ signature: toHex(output.signature) }));
  },
  async sign(given) {
    const [made] = await transfers({ ...given, count: 1 });
    const signed = await /** @type {any} */ (adapter()).signTransaction(made);
    const told = checked(signed);
    if (given.thenSend) return { ...told, ...(await confirmed(await connection.sendRawTransaction(signed.serialize()))) };
    return told;
  },
  async signAll(given) {
    const made = await transfers(given);
    const asked = made.map((each) => toHex("message" in each ? each.message.serialize() : each.serializeMessage()));
    const signed = await /** @type {any} */ (adapter()).signAllTransactions(made);
    return signed.map(checked).map((/** @type {any} */ told, /** @type {number} */ i) => ({ ...told, same: told.message === asked[i] }));
  },

  async makeToken({ amount = 1000 }) {
    const [maker, made] = [Keypair.generate(), Keypair.generate()];
    await confirmed(await connection.requestAirdrop(maker.publicKey, LAMPORTS_PER_SOL));
    const steps = await make.newMint(connection, maker.publicKey, made.publicKey, owner(), units(amount));
    const whole = new Transaction().add(...steps);
    whole.recentBlockhash = (await connection.getLatestBlockhash()).blockhash;
    whole.feePayer = maker.publicKey;
    whole.sign(maker, made);
    const told = await confirmed(await connection.sendRawTransaction(whole.serialize()));
    token.mint = made.publicKey.toBase58();
    return { mint: token.mint, ...told };
  },
  async sendToken({ to = FRIEND.toBase58(), amount = 12.5, version = 0 }) {
    const receiver = new PublicKey(to);
    const steps = [
      make.openTokenAccount(owner(), receiver, mint()),
      make.transferTokens(owner(), receiver, mint(), units(amount)),
    ];
    const made = await make.transaction(connection, owner(), steps, version);
    const told = await confirmed(await adapter().sendTransaction(made, connection));
    return { ...told, received: await tokens(receiver) };
  },
  async approveToken() {
    const made = await make.transaction(connection, owner(), [make.approveTokens(owner(), FRIEND, mint())], 0);
    return confirmed(await adapter().sendTransaction(made, connection));
  },

  async unknownProgram({ version = 0 }) {
    const made = await make.transaction(connection, owner(), [make.unknown(owner())], version);
    return checked(await /** @type {any} */ (adapter()).signTransaction(made));
  },
  async lookupTable({ amount = 0.1 }) {
    const steps = [make.transfer(owner(), FRIEND, lamports(amount))];
    const made = await make.transaction(connection, owner(), steps, 0, [make.table([FRIEND])]);
    return checked(await /** @type {any} */ (adapter()).signTransaction(made));
  },

  /** A feature with inputs as a test wants them; bytes are hex, `account` the base58 of one that may not be ours. */
  async raw({ name, inputs }) {
    const bytes = (/** @type {any} */ value) => (value === undefined ? undefined : fromHex(value));
    const whole = inputs.map((/** @type {any} */ { account: other, transaction, message, ...rest }) => ({
      ...rest,
      account: other === undefined ? account() : { ...account(), address: other, publicKey: new PublicKey(other).toBytes() },
      ...(transaction === undefined ? {} : { transaction: bytes(transaction) }),
      ...(message === undefined ? {} : { message: bytes(message) }),
    }));
    const found = feature(name);
    const outputs = await found[name.split(":")[1]](...whole);
    return outputs.map((/** @type {any} */ output) =>
      Object.fromEntries(Object.entries(output).map(([key, value]) => [key, value instanceof Uint8Array ? toHex(value) : value])),
    );
  },
  /** The bytes of a transfer that nobody has signed, as a test wants to change them. */
  async bytes(given) {
    return (await transfers(given)).map((made) => toHex(serialized(made)));
  },
};

/** How many units of the token `holder` has. @param {PublicKey} holder */
async function tokens(holder) {
  const found = await connection.getAccountInfo(make.tokenAccount(holder, mint()));
  if (found === null) return null;
  const data = new Uint8Array(found.data);
  return `${new DataView(data.buffer).getBigUint64(64, true)}`;
}

/** @param {string} name @param {object} given */
export async function run(name, given) {
  try {
    return { ok: await acts[name](given) };
  } catch (error) {
    const { name: kind, message, error: inner = error } = /** @type {any} */ (error);
    return { error: { kind, message, code: inner?.code, data: inner?.data } };
  }
}
