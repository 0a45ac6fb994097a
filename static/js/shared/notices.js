// Short notices over a page: read out once, gone by themselves or when closed.
import { make } from "./elements.js";
import { gettext } from "./gettext.js";

/**
 * Notices in `area` (an element with role="status"). `show(key, text)` replaces a notice with the same key in its place;
 * `lasting` ones stay until `clear(key)`. `actions` are its buttons; `gone()` is called when it was closed or its time is over.
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
  const show = (key, text, { lasting = false, tone = "info", action, actions = action ? [action] : [], gone } = {}) => {
    clearTimeout(timers.get(key));
    timers.delete(key);
    const former = noticeOf(key);
    const hadFocus = Boolean(former?.contains(document.activeElement));
    const end = () => {
      clear(key);
      gone?.();
    };
    const notice = make("div", { className: `toast toast-${tone}`, dataset: { notice: key } }, make("p", { textContent: text }));
    for (const { label, run } of actions) {
      const button = make("button", { type: "button", className: "toast-action", textContent: label });
      button.addEventListener("click", () => {
        clear(key);
        run();
      });
      notice.append(button);
    }
    const close = make("button", { type: "button", className: "toast-close", textContent: "×", aria: { label: gettext("Close this notice") } });
    close.addEventListener("click", end);
    notice.append(close);
    if (former) former.replaceWith(notice);
    else area.append(notice);
    if (hadFocus) notice.querySelector("button").focus();
    if (!lasting) timers.set(key, setTimeout(end, 8000));
  };
  return { show, clear };
}
