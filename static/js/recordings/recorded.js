// Everybody is told that the session is recorded: a badge while it is, a sentence where somebody is about to be seen.
import { gettext } from "../shared/gettext.js";

/** What to say to somebody who is about to be seen or heard. */
export function recordedSentence({ recording, session }) {
  if (recording.active) return gettext("This webinar is being recorded, and you with it while you are on stage.");
  return session.recording_enabled && session.status === "scheduled"
    ? gettext("This webinar will be recorded, and you with it while you are on stage.")
    : gettext("This webinar is not being recorded at the moment. You are told here if that changes.");
}

/** Say it in `[data-recorded-badge]` (shown while recorded) and `[data-recorded-note]`; `known` is the state, or what of it the page was made with. */
export function showRecorded(known) {
  for (const badge of document.querySelectorAll("[data-recorded-badge]")) badge.hidden = !known.recording.active;
  for (const note of document.querySelectorAll("[data-recorded-note]")) note.textContent = recordedSentence(known);
}

/** Keep it true, and read changes aloud. */
export function mountRecorded(room, announce) {
  let was = false;

  function draw() {
    const { active } = room.state.recording;
    showRecorded(room.state);
    if (active !== was && room.state.session.status === "live") {
      announce(active ? gettext("This webinar is being recorded now.") : gettext("This webinar is not being recorded any more."));
    }
    was = active;
  }

  room.on("open reset recording.started recording.stopped session.live session.settings", draw);
}
