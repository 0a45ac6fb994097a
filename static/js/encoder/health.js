// How the stream is doing: asked for every few seconds, shown as a line in the studio, and in a dialog with curves.
import { find, make } from "../shared/elements.js";
import { gettext, interpolate, language, ngettext } from "../shared/gettext.js";
import { mountChart } from "./chart.js";

const EVERY = 3000; // milliseconds between two looks
const SPAN = 5 * 60 * 1000; // what the curves show

const STATES = {
  waiting: gettext("Waiting for your encoder"),
  publishing: gettext("Your stream arrives"),
  interrupted: gettext("Your encoder was interrupted"),
};
const STATUSES = {
  good: gettext("Everything is fine."),
  poor: gettext("Something needs your attention:"),
  offline: gettext("Nothing is sent at the moment."),
};
const PROTOCOLS = { rtmp: gettext("Encoder (RTMP)"), whip: gettext("Encoder (WHIP)"), browser: gettext("Browser") };
const HLS = { off: gettext("off"), starting: gettext("starting"), running: gettext("running"), stalled: gettext("stalled") };

const number = (value, digits = 0) =>
  new Intl.NumberFormat(language(), { maximumFractionDigits: digits }).format(value);
const bitRate = (kbps) => interpolate(gettext("%(number)s kbit/s"), { number: number(kbps) });
const frameRate = (fps) => interpolate(gettext("%(number)s frames per second"), { number: number(fps) });

/**
 * Mount the health dialog and, for sessions with an encoder, its line. `look()` resolves to the API's stream_health.
 * Without an encoder it is asked only while the dialog is open. Returns {start(), stop(), isSending()}.
 */
export function mountHealth({ look, announce, hasEncoder, changed = () => {} }) {
  const dialog = find("health-dialog");
  const draw = mountChart(find("health-chart"), SPAN);
  /** @type {{at: number, kbps: number | null, fps: number | null}[]} */
  let samples = [];
  /** @type {any} what was found last, null until then */
  let health = null;
  /** @type {Timer} */
  let timer;
  let isRunning = false;
  let isLooking = false;
  let state = null;

  const isWanted = () => isRunning && !document.hidden && (hasEncoder || dialog.open);

  async function ask() {
    clearTimeout(timer);
    if (!isWanted() || isLooking) return;
    isLooking = true;
    try {
      take(await look());
    } catch {
      // The studio says by itself when the server is away; the next look is tried in a moment.
    }
    isLooking = false;
    timer = setTimeout(ask, EVERY);
  }

  function take(found) {
    health = found;
    const { ingest } = found;
    const isSending = ingest.state === "publishing";
    samples.push({
      at: Date.now(),
      kbps: isSending && ingest.bitrate !== null ? ingest.bitrate / 1000 : null,
      fps: isSending ? ingest.fps : null,
    });
    samples = samples.filter((sample) => sample.at > Date.now() - SPAN);
    drawLine();
    if (dialog.open) drawDialog();
    changed();
  }

  function figures() {
    const { bitrate, fps, width, height } = health.ingest;
    return [
      bitrate === null ? null : bitRate(bitrate / 1000),
      fps === null ? null : frameRate(fps),
      width && height ? `${width} × ${height}` : null,
    ].filter(Boolean);
  }

  function drawLine() {
    if (!hasEncoder) return;
    const line = find("encoder-bar");
    line.dataset.state = health.ingest.state;
    line.dataset.status = health.status;
    // A status region speaks whenever it changes: the figures stand beside it.
    if (state !== health.ingest.state) find("encoder-state").textContent = STATES[health.ingest.state];
    state = health.ingest.state;
    find("encoder-figures").textContent = figures().join(" · ");
    drawWarnings(find("encoder-warnings"), health.warnings.slice(0, 2), announce);
  }

  function drawWarnings(list, warnings, tell) {
    const before = [...list.children].map((item) => item.textContent);
    if (before.length === warnings.length && before.every((text, index) => text === warnings[index])) return;
    list.replaceChildren(...warnings.map((text) => make("li", { textContent: text })));
    list.hidden = warnings.length === 0;
    const fresh = warnings.filter((text) => !before.includes(text));
    if (fresh.length > 0) tell(fresh.join(" "));
  }

  function row(name, value) {
    const known = find(`health-${name}`);
    known.textContent = value ?? "–";
  }

  function drawDialog() {
    const { ingest, hls, recording } = health;
    find("health-status").textContent = STATUSES[health.status];
    find("health-status").dataset.status = health.status;
    // The line in the studio has said them already, where there is one.
    drawWarnings(find("health-warnings"), health.warnings, hasEncoder ? () => {} : announce);
    row("source", ingest.protocol ? PROTOCOLS[ingest.protocol] : STATES[ingest.state]);
    row("picture", figures().join(" · ") || null);
    const reencoded = ingest.is_reencoded ? ` (${gettext("re-encoded here")})` : "";
    row("codec", ingest.codec && ingest.codec.toUpperCase() + reencoded);
    const { keyframe_interval: interval } = ingest;
    row("keyframes", interval && interpolate(gettext("every %(number)s s"), { number: number(interval, 1) }));
    const count = health.webrtc_viewers;
    row("viewers", interpolate(ngettext("%(count)s person", "%(count)s people", count), { count }));
    const behind = { number: number(hls.latency ?? 0, 1) };
    const late = hls.latency === null ? "" : ` · ${interpolate(gettext("%(number)s s behind"), behind)}`;
    row("hls", HLS[hls.status] + late);
    const minutes = number((recording?.duration ?? 0) / 60);
    row("recording", recording ? interpolate(gettext("running for %(minutes)s min"), { minutes }) : gettext("off"));
    drawChart();
  }

  function drawChart() {
    const tops = draw(samples, Date.now());
    const sent = samples.filter((sample) => sample.kbps !== null);
    find("health-figure").hidden = sent.length === 0;
    find("health-nothing").hidden = sent.length > 0;
    if (sent.length === 0) return;
    find("health-top-kbps").textContent = bitRate(tops.kbps);
    find("health-top-fps").textContent = frameRate(tops.fps);
    const words = gettext(
      "Over the last minutes: %(least)s to %(most)s kbit/s, now %(now)s; at least %(fewest)s frames per second, now %(fps)s.",
    );
    const rates = sent.map((sample) => sample.kbps ?? 0);
    const pictures = sent.map((sample) => sample.fps ?? 0);
    find("health-chart-words").textContent = interpolate(words, {
      least: number(Math.min(...rates)),
      most: number(Math.max(...rates)),
      now: number(rates.at(-1)),
      fewest: number(Math.min(...pictures)),
      fps: number(pictures.at(-1)),
    });
  }

  find("health-open").addEventListener("click", () => {
    if (health) drawDialog();
    dialog.showModal();
    ask();
  });
  document.addEventListener("visibilitychange", ask);

  return {
    start() {
      isRunning = true;
      ask();
    },
    stop() {
      isRunning = false;
      clearTimeout(timer);
    },
    /** Whether a stream arrives, as far as we know. */
    isSending: () => health?.ingest.state === "publishing",
  };
}
