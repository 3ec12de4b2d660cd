// ethers' transactions: one JSON object a line, answered by one.
// usage: node transaction_oracle.cjs <build/npm>
//
//     {transaction, signature} → {unsigned, digest, raw, hash, authorities}      {unsigned} → {transaction} or {error}
"use strict";
const { createInterface } = require("readline");
const { join, resolve } = require("path");
const { Signature, Transaction, verifyAuthorization } = require(join(resolve(process.argv[2]), "ethers/dist/ethers.umd.min.js"));

function answer({ transaction, signature, unsigned }) {
  if (unsigned !== undefined) {
    try {
      const { type, chainId, nonce, accessList, authorizationList } = Transaction.from(unsigned);
      return { transaction: { type, chainId: `${chainId}`, nonce, entries: accessList.length, authorizations: (authorizationList ?? []).length } };
    } catch (error) {
      return { error: String(error.code) };
    }
  }
  const made = Transaction.from(transaction);
  const { unsignedSerialized, unsignedHash } = made;
  made.signature = Signature.from(signature);
  const authorities = (made.authorizationList ?? []).map((each) => verifyAuthorization(each, each.signature));
  return { unsigned: unsignedSerialized, digest: unsignedHash, raw: made.serialized, hash: made.hash, authorities };
}

createInterface({ input: process.stdin }).on("line", (line) => process.stdout.write(`${JSON.stringify(answer(JSON.parse(line)))}\n`));
