// Room for what is seen while a phone shows its keyboard.

const COVERED = 0.8; // of the tallest that the window was: below that it is the keyboard, not a bar of the browser
const ZOOMED = 1.05;

/**
 * What is seen of the window now, after `before` (null at the beginning): `{width, height, tallest, keyboard}`, in CSS
 * pixels. Zooming in makes the visible part smaller too, and changes nothing. `isTyping`: a field has the focus.
 * @typedef {{width: number, height: number, tallest: number, keyboard: "open" | "closed"}} Seen
 * @param {Seen | null} before
 * @param {{width: number, height: number, scale: number}} viewport
 * @param {boolean} isTyping
 * @returns {Seen | null}
 */
export function seen(before, { width, height, scale }, isTyping) {
  if (scale > ZOOMED) return before;
  const tallest = before?.width === width ? Math.max(before.tallest, height) : height;
  return { width, height, tallest, keyboard: isTyping && height < tallest * COVERED ? "open" : "closed" };
}

/**
 * Keep `--visible-height` of `page` true, and `data-keyboard` "open" while a keyboard covers a good part of the window.
 * @param {PageElement} page
 */
export function mountViewport(page) {
  const viewport = window.visualViewport;
  if (!viewport) return;
  /** @type {ReturnType<typeof seen>} */
  let now = null;
  const draw = () => {
    now = seen(now, viewport, document.activeElement?.matches("input, textarea") ?? false);
    if (!now) return;
    page.style.setProperty("--visible-height", `${now.height}px`);
    page.dataset.keyboard = now.keyboard;
  };
  viewport.addEventListener("resize", draw);
  document.addEventListener("focusout", draw);
  draw();
}
