// Copying at the press of a button, which then says so for a while.

const SAID_FOR = 4000; // milliseconds
/** @type {WeakMap<Element, {before: string, timer: Timer}>} what stood on a button, until it stands there again */
const saying = new WeakMap();

/**
 * Copy `text`, and let `button` say `done`. `select()` selects the text on the page, for browsers that close the clipboard to us.
 * @param {{text: string, button: PageElement, done: string, select: () => void}} what
 */
export async function copyText({ text, button, done, select }) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without https the clipboard is closed: the text is selected, the keyboard does the rest.
    select();
    if (!document.execCommand("copy")) return;
  }
  const label = button.querySelector(".label");
  const said = saying.get(button);
  const before = said?.before ?? label.textContent ?? "";
  clearTimeout(said?.timer);
  const timer = setTimeout(() => {
    label.textContent = before;
    saying.delete(button);
  }, SAID_FOR);
  saying.set(button, { before, timer });
  label.textContent = done;
}
