// The audience's page: lobby, live, ended — following the session without reloading.
import { momentInWords, setZone } from "./clock.js";
import { MediaConnection } from "./connection.js";
import { setToggle } from "./controls.js";
import { failure, hideFailure, keyOfBrowser, keyOfClosing, showFailure } from "./failures.js";
import { mountLobby } from "./lobby.js";
import { noticesIn } from "./notices.js";
import { callApi, plural, readJson, setServerClock } from "./page.js";
import { mountPanels } from "./panels.js";
import { mountQuality } from "./quality.js";
import { connectRealtime } from "./realtime.js";
import { Stage } from "./stage.js";
import { screenWakeLock } from "./wakelock.js";

const config = readJson("config");
const { texts, csrfToken } = config;
const find = (id) => document.getElementById(id);
const page = find("watch");
const views = ["lobby", "theatre", "over", "blocking"].map(find);
setServerClock(config.now);
setZone(config.zone);

const session = { ...config.session };
const notices = noticesIn(find("notices"), texts.close);
const wakeLock = screenWakeLock();
const lobby = mountLobby(find("lobby"), texts);
const overlay = find("overlay");
const unmute = find("unmute");
let socket = null;
let media = null;
let isConnected = false;
let hadScreen = false;

const announce = (text) => {
  find("announcer").textContent = text;
};

/** Show one of the views; what belongs to the others stops. */
function show(name) {
  if (page.dataset.view === name) return;
  page.dataset.view = name;
  for (const view of views) view.hidden = view.id !== name;
  if (name === "theatre") wakeLock.on();
  else wakeLock.off();
}

function showBlocking(key) {
  leaveMedia();
  showFailure(find("blocking"), key, { act: () => location.reload(), heading: "h1" });
  show("blocking");
}

const stage = new Stage(find("stage"), texts.stage, {
  onDraw: (tiles, hasScreen) => {
    if (isConnected && hasScreen !== hadScreen) announce(hasScreen ? texts.screenOn : texts.screenOff);
    hadScreen = hasScreen;
    const wasAway = !find("away").hidden;
    find("away").hidden = !isConnected || tiles > 0;
    find("connecting").hidden = isConnected;
    if (isConnected && tiles === 0 && !wasAway) announce(texts.away);
    if (isConnected && tiles > 0 && wasAway) announce(texts.back);
  },
});
const quality = mountQuality(find("quality"), { remeasure: () => stage.remeasure() });

function enterMedia() {
  show("theatre");
  if (media) return;
  isConnected = false;
  media = new MediaConnection({
    join: () => callApi(`${config.api}/join`, { method: "POST", body: { as: "audience" }, csrfToken }),
    roomOptions: { adaptiveStream: quality.adaptive },
  });
  const mine = media;
  mine.addEventListener("room", ({ detail: { room } }) => {
    const { RoomEvent } = window.LivekitClient;
    const drawSound = () => {
      unmute.hidden = room.canPlaybackAudio || !hasSound();
      if (unmute.hidden) notices.clear("sound_blocked");
    };
    room.on(RoomEvent.AudioPlaybackStatusChanged, drawSound);
    room.on(RoomEvent.TrackSubscribed, drawSound);
    quality.apply(room);
    stage.follow(room);
  });
  mine.addEventListener("connected", () => {
    isConnected = true;
    hideFailure(overlay);
    stage.draw();
  });
  mine.addEventListener("waiting", ({ detail: { key } }) => {
    isConnected = false;
    find("away").hidden = true;
    find("connecting").hidden = true;
    showFailure(overlay, key, { act: () => window.dispatchEvent(new Event("online")) });
  });
  mine.addEventListener("failed", ({ detail: { key } }) => {
    if (key === "ended") finish();
    else showBlocking(key);
  });
  mine.start();
}

function leaveMedia() {
  const leaving = media;
  media = null;
  isConnected = false;
  stage.follow(null);
  leaving?.stop();
  hideFailure(overlay);
  unmute.hidden = true;
}

