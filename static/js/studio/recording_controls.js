// Recording from the studio: the button, for how long it has run, and the list of the session's recordings.
import { durationAsClock, everySecond, timeOfDay } from "../shared/clock.js";
import { setToggle } from "../shared/controls.js";
import { callApi, fill } from "../shared/page.js";

const find = (id) => document.getElementById(id);

/** How far a recording is, in words. */
function words(recording, texts) {
  if (recording.status === "completed") return fill(texts.completed, { duration: durationAsClock((recording.duration ?? 0) * 1000) });
  if (recording.status === "failed") return recording.error_message || texts.failed;
  if (recording.phase === "capturing") return texts.capturing;
  return fill(texts.processing, { progress: recording.progress });
}

function itemOf(recording, { texts, download }) {
  const item = document.createElement("li");
  item.className = "recording-row";
  item.dataset.recording = recording.id;
  item.dataset.state = recording.status === "recording" ? recording.phase : recording.status;
  const main = document.createElement("div");
  main.className = "main";
  const title = Object.assign(document.createElement("p"), { className: "title", textContent: recording.name });
  const since = fill(texts.since, { moment: timeOfDay(recording.started_at) });
  const state = Object.assign(document.createElement("p"), { className: "muted small" });
  state.textContent = `${since} · ${words(recording, texts)}`;
  main.append(title, state);
  if (recording.phase === "processing") {
    const bar = Object.assign(document.createElement("progress"), { max: 100, value: recording.progress });
    bar.setAttribute("aria-label", recording.name);
    main.append(bar);
  }
  item.append(main);
  if (recording.status === "completed") {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: texts.download });
    button.setAttribute("aria-label", fill(texts.downloadNamed, { name: recording.name }));
    button.addEventListener("click", () => download(recording));
    item.append(button);
  }
  return item;
}

/** Mount the button, clock and list of whoever leads the session. `post(action)` and `api` as in studio.js. */
export function mountRecording({ room, post, texts, notices, csrfToken }) {
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
    list.replaceChildren(...recordings.map((recording) => itemOf(recording, { texts, download })));
    if (focused) list.querySelector(`[data-recording="${focused}"] button`)?.focus();
    find("recordings-none").hidden = recordings.length > 0;
    find("recordings-count").textContent = recordings.length || "";
  }

  function draw() {
    if (!room.state) return;
    button.hidden = room.state.session.status !== "live";
    setToggle(button, active(), active() ? texts.stop : texts.start);
    drawList();
  }

  async function toggle() {
    const wasActive = active();
    button.disabled = true;
    try {
      await post(wasActive ? "recordings/stop" : "recordings/start");
      notices.show("recording", wasActive ? texts.stopped : texts.started, { tone: "success" });
    } catch (error) {
      refused(error);
    }
    button.disabled = false;
  }

  function tellEnd(recording, type) {
    const isReady = type === "recording.completed";
    const sentence = fill(isReady ? texts.ready : texts.failedNamed, { name: recording.name, reason: recording.error_message ?? "" });
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
