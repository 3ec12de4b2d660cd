// The real @vultisig/sdk of build/npm, with the packages beside it and no others: whatever else this machine has must
// not decide a test. In the place of dependencies that are not fetched (viem, xrpl, …) stands a thing that can be
// imported and does nothing. `seen` is told the schemas of the SDK's own protobuf messages as it uses them.
"use strict";
const Module = require("module");
const { join, resolve } = require("path");

const nothing = (name) =>
  new Proxy(function () {}, {
    get(target, key) {
      if (Object.hasOwn(target, key) && key !== "prototype") return target[key];
      if (key === Symbol.toPrimitive) return () => name;
      return key === "prototype" ? {} : nothing(`${name}.${String(key)}`);
    },
    apply: () => nothing(`${name}()`),
    construct: () => nothing(`new ${name}`),
  });

module.exports = (folder, seen = () => {}) => {
  const packages = resolve(folder);
  process.env.NODE_PATH = packages;
  Module._initPaths();
  const load = Module._load;
  Module._load = function (request, ...rest) {
    try {
      const found = load.call(this, request, ...rest);
      if (request !== "@bufbuild/protobuf") return found;
      const create = (schema, ...values) => (seen(schema), found.create(schema, ...values));
      return { ...found, create };
    } catch (error) {
      if (error.code !== "MODULE_NOT_FOUND" || request === "@bufbuild/protobuf") throw error;
      // Of viem one constant counts, the id of Hyperliquid, through a function that gives back what it is given.
      return request === "viem" ? Object.assign(nothing("viem"), { defineChain: (chain) => chain }) : nothing(request);
    }
  };
  const sdk = require(join(packages, "@vultisig/sdk/dist/index.node.cjs"));
  Module._load = load;
  return sdk;
};
