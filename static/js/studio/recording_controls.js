// Recording from the studio: the button, for how long it has run, and the list of the session's recordings.
import { durationAsClock, everySecond, timeOfDay } from "../shared/clock.js";
import { setToggle } from "../shared/controls.js";
import { action, find, make } from "../shared/elements.js";
import { gettext, interpolate, pgettext } from "../shared/gettext.js";
import { callApi } from "../shared/page.js";

/** How far a recording is, in words. */
function stateOf(recording) {
  const duration = durationAsClock((recording.duration ?? 0) * 1000);
  if (recording.status === "completed") return interpolate(gettext("Ready: %(duration)s"), { duration });
  if (recording.status === "failed") return recording.error_message || gettext("Failed");
  if (recording.phase === "capturing") return gettext("Being recorded");
  return interpolate(gettext("Being processed: %(progress)s %%"), { progress: recording.progress });
}

function itemOf(recording, download) {
  const title = make("p", { className: "title", textContent: recording.name });
  const since = interpolate(gettext("Since %(moment)s"), { moment: timeOfDay(recording.started_at) });
  const about = make("p", { className: "muted small", textContent: `${since} · ${stateOf(recording)}` });
  const main = make("div", { className: "main" }, title, about);
  if (recording.phase === "processing") {
    main.append(make("progress", { max: 100, value: recording.progress, aria: { label: recording.name } }));
  }
  const state = recording.status === "recording" ? recording.phase : recording.status;
  const item = make("li", { className: "recording-row", dataset: { recording: recording.id, state } }, main);
  if (recording.status === "completed") {
    const label = interpolate(gettext("Download “%(name)s”"), { name: recording.name });
    item.append(action(gettext("Download"), () => download(recording), { label, className: "button" }));
  }
  return item;
}

/** Mount the button, clock and list of whoever leads the session. `post(action)` and `api` as in studio.js. */
export function mountRecording({ room, post, notices, csrfToken }) {
  const button = find("recording");
  const list = find("recordings-list");
  const active = () => room.state?.recording.active ?? false;

  const refused = (error) => notices.show("recording", error.message, { tone: "error", lasting: true });

  async function download(recording) {
    try {
      const link = await callApi(`/v1/webinar/recordings/${recording.id}/download`, { csrfToken });
      window.open(link.download_url, "_blank", "noopener");
    } catch (error) {
      refused(error);
    }
  }

  function drawList() {
    const { recordings } = room.state;
    const focused = document.activeElement?.closest?.("[data-recording]")?.dataset.recording;
    list.replaceChildren(...recordings.map((recording) => itemOf(recording, download)));
    if (focused) list.querySelector(`[data-recording="${focused}"] button`)?.focus();
    find("recordings-none").hidden = recordings.length > 0;
    find("recordings-count").textContent = recordings.length || "";
  }

  function draw() {
    if (!room.state) return;
    button.hidden = room.state.session.status !== "live";
    setToggle(button, active(), active() ? gettext("Stop recording") : pgettext("verb", "Record"));
    drawList();
  }

  async function toggle() {
    const wasActive = active();
    button.disabled = true;
    try {
      await post(wasActive ? "recordings/stop" : "recordings/start");
      const done = wasActive
        ? gettext("The recording has stopped. Its file is being made.")
        : gettext("The recording has started. Everyone can see that.");
      notices.show("recording", done, { tone: "success" });
    } catch (error) {
      refused(error);
    }
    button.disabled = false;
  }

  function tellEnd(recording, type) {
    const isReady = type === "recording.completed";
    const words = isReady ? gettext("The recording “%(name)s” is ready.") : gettext("The recording “%(name)s” failed: %(reason)s");
    const sentence = interpolate(words, { name: recording.name, reason: recording.error_message ?? "" });
    notices.show(`recording-${recording.id}`, sentence, { tone: isReady ? "success" : "error", lasting: !isReady });
  }

  button.addEventListener("click", toggle);
  find("recordings").addEventListener("click", () => find("recordings-dialog").showModal());
  const events = "recording.started recording.stopped recording.progress recording.completed recording.failed recording.deleted";
  room.on(`open reset session.live ${events}`, draw);
  room.on("recording.completed recording.failed", tellEnd);
}

/** Show for how long the session has been recorded, to everybody in the studio. */
export function mountRecordingClock(room) {
  everySecond((now) => {
    const since = room.state?.recording.started_at;
    find("recording-clock").textContent = since ? durationAsClock(now - Date.parse(since)) : "";
  });
}
