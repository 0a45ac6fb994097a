// Reactions: a row of emoji to send, and those of everybody rising over the picture.

const AT_ONCE = 8; // of one kind; more of them would only hide the picture
const SHOWN_FOR = 2600; // ms

/** Mount the row in `bar` and show what everybody sends over `stage`. `texts.emojis` are [emoji, label] pairs. */
export function mountReactions(bar, stage, { room, texts, onError }) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const sky = Object.assign(document.createElement("div"), { className: "reaction-sky" });
  sky.setAttribute("aria-hidden", "true");
  stage.append(sky);
  let shown = {};

  for (const [emoji, label] of texts.emojis) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "reaction", textContent: emoji });
    button.setAttribute("aria-label", label);
    button.title = label;
    button.addEventListener("click", () => room.command("reaction.send", { emoji }).catch(onError));
    bar.append(button);
  }

  const rise = (emoji, number) => {
    const figures = calm.matches ? [`${emoji} ${number}`] : Array(Math.min(number, AT_ONCE)).fill(emoji);
    figures.forEach((textContent, index) => {
      const figure = Object.assign(document.createElement("span"), { className: "reaction-figure", textContent });
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
