// Elements of the page: found, and built. Text is always text, never markup.

const SVG = "http://www.w3.org/2000/svg";

/**
 * The element of the page with this id. What not every page has is asked with `?.`.
 * @template {HTMLElement} [E=PageElement]
 * @param {string} id
 * @returns {E}
 */
export const find = (id) => /** @type {any} */ (document.getElementById(id));

/**
 * `partsOf(root)("name")` is the element with the attribute `data-name` inside `root`.
 * @param {ParentNode} root
 */
export const partsOf = (root) => (/** @type {string} */ name) => root.querySelector(`[data-${name}]`);

/**
 * An element with properties, `dataset` and `aria` among them, and children (nodes or strings).
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {Record<string, unknown> & {dataset?: Record<string, string>, aria?: Record<string, string>}} properties
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(name, { dataset, aria, ...properties } = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  Object.assign(element.dataset, dataset);
  for (const [key, value] of Object.entries(aria ?? {})) element.setAttribute(`aria-${key}`, value);
  element.append(...children);
  return element;
}

/**
 * A button that runs `act`; `label` may be longer than what stands on it.
 * @param {string} text
 * @param {(event: MouseEvent) => unknown} act
 * @param {{label?: string, className?: string}} options
 */
export function action(text, act, { label, className = "button quiet" } = {}) {
  const button = make("button", { type: "button", className, textContent: text });
  if (label) button.setAttribute("aria-label", label);
  button.addEventListener("click", act);
  return button;
}

/**
 * A piece of a drawing (SVG) with its attributes.
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} name
 * @param {Record<string, string | number>} attributes
 * @returns {SVGElementTagNameMap[K]}
 */
export function drawn(name, attributes) {
  const piece = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) piece.setAttribute(key, String(value));
  return piece;
}

/**
 * The drawing that the page keeps under this id. It says nothing to a screen reader: what it stands on does.
 * @param {string} id
 * @param {string} [className]
 */
export function drawing(id, className) {
  const svg = drawn("svg", { "aria-hidden": "true", ...(className ? { class: className } : {}) });
  svg.append(drawn("use", { href: `#${id}` }));
  return svg;
}
