// A recording's page for its host: look at it, and set where what is shown begins and ends.
import { Captions } from "../replay/video_captions.js";
import { mountControls } from "../replay/video_controls.js";
import { Player } from "../replay/video_player.js";
import { mountSeekBar } from "../replay/seek_bar.js";
import { announcer } from "../shared/announcer.js";
import { durationAsClock } from "../shared/clock.js";
import { find } from "../shared/elements.js";
import { hideFailure, showFailure } from "../shared/failures.js";
import { gettext, interpolate } from "../shared/gettext.js";
import { callApi, pageAsItIsNow, readJson } from "../shared/page.js";

const EVERY = 3000; // ms between two looks at the processing
const SHORTEST = 1; // second that must be left
const config = readJson("config");
const { part } = config;

/** 4:07.3 */
const clock = (seconds) => `${durationAsClock(seconds * 1000)}.${Math.floor((seconds % 1) * 10 + 0.001)}`;

/** The video is asked for in one piece, whatever is shown of it. */
async function renew() {
  const { download_url: url, expires_at: until } = await callApi(`${config.api}/download?original=true`);
  const { pathname, search } = new URL(url, location.href); // of our own origin, whatever name this page was opened by
  return { ...whole, url: pathname + search, expires_at: until };
}

let whole = { ...part, trim_start: null, trim_end: null };

async function mountEditor() {
  const say = announcer(find("announcer"));
  const player = new Player(find("video"), renew);
  const captions = new Captions(player.video, find("captions-track"));
  mountControls(find("player"), player, captions, { say });
  mountSeekBar(find("seek"), player);
  player.addEventListener("trouble", ({ detail: { key } }) => {
    if (key) showFailure(find("trouble"), key, { act: () => player.again() });
    else hideFailure(find("trouble"));
  });
  player.load(await renew());
  mountTrim(player);
  const moment = find("poster-form");
  const here = moment.querySelector("[data-here]");
  here.hidden = false;
  here.addEventListener("click", () => {
    moment.elements.at.value = String(Math.round(player.videoTime * 10) / 10);
  });
}

function mountTrim(player) {
  const box = find("trim");
  const get = (name) => box.querySelector(`[data-${name}]`);
  const form = find("trim-form");
  const fields = [form.elements.trim_start, form.elements.trim_end];
  const [from, to, preview] = [get("from"), get("to"), get("preview-trim")];
  const length = part.duration;
  let isPreview = false;
  for (const handle of [from, to]) handle.max = String(length);
  const numbers = () => [Number(fields[0].value || 0), fields[1].value === "" ? length : Number(fields[1].value)];
  const saved = fields.map((field) => field.value).join();

  function draw() {
    const [start, end] = numbers();
    from.value = String(start);
    to.value = String(end);
    from.setAttribute("aria-valuetext", clock(start));
    to.setAttribute("aria-valuetext", clock(end));
    const kept = get("kept");
    kept.style.left = `${(start / length) * 100}%`;
    kept.style.width = `${(Math.max(0, end - start) / length) * 100}%`;
    get("from-time").textContent = interpolate(gettext("Starts at %(time)s"), { time: clock(start) });
    get("to-time").textContent = interpolate(gettext("Ends at %(time)s"), { time: clock(end) });
    const lengths = { length: clock(Math.max(0, end - start)), whole: clock(length) };
    get("length").textContent = interpolate(gettext("%(length)s of %(whole)s are shown"), lengths);
    form.querySelector("[data-unsaved]").textContent = fields.map((field) => field.value).join() === saved ? "" : gettext("Not saved yet");
    if (isPreview) apply();
  }

  /** Both in their order, inside the recording, with something left between them. */
  function set(start, end, moved) {
    const round = (seconds) => Math.round(seconds * 10) / 10;
    const first = moved === "from" ? Math.min(Math.max(0, start), end - SHORTEST) : Math.max(0, start);
    const last = moved === "to" ? Math.max(Math.min(length, end), first + SHORTEST) : Math.min(length, end);
    fields[0].value = first <= 0 ? "" : String(round(first));
    fields[1].value = last >= length - 0.05 ? "" : String(round(last));
    draw();
  }

  function apply() {
    const [start, end] = numbers();
    whole = isPreview ? { ...part, trim_start: start, trim_end: end } : { ...part, trim_start: null, trim_end: null };
    player.update(whole);
  }

  function show(yes) {
    isPreview = yes;
    preview.setAttribute("aria-pressed", String(yes));
    preview.textContent = yes ? gettext("Back to the whole recording") : gettext("Play the trimmed recording");
    apply();
    if (!yes) return;
    player.time = 0;
    player.play();
  }

  from.addEventListener("input", () => {
    const [, end] = numbers();
    set(Number(from.value), end, "from");
    if (!isPreview) player.videoTime = numbers()[0];
  });
  to.addEventListener("input", () => {
    const [start] = numbers();
    set(start, Number(to.value), "to");
    if (!isPreview) player.videoTime = numbers()[1];
  });
  get("set-from").addEventListener("click", () => set(player.videoTime, Math.max(numbers()[1], player.videoTime + SHORTEST), "from"));
  get("set-to").addEventListener("click", () => set(Math.min(numbers()[0], player.videoTime - SHORTEST), player.videoTime, "to"));
  preview.addEventListener("click", () => show(!isPreview));
  for (const field of fields) field.addEventListener("input", draw);
  box.hidden = false;
  draw();
}

/** While it is made, the page waits for it. */
function waitForIt() {
  setInterval(async () => {
    if (document.hidden) return;
    try {
      const { status, progress } = await callApi(config.api);
      if (status !== "recording") location.reload();
      const bar = find("making-progress");
      if (!bar) return;
      bar.value = progress;
      find("making-percent").textContent = interpolate(gettext("%(percent)s %%"), { percent: progress });
    } catch {
      // Offline for a moment: asked again.
    }
  }, EVERY);
}

/** What is made behind the scenes, the file of the span or the poster of a moment, appears in its place. */
async function waitFor(place) {
  while (place.hasAttribute("data-pending")) {
    await new Promise((done) => { setTimeout(done, EVERY); });
    if (document.hidden) continue;
    const page = await pageAsItIsNow().catch(() => null);
    const fresh = page?.getElementById(place.id);
    if (!fresh || fresh.hasAttribute("data-pending")) continue;
    place.replaceChildren(...fresh.childNodes);
    place.removeAttribute("data-pending");
  }
}

if (config.isReady) for (const name of ["files", "poster-now"]) waitFor(find(name));
if (config.isReady) mountEditor().catch(() => showFailure(find("trouble"), "replay_failed", { act: () => location.reload() }));
else if (config.isBeingMade) waitForIt();
