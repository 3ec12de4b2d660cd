// Transactions of the kinds a wallet meets, made with @solana/web3.js.

import {
  AddressLookupTableAccount,
  Keypair,
  PublicKey,
  SystemProgram,
  SYSVAR_RENT_PUBKEY,
  Transaction,
  TransactionInstruction,
  TransactionMessage,
  VersionedTransaction,
} from "@solana/web3.js";

export const TOKEN = new PublicKey("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");
const ASSOCIATED = new PublicKey("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL");
const MEMO = new PublicKey("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr");
const MINT_SIZE = 82;
export const DECIMALS = 6;
const MOST = (1n << 64n) - 1n;

/** @typedef {import("@solana/web3.js").Connection} Connection */

/** One transaction of these instructions with a fresh blockhash; `version` 0 or "legacy".
 * @param {Connection} connection @param {PublicKey} payer @param {TransactionInstruction[]} instructions
 * @param {string | number} version @param {AddressLookupTableAccount[]} [tables] */
export async function transaction(connection, payer, instructions, version, tables = []) {
  const { blockhash } = await connection.getLatestBlockhash();
  if (`${version}` === "legacy") {
    return new Transaction({ feePayer: payer, recentBlockhash: blockhash }).add(...instructions);
  }
  const message = new TransactionMessage({ payerKey: payer, recentBlockhash: blockhash, instructions });
  return new VersionedTransaction(message.compileToV0Message(tables));
}

/** @param {PublicKey} from @param {PublicKey} to @param {number} lamports */
export function transfer(from, to, lamports) {
  return SystemProgram.transfer({ fromPubkey: from, toPubkey: to, lamports });
}

/** @param {string} text */
export function memo(text) {
  return new TransactionInstruction({ programId: MEMO, keys: [], data: /** @type {any} */ (new TextEncoder().encode(text)) });
}

/** An instruction of a program nobody knows, that may write the account. @param {PublicKey} owner */
export function unknown(owner) {
  const keys = [{ pubkey: owner, isSigner: true, isWritable: true }];
  return call(Keypair.generate().publicKey, keys, [1, 2, 3]);
}

/** A lookup table that holds `addresses`; where it is does not matter to a transaction that is only signed.
 * @param {PublicKey[]} addresses */
export function table(addresses) {
  const state = { deactivationSlot: MOST, lastExtendedSlot: 0, lastExtendedSlotStartIndex: 0, addresses };
  return new AddressLookupTableAccount({ key: Keypair.generate().publicKey, state });
}

/** @param {PublicKey} program @param {{ pubkey: PublicKey, isSigner: boolean, isWritable: boolean }[]} keys
 * @param {number[]} data */
function call(program, keys, data) {
  return new TransactionInstruction({ programId: program, keys, data: /** @type {any} */ (Uint8Array.from(data)) });
}

/** @param {PublicKey} pubkey */
const reads = (pubkey) => ({ pubkey, isSigner: false, isWritable: false });
/** @param {PublicKey} pubkey */
const writes = (pubkey) => ({ pubkey, isSigner: false, isWritable: true });
/** @param {PublicKey} pubkey */
const signs = (pubkey) => ({ pubkey, isSigner: true, isWritable: false });
/** @param {PublicKey} pubkey */
const pays = (pubkey) => ({ pubkey, isSigner: true, isWritable: true });

/** @param {bigint} value */
function u64(value) {
  return [...new Uint8Array(new BigUint64Array([value]).buffer)];
}

/** The token account of `owner`. @param {PublicKey} owner @param {PublicKey} mint */
export function tokenAccount(owner, mint) {
  return PublicKey.findProgramAddressSync([owner.toBytes(), TOKEN.toBytes(), mint.toBytes()], ASSOCIATED)[0];
}

/** Opens it if it is not there. @param {PublicKey} payer @param {PublicKey} owner @param {PublicKey} mint */
export function openTokenAccount(payer, owner, mint) {
  const keys = [pays(payer), writes(tokenAccount(owner, mint)), reads(owner), reads(mint)];
  return call(ASSOCIATED, [...keys, reads(SystemProgram.programId), reads(TOKEN)], [1]);
}

/** @param {PublicKey} owner @param {PublicKey} to @param {PublicKey} mint @param {bigint} amount */
export function transferTokens(owner, to, mint, amount) {
  const keys = [writes(tokenAccount(owner, mint)), reads(mint), writes(tokenAccount(to, mint)), signs(owner)];
  return call(TOKEN, keys, [12, ...u64(amount), DECIMALS]);
}

/** @param {PublicKey} owner @param {PublicKey} delegate @param {PublicKey} mint @param {bigint} [amount] */
export function approveTokens(owner, delegate, mint, amount = MOST) {
  const keys = [writes(tokenAccount(owner, mint)), reads(mint), reads(delegate), signs(owner)];
  return call(TOKEN, keys, [13, ...u64(amount), DECIMALS]);
}

/** What makes a mint of `maker` and gives `owner` that many. @param {Connection} connection @param {PublicKey} maker
 * @param {PublicKey} mint @param {PublicKey} owner @param {bigint} amount */
export async function newMint(connection, maker, mint, owner, amount) {
  const lamports = await connection.getMinimumBalanceForRentExemption(MINT_SIZE);
  const account = { fromPubkey: maker, newAccountPubkey: mint, lamports, space: MINT_SIZE, programId: TOKEN };
  return [
    SystemProgram.createAccount(account),
    call(TOKEN, [writes(mint), reads(SYSVAR_RENT_PUBKEY)], [0, DECIMALS, ...maker.toBytes(), 0, ...Array(32).fill(0)]),
    openTokenAccount(maker, owner, mint),
    call(TOKEN, [writes(mint), writes(tokenAccount(owner, mint)), signs(maker)], [7, ...u64(amount)]),
  ];
}
