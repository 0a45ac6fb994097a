// The studio: device check, backstage, live, over. The crew's camera, microphone and screen go to the session's media room.
import { durationAsClock, everySecond, momentInWords, setZone } from "./clock.js";
import { MediaConnection } from "./connection.js";
import { confirmIn, mountShortcuts, setToggle } from "./controls.js";
import { mountDeviceCheck } from "./devicecheck.js";
import { mountChoosers, rememberDevice } from "./devices.js";
import { failure, hideFailure, keyOfBrowser, keyOfClosing, keyOfDeviceError, keyOfError, showFailure } from "./failures.js";
import { hostStateTeller } from "./hoststate.js";
import { LocalMedia, publishInto, studioRoomOptions } from "./media.js";
import { noticesIn } from "./notices.js";
import { callApi, fill, plural, readJson, setServerClock } from "./page.js";
import { mountPanels } from "./panels.js";
import { connectRealtime } from "./realtime.js";
import { Stage } from "./stage.js";
import { talkingWatch } from "./talking.js";

const config = readJson("config");
const { texts, csrfToken, api } = config;
const find = (id) => document.getElementById(id);
const page = find("studio");
const views = ["check", "booth", "over", "blocking"].map(find);
setServerClock(config.now);
setZone(config.zone);

const session = { ...config.session };
const notices = noticesIn(find("notices"), texts.close);
const overlay = find("overlay");
const hasCamera = find("camera") !== null;
const post = (action, body = {}) => callApi(`${api}/${action}`, { method: "POST", body, csrfToken });
const isLive = () => session.status === "live";

let viewerCount = 0;
let connection = null;
let stopPublishing = () => {};

function show(name) {
  page.dataset.view = name;
  for (const view of views) view.hidden = view.id !== name;
}

const announce = (text) => {
  find("announcer").textContent = text;
};

function showBlocking(key, act) {
  showFailure(find("blocking"), key, { act, heading: "h1" });
  show("blocking");
}

function noticeFailure(key) {
  const row = failure(key);
  notices.show(key, `${row.sentence} ${row.step}`, { tone: "error", lasting: true });
  find("notices").dataset.failure = key;
}

// — what the session is —

function drawSession() {
  const live = isLive();
  find("phase").dataset.phase = live ? "live" : "rehearsal";
  find("phase").classList.toggle("live", live);
  page.dataset.phase = live ? "live" : "rehearsal";
  find("rehearsal-note").hidden = live;
  find("leave").hidden = live;
  find("go-live").hidden = live;
  find("end").hidden = !live;
  find("timer-fact").hidden = !live;
  drawViewers(viewerCount);
}

function drawViewers(count) {
  viewerCount = count ?? 0;
  find("viewers").textContent = plural(isLive() ? texts.countWatching : texts.countWaiting, viewerCount);
}

function follow(changed) {
  const wasLive = isLive();
  Object.assign(session, changed);
  if (session.status === "ended") {
    finish();
    return;
  }
  if (session.status === "expired") {
    stopMedia();
    showBlocking("expired");
    return;
  }
  drawSession();
  if (!wasLive && isLive()) notices.show("live", texts.wentLive, { tone: "success" });
}

const sentence = (forms, count) => (count ? plural(forms, count) : forms.zero);

async function goLive() {
  find("live-count").textContent = sentence(texts.waiting, viewerCount);
  if (!(await confirmIn(find("live-dialog")))) return;
  find("go-live").disabled = true;
  try {
    follow((await post("go_live")).session);
    notices.clear("another_is_live");
    notices.clear("media_unavailable");
  } catch (error) {
    noticeFailure(keyOfError(error));
  }
  find("go-live").disabled = false;
}

async function endWebinar() {
  find("end-count").textContent = sentence(texts.watching, viewerCount);
  if (!(await confirmIn(find("end-dialog")))) return;
  find("end").disabled = true;
  try {
    follow(await post("end"));
  } catch (error) {
    noticeFailure(keyOfError(error));
  }
  find("end").disabled = false;
}

async function leaveRehearsal() {
  find("leave").disabled = true;
  stopMedia();
  try {
    await post("end");
    window.location.assign(config.sessionUrl);
  } catch (error) {
    find("leave").disabled = false;
    showBlocking(keyOfError(error), leaveRehearsal);
  }
}

function stopMedia() {
  stopPublishing();
  talking.stop();
  connection?.stop();
  connection = null;
  media.close();
}

