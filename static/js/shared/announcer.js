// What a screen reader is told: one voice for the page, so that no announcement pushes away another.
import { make } from "./elements.js";

const GATHERED = 400; // ms in which announcements become one

/**
 * `say(text)` speaks into `area` (role="status"), with what others say in the same moment. The first of a moment is
 * there at once, so that nobody waits for a quiet page.
 * @param {HTMLElement} area
 * @returns {Announce}
 */
export function announcer(area) {
  /** @type {string[]} */
  let spoken = [];
  /** @type {Timer} */
  let timer;
  const quiet = () => {
    spoken = [];
  };
  return (text) => {
    if (spoken.includes(text)) return;
    spoken.push(text);
    // New elements are read out even when they say the same as before.
    area.replaceChildren(...spoken.map((each) => make("span", { textContent: `${each} ` })));
    clearTimeout(timer);
    timer = setTimeout(quiet, GATHERED);
  };
}
