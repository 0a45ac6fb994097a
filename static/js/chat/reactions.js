// Reactions: a row of emoji to send, and those of everybody rising over the picture.
import { drawing, make } from "../shared/elements.js";
import { gettext } from "../shared/gettext.js";

const AT_ONCE = 8; // of one kind; more of them would only hide the picture
const SHOWN_FOR = 2600; // ms

const NAMES = {
  "❤️": gettext("Heart"),
  "👏": gettext("Applause"),
  "👍": gettext("Thumbs up"),
  "😂": gettext("Laughter"),
  "😮": gettext("Surprise"),
  "🎉": gettext("Celebration"),
};

/** What the button of a reaction is called. */
export const nameOf = (emoji) => NAMES[emoji] ?? emoji;

/** The drawing of the reaction with this place in the set; not every machine has a font with emoji. */
const drawingOf = (place) => drawing(`reaction-${place}`);

/** Mount the row in `bar` and show what everybody sends over `stage`. `emojis`: the set, in the order of its drawings. */
export function mountReactions(bar, stage, { room, emojis, onError }) {
  const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");
  const sky = make("div", { className: "reaction-sky", aria: { hidden: "true" } });
  stage.append(sky);
  let shown = {};

  emojis.forEach((emoji, place) => {
    const label = nameOf(emoji);
    const button = make("button", { type: "button", className: "reaction", title: label, dataset: { emoji }, aria: { label } });
    button.append(drawingOf(place));
    button.addEventListener("click", () => room.command("reaction.send", { emoji }).catch(onError));
    bar.append(button);
  });

  const rise = (emoji, number) => {
    const place = emojis.indexOf(emoji);
    // Where motion is unwanted they do not rise: one figure with their number.
    const figures = reducedMotion.matches ? [String(number)] : Array(Math.min(number, AT_ONCE)).fill("");
    figures.forEach((beside, index) => {
      const figure = make("span", { className: "reaction-figure", dataset: { emoji } }, drawingOf(place), beside);
      figure.style.setProperty("--at", `${Math.round(Math.random() * 90)}%`);
      figure.style.setProperty("--late", `${index * 110}ms`);
      sky.append(figure);
      setTimeout(() => figure.remove(), SHOWN_FOR + index * 110);
    });
  };

  room.on("open reset", (state) => (shown = state.reactions));
  room.on("reaction.counts", ({ counts }) => {
    for (const [emoji, count] of Object.entries(counts)) {
      const before = shown[emoji] ?? 0;
      const more = count < before ? count : count - before; // they began anew
      if (more > 0 && !document.hidden) rise(emoji, more);
    }
    shown = counts;
  });
}
