// What keys mean in fields of text.

/**
 * Whether an input method composes: then Enter chooses a character, and Escape takes it back. Safari ends the
 * composition before it tells of the key, and tells by the code alone.
 * @param {KeyboardEvent} event
 */
const composes = (event) => event.isComposing || event.keyCode === 229;

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