function finish() {
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  if (page.dataset.view === "over") return;
  stopMedia();
  socket?.close();
  stage.follow(null);
  show("over");
  find("over-title").focus();
}

// — camera, microphone, screen —

const media = new LocalMedia();
const hostState = hostStateTeller({ media, post, mayTell: () => Boolean(connection?.isConnected) });
const stage = new Stage(find("stage"), texts.stage, {
  withSelf: true,
  onDraw: (tiles) => {
    find("stage-empty").hidden = tiles > 0 || !overlay.hidden;
  },
});

function drawControls() {
  const microphone = media.isOn("microphone");
  setToggle(find("microphone"), microphone, microphone ? texts.mute : texts.unmute);
  const camera = media.isOn("camera");
  setToggle(find("camera"), camera, camera ? texts.stopCamera : texts.startCamera);
  const screen = media.screen.length > 0;
  setToggle(find("share"), screen, screen ? texts.stopShare : texts.share);
}

async function toggle(kind) {
  const button = find(kind);
  button.disabled = true;
  try {
    const isOn = await media.toggle(kind);
    if (kind === "microphone") notices.clear("talking");
    notices.clear("device_unplugged");
    announce(texts[kind][isOn ? "on" : "off"]);
  } catch (error) {
    noticeFailure(keyOfDeviceError(error));
  }
  button.disabled = false;
  button.focus();
}

async function toggleScreen() {
  if (media.screen.length > 0) {
    media.stopScreen();
    return;
  }
  find("share").disabled = true;
  try {
    await media.shareScreen();
    notices.clear("screen_share_failed");
  } catch {
    noticeFailure("screen_share_failed");
  }
  find("share").disabled = false;
}

media.addEventListener("opened", ({ detail: { kind } }) => {
  drawControls();
  hostState.tell();
  if (kind === "microphone" && connection) talking.watch();
});
media.addEventListener("changed", ({ detail: { kind } }) => {
  drawControls();
  hostState.tell();
  stage.draw();
  if (kind === "microphone" && connection) talking.watch();
});
media.addEventListener("screen", () => {
  drawControls();
  const isShared = media.screen.length > 0;
  if (connection) announce(isShared ? texts.shareStarted : texts.shareStopped);
});
media.addEventListener("replaced", ({ detail: { kind, label } }) => {
  notices.clear("device_unplugged");
  notices.show(`replaced-${kind}`, fill(texts.replaced[kind], { label }), { tone: "warning" });
});
media.addEventListener("lost", () => {
  const row = failure("device_unplugged");
  notices.show("device_unplugged", `${row.sentence} ${row.step}`, { tone: "error", lasting: true });
});

const talking = talkingWatch(media, () => {
  const unmute = { label: texts.unmute, run: () => toggle("microphone") };
  notices.show("talking", texts.talkingMuted, { tone: "warning", action: unmute });
});

// — connection —

function drawLink(name) {
  find("link-state").dataset.state = name;
  find("link-state").textContent = texts.state[name];
}

function enter() {
  show("booth");
  drawSession();
  drawControls();
  hideFailure(overlay);
  if (connection) return;
  const { DisconnectReason, RoomEvent } = window.LivekitClient;
  connection = new MediaConnection({
    join: () => post("join"),
    roomOptions: studioRoomOptions(),
    judge: (reason) => (reason === DisconnectReason.ROOM_DELETED && !isLive() ? "backstage_closed" : null),
  });
  connection.addEventListener("room", ({ detail: { room } }) => {
    drawLink("connecting");
    stage.follow(room);
    room.on(RoomEvent.ConnectionQualityChanged, (level, person) => {
      if (person === room.localParticipant) drawLink(["poor", "lost"].includes(level) ? "weak" : "connected");
    });
  });
  connection.addEventListener("connected", ({ detail: { room, reply } }) => {
    drawLink("connected");
    hideFailure(overlay);
    if (reply) {
      stopPublishing();
      stopPublishing = publishInto(room, media, { onError: () => noticeFailure("server_error") });
      room.startAudio().catch(() => {});
      hostState.forget();
    }
    hostState.tell();
    talking.watch();
  });
  connection.addEventListener("waiting", ({ detail: { key } }) => {
    drawLink("reconnecting");
    showFailure(overlay, key, { act: () => window.dispatchEvent(new Event("online")) });
    stage.draw();
  });
  connection.addEventListener("failed", ({ detail: { key } }) => {
    stopPublishing();
    talking.stop();
    connection = null;
    if (key === "ended") {
      finish();
      return;
    }
    stage.follow(null);
    // The other window or device has the devices now; here the lights go off.
    media.close();
    const canReturn = key === "continued_elsewhere" || key === "backstage_closed";
    showBlocking(key, canReturn ? comeBack : () => window.location.reload());
  });
  connection.start();
}

