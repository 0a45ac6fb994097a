// Short notices over a page: read out once, gone by themselves or when closed.

/**
 * Notices in `area` (an element with role="status"). `show(key, text)` replaces a notice with the same key;
 * `lasting` ones stay until `clear(key)`.
 */
export function noticesIn(area, closeLabel) {
  const timers = new Map();
  const find = (key) => area.querySelector(`[data-notice="${key}"]`);
  const clear = (key) => {
    clearTimeout(timers.get(key));
    timers.delete(key);
    find(key)?.remove();
  };
  const show = (key, text, { lasting = false, tone = "info", action } = {}) => {
    clear(key);
    const notice = document.createElement("div");
    notice.className = `toast toast-${tone}`;
    notice.dataset.notice = key;
    notice.append(Object.assign(document.createElement("p"), { textContent: text }));
    if (action) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: action.label });
      button.className = "toast-action";
      button.addEventListener("click", () => {
        clear(key);
        action.run();
      });
      notice.append(button);
    }
    const close = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
    close.className = "toast-close";
    close.setAttribute("aria-label", closeLabel);
    close.addEventListener("click", () => clear(key));
    notice.append(close);
    area.append(notice);
    if (!lasting) timers.set(key, setTimeout(() => clear(key), 8000));
  };
  return { show, clear };
}
