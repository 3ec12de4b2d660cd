// ethers' ABI coder and signatures: one JSON object a line, answered by one.
// usage: node abi_oracle.cjs <build/npm>
//
//     {function} → {selector, signature}      {types, values} → {data}      {types, data} → {values} or {error}
"use strict";
const { createInterface } = require("readline");
const { join, resolve } = require("path");
const { AbiCoder, FunctionFragment, ParamType, Result } = require(join(resolve(process.argv[2]), "ethers/dist/ethers.umd.min.js"));
const coder = AbiCoder.defaultAbiCoder();

const plain = (value) => (value instanceof Result ? [...value].map(plain) : typeof value === "bigint" ? `${value}` : value);

function answer({ function: text, types, values, data }) {
  if (text !== undefined) {
    const fragment = FunctionFragment.from(`function ${text}`);
    return { selector: fragment.selector, signature: fragment.format("sighash") };
  }
  const kinds = types.map((type) => ParamType.from(type));
  if (values !== undefined) return { data: coder.encode(kinds, values) };
  try {
    return { values: plain(coder.decode(kinds, data)) };
  } catch (error) {
    return { error: String(error.code) };
  }
}

createInterface({ input: process.stdin }).on("line", (line) => process.stdout.write(`${JSON.stringify(answer(JSON.parse(line)))}\n`));
