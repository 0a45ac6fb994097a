// What this browser keeps for the next page. Where storage is closed, a choice lasts as long as the page.

/**
 * What was kept under `key`, null when nothing was.
 * @param {string} key
 */
export function stored(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/**
 * Keep `value` under `key`.
 * @param {string} key
 * @param {string} value
 */
export function store(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Closed, or full: nothing depends on it.
  }
}

/**
 * The device last chosen in this browser, "" when none was.
 * @param {string} kind
 * @returns {string}
 */
export const rememberedDevice = (kind) => stored(`device:${kind}`) ?? "";

/**
 * The object that was kept under `key`, an empty one when none was. Others may have written there: look at each value.
 * @param {string} key
 * @returns {Record<string, any>}
 */
export function storedObject(key) {
  try {
    const kept = JSON.parse(stored(key) ?? "");
    return kept && typeof kept === "object" ? kept : {};
  } catch {
    return {};
  }
}

/**
 * Keep an object under `key`.
 * @param {string} key
 * @param {object} value
 */
export const storeObject = (key, value) => store(key, JSON.stringify(value));
