// Buttons that are on or off, and the keys that press them.
import { isTyping } from "./keys.js";

/**
 * Show what `button` does next (`label`) and whether its thing is on (`data-on`, `data-off` of its <use>).
 * @param {PageElement | null} button
 * @param {boolean} isOn
 * @param {string} label
 */
export function setToggle(button, isOn, label) {
  if (!button) return;
  button.dataset.state = isOn ? "on" : "off";
  button.querySelector(".control-label").textContent = label;
  const use = button.querySelector("use[data-on]");
  use?.setAttribute("href", (isOn ? use.dataset.on : use.dataset.off) ?? "");
}

/**
 * Show whether `button` is pressed, on itself and by its drawing (`data-on`, `data-off` of its <use>); its name stays.
 * @param {PageElement} button
 * @param {boolean} isOn
 */
export function setPressed(button, isOn) {
  button.setAttribute("aria-pressed", String(isOn));
  const use = button.querySelector("use[data-on]");
  use?.setAttribute("href", (isOn ? use.dataset.on : use.dataset.off) ?? "");
}

/**
 * Alt + key presses the button of `keys` ({KeyM: button}), unless it is hidden, disabled or behind a dialog, or a field
 * takes the key: on a Mac Alt writes letters and signs (AltGr of other systems is Ctrl + Alt, or no Alt at all).
 * @param {Record<string, PageElement>} keys
 */
export function mountShortcuts(keys) {
  document.addEventListener("keydown", (event) => {
    const button = keys[event.code];
    if (!button || !event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
    if (isTyping(event)) return;
    if (document.querySelector("dialog[open]") || button.disabled || button.offsetParent === null) return;
    event.preventDefault();
    button.click();
  });
}

/**
 * Open the <dialog> `dialog`; resolves to whether it was closed with the button of value "yes".
 * @param {PageElement} dialog
 * @returns {Promise<boolean>}
 */
export function confirmIn(dialog) {
  return new Promise((resolve) => {
    dialog.returnValue = "no";
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    dialog.showModal();
  });
}
