// Sentences in the page's language. They stand in the scripts where they are said, in English, and go through these functions; where there
// is a translation the page has loaded it (pages/script_catalog.py: Django's catalogue). `make messages` finds them, so each is a literal.

const catalog = () => globalThis.django;

/** The language that the page is written in. */
export const language = () => document.documentElement.lang || "en";

/**
 * `text` in the page's language.
 * @param {string} text
 * @returns {string}
 */
export const gettext = (text) => catalog()?.gettext(text) ?? text;

/**
 * `text` as it is meant in `context`, where one English word has several meanings.
 * @param {string} context
 * @param {string} text
 * @returns {string}
 */
export const pgettext = (context, text) => catalog()?.pgettext(context, text) ?? text;

/**
 * The form that `count` takes in the page's language, which may have more than two.
 * @param {string} singular
 * @param {string} plural
 * @param {number} count
 * @returns {string}
 */
export const ngettext = (singular, plural, count) =>
  catalog()?.ngettext(singular, plural, count) ?? (count === 1 ? singular : plural);

const written = (value) => (typeof value === "number" ? new Intl.NumberFormat(language()).format(value) : String(value));

/**
 * `text` with each `%(name)s` taken from `values`, numbers as the language writes them. `%%` is a percent sign.
 * @param {string} text
 * @param {Record<string, any>} values
 */
export const interpolate = (text, values) =>
  text.replace(/%\((\w+)\)s|%%/g, (whole, name) => {
    if (whole === "%%") return "%";
    return name in values ? written(values[name]) : whole;
  });
