// The audience's page: lobby, live, ended — following the session without reloading.
import { mountCaptions } from "../captions/stage_captions.js";
import { OnStage } from "../on_stage/on_stage.js";
import { mountRaiseHand } from "../on_stage/raise_hand.js";
import { mountRecorded } from "../recordings/recorded.js";
import { mountPanels } from "../room/panels.js";
import { connectRealtime } from "../room/realtime.js";
import { rememberTab } from "../room/returning.js";
import { mountSessionWords } from "../room/session_words.js";
import { announcer } from "../shared/announcer.js";
import { momentInWords, setZone } from "../shared/clock.js";
import { find, make } from "../shared/elements.js";
import { failure, keyOfBrowser, keyOfClosing, showFailure } from "../shared/failures.js";
import { gettext, interpolate, ngettext } from "../shared/gettext.js";
import { prefetchLivekit } from "../shared/libraries.js";
import { noticesIn } from "../shared/notices.js";
import { callApi, readJson, setServerClock } from "../shared/page.js";
import { mountViewport } from "../shared/viewport.js";
import { SessionStore } from "../state/store.js";
import { followAfterwards, showThanks } from "./afterwards.js";
import { mountLobby } from "./lobby.js";
import { followRole } from "./promotion.js";
import { Theatre } from "./theatre.js";
import { screenWakeLock } from "./wake_lock.js";

const LAST_WORDS = 8000; // milliseconds

const config = readJson("config");
const { csrfToken } = config;
const page = find("watch");
const views = ["lobby", "theatre", "over", "blocking"].map(find);
setServerClock(config.now);
setZone(config.zone);

const store = new SessionStore(config.session);
let shownStart = store.session.scheduled_start_time;
const notices = noticesIn(find("notices"));
const wakeLock = screenWakeLock();
const playsWebRTC = Boolean(window.RTCPeerConnection);
const lobby = mountLobby(find("lobby"), { getReady: () => playsWebRTC && prefetchLivekit() });
/** @type {Call} */
const call = (path, options = {}) => callApi(`${config.api}/${path}`, { csrfToken, ...options });
let { name } = config;
/** @type {Realtime | null} */
let socket = null;
/** @type {OnStage | null} */
let onStage = null;
/** @type {Memory} known before the session is followed */
let memory;
let drawHand = () => {};

const announce = announcer(find("announcer"));

/** Say at once what must not be missed, in place of what is being read out. */
const announceNow = (text) => {
  // A new element is read out even when it says the same as before.
  find("alerts").replaceChildren(make("span", { textContent: text }));
};

const theatre = new Theatre({
  join,
  hls: { ask: () => call("hls", { method: "POST" }), library: config.hlsLibrary, isOnly: !playsWebRTC },
  announce,
  notices,
  failed,
  changed: () => onStage?.draw(),
});

/** Come in. The reply says what the session calls the person: not what they typed where that name was taken. */
async function join() {
  const reply = await call("join", { method: "POST", body: { as: "audience" } });
  if (reply.username !== name) {
    const words = gettext("Somebody here has your name already: you are shown as “%(name)s”.");
    notices.show("name", interpolate(words, { name: reply.username }), { lasting: true });
  }
  name = reply.username;
  return reply;
}

/** Show one of the views; what belongs to the others stops. */
function show(shown) {
  if (page.dataset.view === shown) return;
  page.dataset.view = shown;
  for (const view of views) view.hidden = view.id !== shown;
  if (shown === "theatre") wakeLock.on();
  else wakeLock.off();
}

function showBlocking(key) {
  leaveMedia();
  showFailure(find("blocking"), key, { act: () => location.reload(), heading: "h1" });
  show("blocking");
}

function failed(key) {
  if (key === "ended") end();
  else showBlocking(key);
}

function leaveMedia() {
  onStage?.stop();
  theatre.leave();
}

function finish() {
  leaveMedia();
  socket?.close();
  showThanks(store.session.room, call);
  show("over");
  find("over-title").focus();
  followAfterwards(config.replay);
}

/** The session is over: what was said last is still to be seen, where it comes later. */
function end() {
  theatre.afterLast(finish, LAST_WORDS);
}

