// A screen is a function from state to a tree; `render` makes the document match it, keeping elements (and with them
// focus, typed text and scrolling) where the tree did not change. Text goes in as text nodes only.

/** @typedef {{ tag: string, props: Record<string, unknown>, children: (VNode | string)[] }} VNode */
/** @typedef {VNode | string | number | null | undefined | false} Child */

const SVG = "http://www.w3.org/2000/svg";
const SVG_TAGS = new Set(["svg", "path", "circle", "rect", "g", "defs", "clipPath"]);

/** Where an element's handlers and key are kept. @type {WeakMap<Element, { key: unknown, props: Record<string, unknown> }>} */
const kept = new WeakMap();

/**
 * @param {string} tag
 * @param {Record<string, unknown> | null} [props] attributes; `on…` are listeners, `key` identifies among siblings,
 *   `value`/`checked` set an input's start value, `focus` takes the focus when the element appears
 * @param {...(Child | Child[])} children
 * @returns {VNode}
 */
export function h(tag, props, ...children) {
  /** @type {(VNode | string)[]} */
  const list = [];
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    list.push(typeof child === "number" ? `${child}` : child);
  }
  return { tag, props: props ?? {}, children: list };
}

/** @param {Element} element @param {string} name */
function listen(element, name) {
  element.addEventListener(name.slice(2), (event) => {
    const handler = kept.get(element)?.props[name];
    if (typeof handler === "function") handler(event);
  });
}

/** @param {Element} element @param {string} name @param {unknown} value */
function setAttribute(element, name, value) {
  if (value === undefined || value === null || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : `${value}`);
}

/** @param {Element} element @param {VNode} node @param {boolean} fresh */
function update(element, node, fresh) {
  const before = kept.get(element)?.props ?? {};
  kept.set(element, { key: node.props.key, props: node.props });
  for (const name of Object.keys(before)) {
    if (!(name in node.props) && !name.startsWith("on")) element.removeAttribute(name);
  }
  for (const [name, value] of Object.entries(node.props)) {
    if (name === "key" || name === "focus") continue;
    if (name.startsWith("on")) {
      if (fresh || !(name in before)) listen(element, name);
    } else if (name === "value" || name === "checked") {
      // What the person typed since is theirs; a new start value counts only when the state gave another one.
      if (fresh || before[name] !== value) Object.assign(element, { [name]: value });
    } else if (fresh || before[name] !== value) {
      setAttribute(element, name, value);
    }
  }
  fill(element, node.children);
  // A select's value can only be set once its options are there.
  if (fresh && "value" in node.props && element instanceof HTMLSelectElement) element.value = `${node.props.value}`;
}

/** @param {Element} parent @param {(VNode | string)[]} children */
function fill(parent, children) {
  /** @type {Map<unknown, Element>} */
  const byKey = new Map();
  for (const element of parent.children) {
    const key = kept.get(element)?.key;
    if (key !== undefined) byKey.set(key, element);
  }
  /** @type {ChildNode | null} */
  let at = parent.firstChild;
  for (const child of children) {
    if (typeof child === "string") {
      if (at instanceof Text) {
        if (at.data !== child) at.data = child;
        at = at.nextSibling;
      } else {
        parent.insertBefore(document.createTextNode(child), at);
      }
      continue;
    }
    const { key, focus } = child.props;
    /** @type {Element | undefined} */
    let element;
    if (key !== undefined) element = byKey.get(key);
    else if (at instanceof Element && at.tagName.toLowerCase() === child.tag.toLowerCase() && kept.get(at)?.key === undefined) element = at;
    if (element !== undefined && element.tagName.toLowerCase() === child.tag.toLowerCase()) {
      if (element === at) at = at.nextSibling;
      else parent.insertBefore(element, at);
      update(element, child, false);
      continue;
    }
    const made = SVG_TAGS.has(child.tag) ? document.createElementNS(SVG, child.tag) : document.createElement(child.tag);
    update(made, child, true);
    parent.insertBefore(made, at);
    if (focus && made instanceof HTMLElement) queueMicrotask(() => made.focus());
  }
  while (at !== null) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

/** @param {Element} root @param {Child | Child[]} tree */
export function render(root, tree) {
  fill(root, h("root", null, ...[tree].flat()).children);
}

/** The sentence for a key in the user's language. @param {string} key @param {...(string | number)} values */
export function t(key, ...values) {
  return chrome.i18n.getMessage(
    key,
    values.map((value) => `${value}`),
  );
}

/** The sentence for a key made at run time (an error's reason), with another where there is none. @param {string} key @param {string} otherwise */
export function tOr(key, otherwise) {
  return chrome.i18n.getMessage(key) || otherwise;
}
