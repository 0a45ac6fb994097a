// Captions over the stage: what a viewer chose, and the last lines.
import { find, make } from "../shared/elements.js";
import { gettext, language } from "../shared/gettext.js";
import { storedObject, storeObject } from "../shared/storage.js";

const KEEP = "captions";
const SHOWN = 2; // lines
const FADE_AFTER = 12_000; // ms without a new line
const SPEAK_EVERY = 4_000; // ms: a screen reader gets several lines at once
const LATEST = 60; // seconds behind, with captions still
const CHOICES = { size: ["small", "medium", "large", "huge"], place: ["bottom", "top"] };

/** What this browser chose last: {on, size, place, language ("" is every one), speak}. */
function remembered() {
  const chosen = { on: false, size: "medium", place: "bottom", language: "", speak: false };
  const kept = storedObject(KEEP);
  for (const name of ["on", "speak"]) if (typeof kept[name] === "boolean") chosen[name] = kept[name];
  for (const name of ["size", "place"]) if (CHOICES[name].includes(kept[name])) chosen[name] = kept[name];
  if (typeof kept.language === "string") chosen.language = kept.language;
  return chosen;
}

/** The name of a language in the page's own; "und" is one that nobody named. */
export function nameOfLanguage(tag) {
  if (tag === "und") return gettext("Language not named");
  try {
    return new Intl.DisplayNames([language()], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** Paragraphs of `lines` in `box`, each marked with its language. */
export function drawLines(box, lines) {
  box.replaceChildren(
    ...lines.map((line) => {
      const words = make("span", { dir: "auto", textContent: line.text });
      if (line.language !== "und") words.lang = line.language;
      return make("p", {}, words);
    }),
  );
}

/**
 * Show captions over the stage. The elements are those of templates/captions/.
 * @param {Realtime} room
 * @param {Announce} announce
 * @param {() => number} [late] seconds that the picture is behind: lines wait for it
 */
export function mountCaptions(room, announce, late = () => 0) {
  const [box, control, menu, spoken] = ["captions", "captions-control", "captions-menu", "captions-spoken"].map(find);
  const chosen = remembered();
  const languages = new Set();
  /** @type {Published[]} */
  let lines = [];
  /** @type {Timer} */
  let fading;
  /** @type {Timer} */
  let speaking;
  /** @type {string[]} */
  let unspoken = [];

  const isWanted = (line) => chosen.language === "" || !languages.has(chosen.language) || line.language === chosen.language;

  function draw() {
    const shown = lines.filter(isWanted).slice(-SHOWN);
    box.dataset.size = chosen.size;
    box.dataset.place = chosen.place;
    box.hidden = !chosen.on || shown.length === 0;
    drawLines(box, shown);
  }

  function offer() {
    // Without captions there is nothing to switch.
    const isNew = control.hidden && languages.size > 0;
    control.hidden = languages.size === 0;
    if (isNew && !chosen.on) announce(gettext("There are captions now. Turn them on under the picture."));
    const several = languages.size > 1;
    find("captions-languages").hidden = !several;
    const select = find("captions-language");
    if (select.options.length !== languages.size + 1) {
      const tags = [...languages].sort();
      select.replaceChildren(
        new Option(gettext("All languages"), ""),
        ...tags.map((tag) => new Option(nameOfLanguage(tag), tag)),
      );
    }
    select.value = languages.has(chosen.language) ? chosen.language : "";
  }

  function keepShown() {
    clearTimeout(fading);
    fading = setTimeout(() => {
      lines = [];
      draw();
    }, FADE_AFTER);
  }

  function speak(line) {
    if (!chosen.on || !chosen.speak || !isWanted(line)) return;
    unspoken.push(line.text);
    speaking ??= setTimeout(() => {
      spoken.textContent = unspoken.join(" ");
      unspoken = [];
      speaking = undefined;
    }, SPEAK_EVERY);
  }

  function reset() {
    lines = room.state.captions;
    for (const line of lines) languages.add(line.language);
    offer();
    draw();
    keepShown();
  }

  function said(line) {
    if (lines.some((each) => each.id === line.id)) return;
    languages.add(line.language);
    // More than are shown: those of other languages stand between them.
    lines = [...lines, line].slice(-20);
    offer();
    draw();
    keepShown();
    speak(line);
  }

  function choose(name, value) {
    chosen[name] = value;
    storeObject(KEEP, chosen);
    draw();
  }

  for (const [id, name] of [["captions-size", "size"], ["captions-place", "place"], ["captions-language", "language"]]) {
    if (name in CHOICES) find(id).value = chosen[name];
    find(id).addEventListener("change", () => choose(name, find(id).value));
  }
  for (const [id, name] of [["captions-on", "on"], ["captions-speak", "speak"]]) {
    find(id).checked = chosen[name];
    find(id).addEventListener("change", () => {
      const isOn = find(id).checked;
      choose(name, isOn);
      if (name === "on") announce(isOn ? gettext("Captions on") : gettext("Captions off"));
    });
  }
  const open = (isOpen) => {
    menu.hidden = !isOpen;
    control.setAttribute("aria-expanded", String(isOpen));
  };
  control.addEventListener("click", () => open(menu.hidden));
  for (const part of [control, menu]) {
    part.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || menu.hidden) return;
      open(false);
      control.focus();
    });
  }

  room.on("open reset", reset);
  room.on("caption.line", (line) => {
    const seconds = late();
    // Whoever looks at what was long ago reads nothing that is said now.
    if (seconds < 0.5) said(line);
    else if (seconds < LATEST) setTimeout(() => said(line), seconds * 1000);
  });
  if (room.state) reset();
}
