// Short notices over a page: read out once, gone by themselves or when closed.
import { make } from "./elements.js";
import { gettext } from "./gettext.js";

/**
 * Notices in `area` (an element with role="status"). `show(key, text)` replaces a notice with the same key;
 * `lasting` ones stay until `clear(key)`.
 * @param {HTMLElement} area
 * @returns {Notices}
 */
export function noticesIn(area) {
  const timers = new Map();
  const noticeOf = (/** @type {string} */ key) => area.querySelector(`[data-notice="${key}"]`);
  const clear = (/** @type {string} */ key) => {
    clearTimeout(timers.get(key));
    timers.delete(key);
    noticeOf(key)?.remove();
  };
  /** @type {Notices["show"]} */
  const show = (key, text, { lasting = false, tone = "info", action } = {}) => {
    clear(key);
    const notice = make("div", { className: `toast toast-${tone}`, dataset: { notice: key } }, make("p", { textContent: text }));
    if (action) {
      const button = make("button", { type: "button", className: "toast-action", textContent: action.label });
      button.addEventListener("click", () => {
        clear(key);
        action.run();
      });
      notice.append(button);
    }
    const close = make("button", { type: "button", className: "toast-close", textContent: "×", aria: { label: gettext("Close this notice") } });
    close.addEventListener("click", () => clear(key));
    notice.append(close);
    area.append(notice);
    if (!lasting) timers.set(key, setTimeout(() => clear(key), 8000));
  };
  return { show, clear };
}
