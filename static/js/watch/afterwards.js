// When the webinar is over: say how far the replay is, and turn into its page once it can be watched.
import { followReplay } from "../replay/replay_state.js";
import { find, make } from "../shared/elements.js";
import { gettext } from "../shared/gettext.js";

let isFollowing = false;

const WORDS = {
  processing: gettext("The recording is being prepared. Stay here and this page shows it as soon as it is ready."),
  review: gettext("There will be a recording. The host looks at it first; this page shows it once it is published."),
};

/**
 * What the host says and asks at the end, as it is now: it may have been written while the page was open.
 * @param {Published} room of the session
 * @param {Call} call
 */
export function showThanks(room, call) {
  if (!room) return;
  if (room.survey) import("../surveys/survey.js").then(({ mountSurvey }) => mountSurvey(find("survey"), call), () => {});
  const card = find("over");
  const text = card.querySelector("[data-thanks-text]");
  text.hidden = !room.thank_you_text;
  find("over-words").hidden = !text.hidden; // the host has thanked them
  text.textContent = room.thank_you_text;
  const link = card.querySelector("[data-thanks-link]");
  link.hidden = !room.thank_you_link_url;
  const anchor = link.querySelector("a");
  anchor.href = room.thank_you_link_url ?? "#";
  anchor.textContent = room.thank_you_link_label || room.thank_you_link_url;
}

/** `address`: {api, page}. */
export function followAfterwards(address) {
  if (isFollowing) return;
  isFollowing = true;
  const [words, bar] = [find("over-replay"), find("over-progress")];
  followReplay(address.api, {
    show: ({ status, progress }) => {
      const survey = find("survey");
      if (status === "ready" && survey.dataset.survey === "begun") {
        // Nobody loses what they are writing.
        survey.addEventListener("sent", () => location.replace(address.page));
        words.replaceChildren(make("a", { href: address.page, textContent: gettext("Watch the replay") }));
        bar.hidden = true;
        words.hidden = false;
        return;
      }
      if (status === "ready") {
        location.replace(address.page);
        return;
      }
      words.hidden = status === "none";
      bar.hidden = status !== "processing";
      bar.querySelector("progress").value = progress;
      if (status === "none") return;
      find("over-words").textContent = gettext("Thank you for coming.");
      if (words.textContent !== WORDS[status]) words.textContent = WORDS[status];
    },
  });
}
