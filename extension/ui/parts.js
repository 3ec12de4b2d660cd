// The pieces that screens are made of.

import { h, t, tOr } from "./h.js";
import { call, redraw } from "./port.js";

/** @typedef {import("./h.js").VNode} VNode */
/** @typedef {import("./h.js").Child} Child */

/** Start a page: title, language, and whether it fills a tab or a popup. @param {string} titleKey @param {boolean} [wide] */
export async function begin(titleKey, wide = false) {
  document.title = t(titleKey);
  document.documentElement.lang = t("@@ui_locale").replace("_", "-");
  if (wide || (await chrome.tabs.getCurrent()) !== undefined) document.documentElement.classList.add("tab");
}

/** @param {string} test @param {string} label @param {() => unknown} act @param {Record<string, unknown>} [more] */
export function button(test, label, act, more = {}) {
  return h("button", { type: "button", "data-test": test, onclick: act, ...more }, label);
}

/** An icon that is a button. @param {string} test @param {string} label @param {string} path @param {() => unknown} act @param {Record<string, unknown>} [more] */
export function iconButton(test, label, path, act, more = {}) {
  const picture = h("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, h("path", { d: path }));
  return h("button", { type: "button", class: "icon", "data-test": test, "aria-label": label, title: label, onclick: act, ...more }, picture);
}

export const icons = {
  close: "M6 6l12 12M18 6L6 18",
  back: "M15 5l-7 7 7 7",
  lock: "M7 11V8a5 5 0 0 1 10 0v3M6 11h12v9H6z",
  settings: "M4 7h9M17 7h3M15 5v4M4 12h3M11 12h9M9 10v4M4 17h9M17 17h3M15 15v4",
  copy: "M9 9h10v11H9zM5 15V4h10",
  qr: "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2h-2zM18 18h2v2h-2zM18 14h2M14 18v2",
  activity: "M4 6h16M4 12h16M4 18h10",
  tab: "M14 4h6v6M20 4l-9 9M18 14v6H4V6h6",
};

/** The mark. As progress the two discs come together: 0 apart, 1 overlapping. @param {number} progress @param {string} [size] */
export function mark(progress, size = "") {
  const shift = Math.round((1 - Math.min(1, Math.max(0, progress))) * 8 * 100) / 100;
  const left = { cx: 17, cy: 24, r: 12, style: `transform: translateX(${-shift}px)` };
  const right = { cx: 31, cy: 24, r: 12, style: `transform: translateX(${shift}px)` };
  return h(
    "svg",
    { class: `mark ${size}`, viewBox: "-6 8 60 32", "aria-hidden": "true" },
    h("defs", null, h("clipPath", { id: "lens" }, h("circle", right))),
    h("g", { "clip-path": "url(#lens)" }, h("circle", { class: "lens", ...left })),
    h("circle", { class: "ring", ...left }),
    h("circle", { class: "ring", ...right }),
  );
}

/** What is drawn of an address: the bytes of a hexadecimal one, the letters of any other. @param {string} address */
function bytesOf(address) {
  const hex = address.startsWith("0x") ? address.slice(2).match(/../g) : null;
  return hex?.map((pair) => parseInt(pair, 16)) ?? [...address].map((letter) => letter.charCodeAt(0));
}

/** A picture of an address made from all of its bytes, so that equal ends do not give equal pictures. @param {string} address */
export function identicon(address) {
  const bytes = bytesOf(address);
  let hash = 0x811c9dc5;
  const next = (/** @type {number} */ salt) => {
    for (const byte of bytes) hash = Math.imul(hash ^ byte ^ salt, 0x01000193) >>> 0;
    return hash >>> 8;
  };
  const hue = next(1) % 360;
  const second = (hue + 90 + (next(2) % 180)) % 360;
  let front = "";
  let middle = "";
  for (let row = 0; row < 5; row++) {
    for (let column = 0; column < 3; column++) {
      const kind = next(16 + 3 * row + column) % 5;
      if (kind > 2) continue;
      let squares = `M${column} ${row}h1v1h-1z`;
      if (column < 2) squares += `M${4 - column} ${row}h1v1h-1z`;
      if (kind === 0) middle += squares;
      else front += squares;
    }
  }
  return h(
    "svg",
    { class: "identicon", viewBox: "-0.5 -0.5 6 6", "aria-hidden": "true", "shape-rendering": "crispEdges" },
    h("rect", { x: -0.5, y: -0.5, width: 6, height: 6, fill: `hsl(${hue} 40% 92%)` }),
    h("path", { d: front, fill: `hsl(${hue} 60% 36%)` }),
    h("path", { d: middle, fill: `hsl(${second} 65% 50%)` }),
  );
}

/** An address in groups of four; the ends, which people compare, stand out. @param {string} text @param {string} [test] */
export function addressText(text, test) {
  const prefix = text.startsWith("0x") ? "0x" : "";
  const groups = text.slice(prefix.length).match(/.{1,4}/g) ?? [];
  const last = groups.length - 1;
  return h(
    "span",
    { class: "address", "data-test": test, "data-address": text },
    prefix !== "" && h("span", { class: "prefix" }, prefix),
    ...groups.map((group, i) => h("span", { class: i === 0 || i === last ? "end" : "group" }, group)),
  );
}

/** @param {string} address @param {string} [test] */
export function addressLine(address, test) {
  return h("span", { class: "account" }, identicon(address), addressText(address, test));
}

/** A human amount; the exact one on hover and focus. @param {Amount} amount @param {Record<string, unknown>} [props] */
export function amountText(amount, props = {}) {
  const exact = t("exact_units", amount.exact);
  return h("span", { class: "amount", tabindex: 0, "data-exact": exact, ...props }, amount.symbol === "" ? amount.value : `${amount.value} ${amount.symbol}`);
}

/** @param {Qr} qr @param {string} label */
export function qrPicture(qr, label) {
  return h(
    "svg",
    { class: "qr", viewBox: `0 0 ${qr.size} ${qr.size}`, role: "img", "aria-label": label, "shape-rendering": "crispEdges" },
    h("rect", { width: qr.size, height: qr.size, fill: "#fff" }),
    h("path", { d: qr.path, fill: "#000" }),
  );
}

/** Who asks: the exact origin, and the page around it where that is another. @param {string} origin @param {string} top */
export function originLine(origin, top) {
  const framed = top !== "" && top !== origin;
  return h(
    "div",
    { class: "origin" },
    h("code", { "data-test": "origin" }, origin === "tandem" ? t("by_you") : origin),
    framed && h("span", { class: "warning", "data-test": "top-origin" }, t("framed_in", top)),
  );
}

/** What went wrong. `about`: what was being done, where that has words of its own. @param {Fault} fault @param {string} [about] */
export function faultText({ reason }, about = "") {
  return tOr(`error_${about}_${reason}`, tOr(`error_${reason}`, t("error_internal")));
}

/** What to do now. @param {Fault} fault @param {string} about */
export function nextText({ reason }, about) {
  return tOr(`next_${about}_${reason}`, t(`next_${about}`));
}

/** The same together, below a form. @param {Fault | null} fault @param {string} about */
export function faultNote(fault, about) {
  return h(
    "div",
    { class: "fault-note", role: "alert" },
    fault && h("p", { class: "fault", "data-test": "error", "data-reason": fault.reason }, faultText(fault, about)),
    fault && h("p", { class: "hint", "data-test": "next-step" }, nextText(fault, about)),
  );
}

/** @param {Fault | null} fault */
export function faultLine(fault) {
  return h("p", { class: "fault", role: "alert", "data-test": "error", "data-reason": fault?.reason }, fault && faultText(fault));
}

/** @param {number} seconds */
export function duration(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole >= 86400) return t("days", Math.floor(whole / 86400));
  if (whole >= 3600) return t("hours", Math.floor(whole / 3600));
  if (whole >= 60) return t("minutes", Math.floor(whole / 60));
  return t("seconds", whole);
}

