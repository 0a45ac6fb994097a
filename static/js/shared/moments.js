// Moments as the server writes them (webinar/templatetags/product.py): Sunday, 14 March 2027, 02:30 CET.

const language = () => document.documentElement.lang || "en";
/** Names of days and months in the page's language. */
const locale = () => (language() === "en" ? "en-GB" : language());

/** @type {Map<string, Intl.DateTimeFormat>} kept: to make one takes longer than all else that a message of the chat needs */
const formats = new Map();

/**
 * The format of moments in `timeZone`, with long or short names of days and months.
 * @param {"long" | "short"} names
 * @param {string | undefined} timeZone
 */
function formatOf(names, timeZone) {
  const key = `${locale()} ${names} ${timeZone}`;
  const format = formats.get(key) ?? new Intl.DateTimeFormat(locale(), {
    weekday: names, day: "numeric", month: names, year: "numeric",
    hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone,
  });
  formats.set(key, format);
  return format;
}

/** Those that mean one zone to everybody; the server has the same list. */
const ZONES = /^(UTC|GMT|BST|WES?T|CES?T|EES?T|[CEMP][DS]T|AK[DS]T)$/;

/** What `english`, the English of one country, calls the zone: CET, or GMT+9 where it has no name for it. */
function zoneIn(english, moment, timeZone) {
  const key = `${english} ${timeZone}`;
  const format = formats.get(key) ?? new Intl.DateTimeFormat(english, { timeZoneName: "short", timeZone });
  formats.set(key, format);
  return format.formatToParts(moment).find(({ type }) => type === "timeZoneName")?.value ?? "";
}

/**
 * CET, or UTC+09:00 for zones without a name that everybody knows.
 * @param {Date} moment
 * @param {string | undefined} timeZone
 */
function zoneOf(moment, timeZone) {
  const names = ["en-GB", "en-US"].map((english) => zoneIn(english, moment, timeZone));
  const offset = names.map((name) => /^GMT([+-])(\d+)(?::(\d+))?$/.exec(name)).find(Boolean);
  return names.find((name) => ZONES.test(name)) ?? (offset ? `UTC${offset[1]}${offset[2].padStart(2, "0")}:${offset[3] ?? "00"}` : names[0]);
}

/**
 * The parts of a moment in words, in `timeZone` (undefined: the browser's).
 * @param {Date | string} moment
 * @param {"long" | "short"} names how long those of days and months are
 * @param {string | undefined} timeZone
 * @returns {Record<string, string>}
 */
function partsOf(moment, names, timeZone) {
  const parts = formatOf(names, timeZone).formatToParts(new Date(moment));
  return { ...Object.fromEntries(parts.map(({ type, value }) => [type, value])), zone: zoneOf(new Date(moment), timeZone) };
}

/** Sunday, 14 March 2027, 02:30 CET. */
export function longMoment(moment, timeZone) {
  const { weekday, day, month, year, hour, minute, zone } = partsOf(moment, "long", timeZone);
  return `${weekday}, ${day} ${month} ${year}, ${hour}:${minute} ${zone}`;
}

/** Sun 14 Mar, 02:30 CET; the year stands there where `withYear` says so. */
export function shortMoment(moment, timeZone, withYear) {
  const { weekday, day, month, year, hour, minute, zone } = partsOf(moment, "short", timeZone);
  return `${weekday} ${day} ${month}${withYear ? ` ${year}` : ""}, ${hour}:${minute} ${zone}`;
}

/** Sunday, 14 March. */
export function dayOf(moment, timeZone) {
  const { weekday, day, month } = partsOf(moment, "long", timeZone);
  return `${weekday}, ${day} ${month}`;
}

/** 02:30. */
export function timeOf(moment, timeZone) {
  const { hour, minute } = partsOf(moment, "long", timeZone);
  return `${hour}:${minute}`;
}
