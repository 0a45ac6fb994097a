// The transcript beside the video: click a line to go there, the present one is marked, words can be searched.
import { durationAsClock } from "../shared/clock.js";
import { make, partsOf } from "../shared/elements.js";
import { gettext, interpolate, ngettext } from "../shared/gettext.js";
import { composes, isEnter, isEscape } from "../shared/keys.js";
import { lineAt, search } from "./times.js";

const REST = 6000; // ms after which the list follows the video again

/** `panel`: templates/replay/transcript.html. `captions` and `player`: this page's. */
export function mountTranscript(panel, player, captions) {
  const find = partsOf(panel);
  const [list, field, found] = [find("lines"), find("search"), find("found")];
  let lines = [];
  let buttons = [];
  let present = -1;
  let movedAt = 0;
  let drawn = "";

  function load() {
    const element = captions.read;
    panel.hidden = element === null;
    const { start, end } = player.span;
    const cues = [...(element?.track.cues ?? [])].filter((cue) => cue.endTime > start && cue.startTime < end);
    const now = [element?.dataset.id, cues.length, start, end].join();
    if (now === drawn) return;
    drawn = now;
    lines = cues.map((cue) => ({ start: cue.startTime, text: cue.getCueAsHTML().textContent.replace(/\s+/g, " ") }));
    list.lang = element?.srclang && element.srclang !== "und" ? element.srclang : "";
    buttons = lines.map((line) => buttonOf(line, start));
    list.replaceChildren(...buttons.map((button) => make("li", {}, button)));
    present = -1;
    filter();
    follow();
  }

  function buttonOf(line, start) {
    const moment = make("time", { textContent: durationAsClock(Math.max(0, line.start - start) * 1000) });
    const words = make("span", { textContent: line.text, dir: "auto" });
    return make("button", { type: "button", tabIndex: -1 }, moment, words);
  }

  function filter() {
    const words = field.value.trim();
    const matching = new Set(search(lines, words));
    buttons.forEach((button, index) => {
      button.parentElement.hidden = !matching.has(index);
      mark(button.lastElementChild, lines[index].text, words);
    });
    const count = matching.size;
    const result = count ? ngettext("%(count)s line", "%(count)s lines", count) : gettext("Nothing found");
    found.textContent = words ? interpolate(result, { count }) : "";
    enter(visible()[0]);
  }

  /** Only one line is in the order of the tab key; the arrows lead to the others. */
  function enter(button, { focus = false } = {}) {
    for (const each of list.querySelectorAll('[tabindex="0"]')) each.tabIndex = -1;
    if (!button) return;
    button.tabIndex = 0;
    if (focus) button.focus();
  }

  const visible = () => buttons.filter((button) => !button.parentElement.hidden);

  function follow() {
    const now = lineAt(lines, player.videoTime);
    if (now === present) return;
    buttons[present]?.removeAttribute("aria-current");
    present = now;
    const button = buttons[now];
    if (!button) return;
    button.setAttribute("aria-current", "true");
    const isBusy = field.value.trim() || list.contains(document.activeElement) || Date.now() - movedAt < REST;
    if (isBusy) return;
    enter(button);
    // Only the list moves, never the page.
    list.scrollTo({ top: button.offsetTop - list.clientHeight / 2 + button.offsetHeight / 2 });
  }

  list.addEventListener("click", ({ target }) => {
    const button = target instanceof Element && target.closest("button");
    if (!button) return;
    enter(button);
    player.videoTime = lines[buttons.indexOf(button)].start;
  });
  list.addEventListener("keydown", (event) => {
    const shown = visible();
    const at = shown.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: shown.length - 1 }[event.key];
    if (to === undefined || at < 0) return;
    event.preventDefault();
    enter(shown[Math.min(shown.length - 1, Math.max(0, to))], { focus: true });
  });
  for (const name of ["wheel", "touchmove"]) {
    list.addEventListener(name, () => { movedAt = Date.now(); }, { passive: true });
  }
  field.addEventListener("input", filter);
  field.addEventListener("keydown", (event) => {
    if (composes(event)) return;
    const first = visible()[0];
    if (isEnter(event) && field.value.trim() && first) first.click();
    if (event.key === "ArrowDown" && first) enter(first, { focus: true });
    if (isEscape(event) && field.value) {
      field.value = "";
      filter();
    }
    if (["Enter", "ArrowDown"].includes(event.key)) event.preventDefault();
  });
  for (const name of ["tracks", "chosen", "lines"]) captions.addEventListener(name, load);
  player.addEventListener("loaded", load);
  player.addEventListener("time", follow);
  load();
}

/** `text` in `place`, with every `words` in it marked. */
function mark(place, text, words) {
  if (!words) {
    place.textContent = text;
    return;
  }
  const pattern = new RegExp(`(${words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")})`, "giu");
  place.replaceChildren(
    ...text.split(pattern).map((piece, index) => (index % 2 ? make("mark", { textContent: piece }) : piece)),
  );
}
