// What keys mean in fields of text.

/**
 * Whether an input method composes: then Enter chooses a character, and Escape takes it back. Safari ends the
 * composition before it tells of the key, and tells by the code alone.
 * @param {KeyboardEvent} event
 */
export const composes = (event) => event.isComposing || event.keyCode === 229;

/**
 * Whether the person pressed Enter to be done.
 * @param {KeyboardEvent} event
 */
export const isEnter = (event) => event.key === "Enter" && !event.shiftKey && !composes(event);

/**
 * Whether the person pressed Escape to leave.
 * @param {KeyboardEvent} event
 */
export const isEscape = (event) => event.key === "Escape" && !composes(event);

/** Kinds of <input> that take no text. */
const WITHOUT_TEXT = new Set(["button", "checkbox", "color", "file", "image", "radio", "range", "reset", "submit"]);

/**
 * Whether the key belongs to what the person writes: an input method composes, or a field has the focus.
 * @param {KeyboardEvent} event
 */
export function isTyping(event) {
  if (composes(event)) return true;
  const [target] = event.composedPath();
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !WITHOUT_TEXT.has(target.type);
  return target.isContentEditable || target.matches("textarea, select, [role=textbox], [role=combobox], [role=searchbox]");
}
