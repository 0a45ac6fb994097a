// Everybody is told that the session is recorded: a badge while it is, a sentence where somebody is about to be seen.

/** What to say to somebody who is about to be seen or heard. */
export function recordedSentence({ recording, session }, texts) {
  if (recording.active) return texts.now;
  return session.recording_enabled && session.status === "scheduled" ? texts.planned : texts.not;
}

/**
 * Keep `[data-recorded-badge]` (shown while recorded) and `[data-recorded-note]` (the sentence) true, and read changes aloud.
 * `texts`: {now, planned, not, started, stopped}.
 */
export function mountRecorded(room, texts, announce) {
  let was = false;

  function draw() {
    const { active } = room.state.recording;
    for (const badge of document.querySelectorAll("[data-recorded-badge]")) badge.hidden = !active;
    for (const note of document.querySelectorAll("[data-recorded-note]")) note.textContent = recordedSentence(room.state, texts);
    if (active !== was && room.state.session.status === "live") announce(active ? texts.started : texts.stopped);
    was = active;
  }

  room.on("open reset recording.started recording.stopped session.live session.settings", draw);
}