/** @param {number} epoch */
export function clock(epoch) {
  const left = Math.max(0, Math.floor(epoch - Date.now() / 1000));
  return `${Math.floor(left / 60)}:${`${left % 60}`.padStart(2, "0")}`;
}

/** @type {string | null} */
let copied = null;

/** @param {string} test @param {string} label @param {string} text @param {Record<string, unknown>} [more] */
export function copyButton(test, label, text, more = {}) {
  const act = async () => {
    await navigator.clipboard.writeText(text);
    copied = text;
    redraw();
    setTimeout(() => {
      copied = null;
      redraw();
    }, 1500);
  };
  return button(test, copied === text ? t("copied") : label, act, { class: "quiet", "aria-live": "polite", ...more });
}

/** One line of a list of facts. @param {string} name @param {...Child} value */
export function fact(name, ...value) {
  return h("div", { class: "fact" }, h("dt", null, name), h("dd", null, ...value));
}

/** Bytes or text as they are, to read and to copy. @param {string} name @param {string} value @param {string} test */
export function raw(name, value, test) {
  return h(
    "div",
    { class: "raw" },
    h("div", { class: "row spread" }, h("span", null, name), copyButton(`copy-${test}`, t("copy"), value)),
    h("pre", { tabindex: 0, "data-test": test }, value),
  );
}

