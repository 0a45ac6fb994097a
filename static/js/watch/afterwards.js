// When the webinar is over: say how far the replay is, and turn into its page once it can be watched.
import { followReplay } from "../replay/replay_state.js";
import { find } from "../shared/elements.js";

let isFollowing = false;

/** `address`: {api, page}; `texts`: pages/texts/replay.py. */
export function followAfterwards(address, texts) {
  if (isFollowing) return;
  isFollowing = true;
  const [words, bar] = [find("over-replay"), find("over-progress")];
  followReplay(address.api, {
    show: ({ status, progress }) => {
      if (status === "ready") {
        location.replace(address.page);
        return;
      }
      words.hidden = status === "none";
      bar.hidden = status !== "processing";
      bar.querySelector("progress").value = progress;
      if (status === "none") return;
      find("over-words").textContent = texts.thanks;
      if (words.textContent !== texts[status]) words.textContent = texts[status];
    },
  });
}
