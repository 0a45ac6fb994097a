// The preset editor: choices to begin from, which fill the form, and a preview of what the audience sees. The form is whole without it.

import { make, partsOf } from "../shared/elements.js";
import { gettext, interpolate } from "../shared/gettext.js";
import { readJson } from "../shared/page.js";

const SOON = 250; // milliseconds without typing before the preview is asked for
/** The custom properties that the preview's colours fill, in the order of its data. */
const COLORS = ["--accent", "--on-accent", "--accent-text", "--accent-soft"];

const { starts } = readJson("config");
const form = /** @type {any} */ (document.querySelector("form[data-preset]"));
const field = (name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));

// — choices to begin from —

function mountStarts(section) {
  const find = partsOf(section);
  /** @type {Map<string, boolean | string>} what the form had before the choice, by field */
  let before = new Map();

  const label = (input) => {
    const element = input.labels[0];
    return (element.querySelector("strong") ?? element).textContent;
  };
  const mark = (input, isChanged) => input.closest(".field").classList.toggle("is-changed", isChanged);
  const clear = () => {
    for (const name of before.keys()) mark(field(name), false);
    before = new Map();
    find("changed").hidden = true;
  };

  const begin = (button) => {
    clear();
    const lines = [];
    for (const [name, value] of Object.entries(starts[button.dataset.start])) {
      const input = field(name);
      if (input.type === "checkbox") {
        if (input.checked === value) continue;
        before.set(name, input.checked);
        input.checked = value;
        lines.push(interpolate(value ? gettext("%(flag)s: on") : gettext("%(flag)s: off"), { flag: label(input) }));
      } else {
        const places = String(Math.min(value, Number(input.dataset.most)));
        if (input.value === places) continue;
        before.set(name, input.value);
        input.value = places;
        lines.push(interpolate(gettext("%(flag)s: %(value)s"), { flag: label(input), value: places }));
      }
      mark(input, true);
    }
    const values = { name: button.textContent };
    find("changed-words").textContent = interpolate(lines.length ? gettext("Changed for “%(name)s”:") : gettext("It is already set like “%(name)s”."), values);
    find("changed-list").replaceChildren(...lines.map((text) => make("li", { textContent: text })));
    find("undo").hidden = lines.length === 0;
    find("changed").hidden = false;
    form.dispatchEvent(new Event("input"));
  };

  const undo = () => {
    for (const [name, value] of before) {
      const input = field(name);
      if (typeof value === "boolean") input.checked = value;
      else input.value = value;
    }
    clear();
    section.querySelector("[data-start]").focus();
    form.dispatchEvent(new Event("input"));
  };

  for (const button of section.querySelectorAll("[data-start]")) button.addEventListener("click", () => begin(button));
  find("undo").addEventListener("click", undo);
  form.addEventListener("change", ({ target }) => before.has(target.name) && mark(target, false));
  section.hidden = false;
}

// — the preview —

function mountPreview(section) {
  /** @type {(name: string) => any} */
  const find = partsOf(section);
  /** @type {Timer} */
  let timer;
  let asked = 0;
  /** @type {string | null} */
  let chosen = null; // the address of the file that was chosen as logo

  const logo = () => {
    const current = /** @type {any} */ (form.querySelector("[data-current-logo]"));
    return chosen ?? (current && !field("remove_logo")?.checked ? current.src : null);
  };

  const dress = () => {
    const { light, dark } = find("mock").dataset;
    const [bright, dim] = [light.split(" "), dark.split(" ")];
    COLORS.forEach((name, index) => section.style.setProperty(name, `light-dark(${bright[index]}, ${dim[index]})`));
    const picture = /** @type {any} */ (find("mock-logo"));
    const source = logo();
    picture.hidden = !source;
    if (source) picture.src = source;
  };

  const ask = async () => {
    asked += 1;
    const mine = asked;
    const body = new FormData(form);
    body.delete("logo");
    try {
      const response = await fetch(form.dataset.previewUrl, { method: "POST", body, credentials: "same-origin", redirect: "error" });
      if (!response.ok) throw new Error(String(response.status));
      const text = await response.text();
      if (mine !== asked) return;
      const part = new DOMParser().parseFromString(text, "text/html");
      find("preview").replaceChildren(...part.body.childNodes);
      find("preview-fault").textContent = "";
      dress();
    } catch {
      if (mine === asked) find("preview-fault").textContent = gettext("The preview could not be loaded. The form works without it.");
    }
  };

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, SOON);
  });
  field("logo").addEventListener("change", () => {
    if (chosen) URL.revokeObjectURL(chosen);
    const file = field("logo").files?.[0];
    chosen = file ? URL.createObjectURL(file) : null;
    if (find("mock")) dress();
  });
  section.hidden = false;
  ask();
}

mountStarts(document.querySelector("[data-starts]"));
mountPreview(document.querySelector("[data-preview-section]"));