/** @param {Child[]} children */
export function page(...children) {
  return h("div", { class: "page" }, ...children);
}

/** @param {string} title @param {...Child} children */
export function center(title, ...children) {
  return h("div", { class: "page center" }, h("div", { class: "middle" }, h("h1", null, title), ...children));
}

/** While Python starts, or when it did not. @param {Push} push @returns {VNode | null} */
export function engineScreen(push) {
  if (push.engine === "failed") {
    return center(
      t("engine_failed"),
      h("p", null, t("engine_failed_next")),
      button("retry", t("try_again"), () => call("start_engine"), { class: "primary" }),
    );
  }
  if (push.state !== null) return null;
  return h(
    "div",
    { class: "page center" },
    h("div", { class: "middle", role: "status", "data-test": "starting" }, mark(0.4, "large busy"), h("p", null, t("starting"))),
  );
}

/** @type {Fault | null} */
let unlockFault = null;
let unlocking = false;

/** The unlock form. @param {Child} [above] */
export function unlockForm(above) {
  const submit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const field = /** @type {HTMLInputElement} */ (/** @type {HTMLFormElement} */ (event.target).elements.namedItem("password"));
    if (unlocking || field.value === "") return;
    unlocking = true;
    unlockFault = null;
    redraw();
    try {
      await call("unlock", { password: field.value });
      field.value = "";
    } catch (error) {
      unlockFault = /** @type {Fault} */ (error);
      field.select();
    }
    unlocking = false;
    redraw();
  };
  return h(
    "form",
    { key: "unlock", class: "stack", onsubmit: submit },
    above,
    h("label", { for: "password" }, t("password")),
    h("input", {
      id: "password",
      name: "password",
      type: "password",
      autocomplete: "current-password",
      required: true,
      focus: true,
      "data-test": "unlock-password",
    }),
    faultLine(unlockFault),
    h("button", { type: "submit", class: "primary", "data-test": "unlock", disabled: unlocking }, unlocking ? t("unlocking") : t("unlock")),
  );
}

/** What a method asks for, in words. @param {string} method */
export function wish(method) {
  return tOr(`wish_${method.replace(/\W/g, "_")}`, t("wish_other", method));
}

/** An account of the vault: where, its address, and the two ways to take that elsewhere. @param {Account} account @param {boolean} open whether its QR code shows @param {() => void} toggle @param {...Child} above */
export function accountCard({ space, address, qr, network }, open, toggle, ...above) {
  const label = open ? t("hide_qr") : t("show_qr");
  return h(
    "section",
    { key: space, class: "card", "data-test": "account-card", "data-space": space, "aria-label": network.name },
    ...above,
    addressLine(address, "address"),
    h(
      "div",
      { class: "row" },
      copyButton("copy-address", t("copy_address"), address),
      button("show-qr", label, toggle, { class: "quiet", "aria-expanded": `${open}` }),
    ),
    open && h("div", { class: "qr-box", "data-test": "address-qr" }, qrPicture(qr, t("address_qr_label"))),
  );
}

/** @param {string} url @returns {string | null} the pattern to ask the browser for; null where the address is unusable */
export function hostPattern(url) {
  let parsed;
  try {
    parsed = new URL(url);
  } catch {
    return null;
  }
  const local = parsed.hostname === "localhost" || parsed.hostname === "127.0.0.1";
  if (parsed.username !== "" || parsed.password !== "") return null;
  if (parsed.protocol !== "https:" && !(parsed.protocol === "http:" && local)) return null;
  return `${parsed.protocol}//${parsed.hostname}/*`;
}

/** A whole number of smallest units in human ones. @param {bigint} units @param {number} places */
export function human(units, places) {
  const text = `${units}`.padStart(places + 1, "0");
  const fraction = text.slice(-places).replace(/0+$/, "");
  return fraction === "" ? text.slice(0, -places) : `${text.slice(0, -places)}.${fraction}`;
}

/** Ask the browser for a host, as the act of a person. @param {string} url @returns {Promise<"ok" | "invalid_url" | "host_refused">} */
export async function allowHost(url) {
  const pattern = hostPattern(url);
  if (pattern === null) return "invalid_url";
  const origins = [pattern];
  if (await chrome.permissions.contains({ origins })) return "ok";
  return (await chrome.permissions.request({ origins })) ? "ok" : "host_refused";
}