async function comeBack() {
  for (const kind of hasCamera ? ["camera", "microphone"] : ["microphone"]) {
    try {
      await media.open(kind);
    } catch (error) {
      noticeFailure(keyOfDeviceError(error));
    }
  }
  enter();
}

async function begin() {
  find("start").disabled = true;
  try {
    const opened = await post("start");
    follow(opened.session);
    check.stop();
    if (opened.connected_elsewhere) showBlocking("connected_elsewhere", enter);
    else enter();
  } catch (error) {
    const key = keyOfError(error);
    showFailure(find("device-failure"), key, { act: begin });
  }
  find("start").disabled = false;
}

// — what others do, through the socket —

let socket = null;
function followSession() {
  socket = connectRealtime({ ticketUrl: config.ticketUrl, csrfToken });
  mountPanels(find("panels"), {
    room: socket,
    api,
    call: (path, options = {}) => callApi(`${api}/${path}`, { csrfToken, ...options }),
    texts: texts.panels,
    announce,
    notices,
    isStudio: true,
  });
  socket.on("open reset", ({ session: now, viewer_count: count }) => {
    notices.clear("socket");
    follow(now);
    drawViewers(count);
    drawIdle(now.idle_ends_at);
  });
  socket.on("lost", () => connection && notices.show("socket", texts.socketLost, { lasting: true }));
  socket.on("session.live session.ended session.expired session.rescheduled session.settings", follow);
  socket.on("session.cancelled", () => {
    stopMedia();
    showBlocking("cancelled");
  });
  socket.on("presence.count", (data) => drawViewers(data.viewer_count));
  socket.on("session.idle", (data) => {
    drawIdle(data.ends_at);
    if (!data.ends_at) notices.show("idle-over", texts.idleOver);
  });
  socket.on("closed", async ({ code }) => {
    const key = await keyOfClosing(code, api);
    // What was said before (cancelled, moved) stays said.
    if (!key || page.dataset.view === "blocking") return;
    if (key === "ended") finish();
    else showBlocking(key, () => window.location.reload());
  });
}

/** Warn that the session ends by itself at `iso`; null: it does not. */
function drawIdle(iso) {
  if (!iso) notices.clear("idle");
  else notices.show("idle", fill(texts.idle, { moment: momentInWords(iso) }), { tone: "warning", lasting: true });
}

// — begin —

find("start").addEventListener("click", begin);
find("microphone").addEventListener("click", () => toggle("microphone"));
find("camera")?.addEventListener("click", () => toggle("camera"));
find("share")?.addEventListener("click", toggleScreen);
find("go-live").addEventListener("click", goLive);
find("end").addEventListener("click", endWebinar);
find("leave").addEventListener("click", leaveRehearsal);
find("devices").addEventListener("click", () => {
  hideFailure(find("dialog-failure"));
  find("devices-dialog").showModal();
});
mountShortcuts({ KeyM: find("microphone"), KeyC: find("camera"), KeyS: find("share") });
everySecond((now) => {
  if (isLive() && session.started_at) find("timer").textContent = durationAsClock(now - Date.parse(session.started_at));
});
window.addEventListener("beforeunload", (event) => {
  if (isLive() && connection) event.preventDefault();
});

const browserKey = keyOfBrowser({ publishing: true });
let check = null;
if (browserKey) {
  showBlocking(browserKey);
} else {
  mountChoosers(find("devices-dialog"), {
    media,
    unnamed: texts.unnamed,
    choose: async (kind, deviceId) => {
      if (kind === "speaker") {
        rememberDevice(kind, deviceId);
        await connection?.room?.switchActiveDevice("audiooutput", deviceId);
        return;
      }
      await media.choose(kind, deviceId);
      hideFailure(find("dialog-failure"));
    },
    onError: (kind, error) => showFailure(find("dialog-failure"), keyOfDeviceError(error)),
  });
  show("check");
  check = mountDeviceCheck(find("check"), {
    media,
    texts: texts.check,
    api,
    hasCamera,
    open: () => post("start"),
    unnamed: texts.unnamed,
  });
  followSession();
}