/** Bring the page to what the session is now. */
function follow() {
  const { session } = store;
  if (session.started_at) find("hls-bar").dataset.startedAt = session.started_at;
  noticeMove(shownStart, session.scheduled_start_time);
  shownStart = session.scheduled_start_time;
  lobby.show(shownStart);
  switch (session.status) {
    case "live":
      show("theatre");
      theatre.enter();
      break;
    case "scheduled":
      leaveMedia();
      show("lobby");
      break;
    case "ended":
      end();
      break;
    default:
      // A new time brings it back: the socket goes on listening.
      showBlocking("expired");
  }
}

/** Say that the time has changed, however we learned it. */
function noticeMove(before, after) {
  if (store.session.status !== "scheduled" || (before ?? "") === (after ?? "") || (before && Date.parse(before) === Date.parse(after))) return;
  if (!after) {
    notices.show("moved", gettext("This webinar has no date now: it starts as soon as the host is ready."), { lasting: true });
    return;
  }
  const row = failure("moved");
  notices.show("moved", `${row.sentence} ${momentInWords(after)}. ${row.step}`, { lasting: true });
}

function drawViewers(count) {
  // A hidden number has no place in the page until this person is on stage, and may see it.
  if (count > 0 && !document.querySelector(".theatre-viewers")) {
    find("theatre-title").parentElement?.append(make("p", { className: "theatre-viewers", dataset: { viewers: "" } }));
  }
  const words = ngettext("%(count)s person is here", "%(count)s people are here", count);
  for (const element of document.querySelectorAll("[data-viewers]")) {
    element.textContent = count > 0 ? interpolate(words, { count }) : "";
  }
}

function followSession() {
  const room = connectRealtime({ ticketUrl: config.ticketUrl, csrfToken, store });
  socket = room;
  const shared = { room, call, announce, notices };
  mountCaptions(room, announce, () => theatre.late);
  mountRecorded(room, announce);
  mountSessionWords(room);
  mountPanels(find("panels"), { ...shared, api: config.api, emojis: config.emojis, isStudio: false, studioUrl: config.studioUrl });
  room.on("open reset", ({ viewer_count: count }) => {
    notices.clear("socket");
    follow();
    drawViewers(count);
  });
  onStage = new OnStage({
    ...shared,
    theatre,
    announceNow,
    failed,
    changed: () => drawHand(),
    me: config.me,
    memory,
  });
  drawHand = mountRaiseHand({ ...shared, announceNow, isOnStage: () => onStage?.phase !== "off" });
  room.on("session.live session.ended session.expired session.rescheduled session.settings", (_data, type) => {
    if (type === "session.live") announce(gettext("The webinar is live"));
    follow();
  });
  room.on("open reset lobby.message", () => lobby.say(room.state.lobby_message.message));
  followRole(room, { notices, studioUrl: config.studioUrl });
  room.on("open reset stage.layout", () => room.state && theatre.stage.arrange(room.state));
  room.on("hls.ready open reset", () => room.state?.hls?.ready && theatre.hlsReady());
  room.on("session.cancelled", () => showBlocking("cancelled"));
  room.on("person.renamed", ({ user_id: who, username }) => {
    if (who === config.me) name = username;
  });
  room.on("presence.count", (data) => drawViewers(data.viewer_count));
  room.on("host.video", (data) =>
    announce(data.enabled ? gettext("The host turned the camera on") : gettext("The host turned the camera off")),
  );
  room.on("host.audio", (data) =>
    announce(data.enabled ? gettext("The host turned the microphone on") : gettext("The host turned the microphone off")),
  );
  room.on("lost", () => {
    if (store.session.status !== "live") notices.show("socket", gettext("Reconnecting: this page may not be up to date."), { lasting: true });
  });
  room.on("closed", async ({ code }) => {
    const key = await keyOfClosing(code, config.api, Boolean(store.session.started_at));
    // What was said before (cancelled, removed) stays said.
    if (key && page.dataset.view !== "blocking") failed(key);
  });
}

mountViewport(page);
const browserKey = keyOfBrowser({ publishing: false });
if (browserKey === "unsupported_browser") {
  showBlocking(browserKey);
} else {
  // Some apps' browsers do play: say what to do if not, and try.
  if (browserKey) showFailure(find("browser-hint"), browserKey);
  memory = await rememberTab(`stage:${store.session.id}`);
  follow();
  followSession();
}