const hasSound = () => document.querySelector("audio[data-sound]") !== null;

function finish() {
  leaveMedia();
  socket?.close();
  show("over");
  find("over-title").focus();
}

/** Bring the page to what the session is now. */
function follow(changed) {
  const before = session.scheduled_start_time;
  Object.assign(session, changed);
  noticeMove(before, session.scheduled_start_time);
  lobby.show(session.scheduled_start_time);
  switch (session.status) {
    case "live":
      enterMedia();
      break;
    case "scheduled":
      leaveMedia();
      show("lobby");
      break;
    case "ended":
      finish();
      break;
    default:
      // A new time brings it back: the socket goes on listening.
      showBlocking("expired");
  }
}

/** Say that the time has changed, however we learned it. */
function noticeMove(before, after) {
  if (session.status !== "scheduled" || !after || (before && Date.parse(before) === Date.parse(after))) return;
  const row = failure("moved");
  notices.show("moved", `${row.sentence} ${momentInWords(after)}. ${row.step}`, { lasting: true });
}

function drawViewers(count) {
  for (const element of document.querySelectorAll("[data-viewers]")) {
    element.textContent = count > 0 ? plural(texts.watching, count) : "";
  }
}

function followSession() {
  socket = connectRealtime({ ticketUrl: config.ticketUrl, csrfToken });
  mountPanels(find("panels"), {
    room: socket,
    api: config.api,
    call: (path, options = {}) => callApi(`${config.api}/${path}`, { csrfToken, ...options }),
    texts: texts.panels,
    announce,
    notices,
    isStudio: false,
  });
  socket.on("open reset", ({ session: now, viewer_count: count }) => {
    notices.clear("socket");
    follow(now);
    drawViewers(count);
  });
  socket.on("session.live session.ended session.expired session.rescheduled session.settings", (data, type) => {
    if (type === "session.live") announce(texts.live);
    follow(data);
  });
  socket.on("session.cancelled", () => showBlocking("cancelled"));
  socket.on("presence.count", (data) => drawViewers(data.viewer_count));
  socket.on("host.video", (data) => announce(data.enabled ? texts.cameraOn : texts.cameraOff));
  socket.on("host.audio", (data) => announce(data.enabled ? texts.microphoneOn : texts.microphoneOff));
  socket.on("lost", () => {
    if (session.status !== "live") notices.show("socket", texts.reconnecting, { lasting: true });
  });
  socket.on("closed", async ({ code }) => {
    const key = await keyOfClosing(code, config.api);
    // What was said before (cancelled, removed) stays said.
    if (!key || page.dataset.view === "blocking") return;
    if (key === "ended") finish();
    else showBlocking(key);
  });
}

unmute.addEventListener("click", async () => {
  await media?.room?.startAudio();
  unmute.hidden = true;
});

let silent = false;
find("sound").addEventListener("click", () => {
  silent = !silent;
  stage.setMuted(silent);
  setToggle(find("sound"), !silent, silent ? texts.soundOn : texts.soundOff);
  if (!silent) media?.room?.startAudio();
});

const fullscreen = find("fullscreen");
const whole = find("stage-wrap");
fullscreen.addEventListener("click", async () => {
  if (document.fullscreenElement) await document.exitFullscreen();
  else if (whole.requestFullscreen) await whole.requestFullscreen();
  // iPhones show only a video element on the whole screen.
  else whole.querySelector("video:not([hidden])")?.webkitEnterFullscreen?.();
});
document.addEventListener("fullscreenchange", () => {
  const isFull = Boolean(document.fullscreenElement);
  setToggle(fullscreen, isFull, isFull ? texts.leaveFullscreen : texts.fullscreen);
});

const browserKey = keyOfBrowser({ publishing: false });
if (browserKey === "unsupported_browser") {
  showBlocking(browserKey);
} else {
  // Some apps' browsers do play: say what to do if not, and try.
  if (browserKey) showFailure(find("browser-hint"), browserKey);
  setToggle(find("sound"), true, texts.soundOff);
  follow({});
  followSession();
}
