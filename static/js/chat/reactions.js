// Reactions: a row of emoji to send, and those of everybody rising over the picture.

const AT_ONCE = 8; // of one kind; more of them would only hide the picture
const SHOWN_FOR = 2600; // ms

/** The drawing of the reaction with this place in the set; not every machine has a font with emoji. */
function drawing(place) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#reaction-${place}`);
  svg.append(use);
  return svg;
}

/** Mount the row in `bar` and show what everybody sends over `stage`. `texts.emojis` are [emoji, label] pairs. */
export function mountReactions(bar, stage, { room, texts, onError }) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const sky = Object.assign(document.createElement("div"), { className: "reaction-sky" });
  sky.setAttribute("aria-hidden", "true");
  stage.append(sky);
  let shown = {};

  texts.emojis.forEach(([emoji, label], place) => {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "reaction" });
    button.append(drawing(place));
    button.dataset.emoji = emoji;
    button.setAttribute("aria-label", label);
    button.title = label;
    button.addEventListener("click", () => room.command("reaction.send", { emoji }).catch(onError));
    bar.append(button);
  });

  const rise = (emoji, number) => {
    const place = texts.emojis.findIndex(([known]) => known === emoji);
    // Where motion is unwanted they do not rise: one figure with their number.
    const figures = calm.matches ? [String(number)] : Array(Math.min(number, AT_ONCE)).fill("");
    figures.forEach((beside, index) => {
      const figure = Object.assign(document.createElement("span"), { className: "reaction-figure" });
      figure.dataset.emoji = emoji;
      figure.append(drawing(place), beside);
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
