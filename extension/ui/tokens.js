// The tokens that the person lists, under the balance of the network they are on.

import { h, t } from "./h.js";
import { addressText, amountText, iconButton, icons } from "./parts.js";

/** @param {Account} account @param {(token: Token) => unknown} forget */
export function tokenList({ tokens }, forget) {
  if (tokens.length === 0) return null;
  return h(
    "ul",
    { class: "list tokens", "data-test": "tokens" },
    ...tokens.map((token) => {
      const { contract, token_id, symbol, balance } = token;
      return h(
        "li",
        { key: `${contract}-${token_id}`, "data-test": "token", "data-contract": contract },
        h(
          "span",
          { class: "grow" },
          h("span", null, token_id === null ? symbol : t("token_numbered", symbol, token_id)),
          h("span", { class: "hint" }, addressText(contract)),
        ),
        balance !== null && amountText({ ...balance, symbol: "" }, { "data-test": "token-balance" }),
        iconButton("forget-token", t("forget_token", symbol), icons.close, () => forget(token)),
      );
    }),
  );
}
