// Times in words: countdown to the start, time on air, dates in the reader's zone.
import { language } from "./gettext.js";
import { dayOf, longMoment, timeOf } from "./moments.js";
import { serverNow } from "./page.js";

const unit = (name, value) =>
  new Intl.NumberFormat(language(), { style: "unit", unit: name, unitDisplay: "long" }).format(value);
const listed = (parts) => new Intl.ListFormat(language(), { style: "long", type: "unit" }).format(parts);

/**
 * `milliseconds` in the two largest units that matter: "1 day, 3 hours", "4 minutes, 10 seconds".
 * @param {number} milliseconds
 */
export function durationInWords(milliseconds) {
  const total = Math.max(0, Math.ceil(milliseconds / 1000));
  const [days, hours] = [Math.floor(total / 86400), Math.floor((total % 86400) / 3600)];
  const [minutes, seconds] = [Math.floor((total % 3600) / 60), total % 60];
  if (days) return listed([unit("day", days), ...(hours ? [unit("hour", hours)] : [])]);
  if (hours) return listed([unit("hour", hours), ...(minutes ? [unit("minute", minutes)] : [])]);
  if (minutes >= 10) return unit("minute", minutes);
  if (minutes) return listed([unit("minute", minutes), ...(seconds ? [unit("second", seconds)] : [])]);
  return unit("second", seconds);
}

/**
 * `milliseconds` as 4:07 or 1:02:09.
 * @param {number} milliseconds
 */
export function durationAsClock(milliseconds) {
  const total = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor((total % 3600) / 60), total % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

let timeZone;

/**
 * Use the zone that the reader chose in their account; without one the browser's own is used.
 * @param {string} name
 */
export function setZone(name) {
  timeZone = name || undefined;
}

/**
 * A moment (ISO) with its day and the zone's name, in the reader's zone.
 * @param {string} iso
 */
export function momentInWords(iso) {
  return longMoment(new Date(iso), timeZone);
}

/**
 * The time of day of a moment (ISO), in the reader's zone.
 * @param {string} iso
 */
export function timeOfDay(iso) {
  return timeOf(new Date(iso), timeZone);
}

/**
 * The day of a moment (ISO), in the reader's zone.
 * @param {string} iso
 */
export function dayInWords(iso) {
  return dayOf(new Date(iso), timeZone);
}

/**
 * Write `iso` into every element that shows the start.
 * @param {PageElement[]} elements
 * @param {string} iso
 */
export function showMoment(elements, iso) {
  for (const element of elements) {
    element.hidden = !iso;
    if (!iso) continue;
    element.dateTime = iso;
    element.textContent = momentInWords(iso);
  }
}

/**
 * Call `draw` now and with every second; returns a function that stops it.
 * @param {(now: number) => void} draw
 */
export function everySecond(draw) {
  draw(serverNow());
  const timer = setInterval(() => draw(serverNow()), 1000);
  return () => clearInterval(timer);
}
