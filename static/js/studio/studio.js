// The studio: device check, backstage, live, over — for the host's side, and for moderators and speakers who wait to be brought on.
import { mountAlertSound } from "../alerts/alert_sound.js";
import { mountAlerts } from "../alerts/alerts.js";
import { mountDeviceControls } from "../devices/device_controls.js";
import { LocalMedia, publishInto, studioRoomOptions } from "../devices/local_media.js";
import { mountHealth } from "../encoder/health.js";
import { mountEncoderSetup } from "../encoder/setup.js";
import { followLobby } from "../people/waiting.js";
import { mountRecorded, showRecorded } from "../recordings/recorded.js";
import { MediaConnection } from "../room/media_connection.js";
import { mountPanels } from "../room/panels.js";
import { connectRealtime } from "../room/realtime.js";
import { rememberTab, reopen, SHARE_AGAIN, stateOf } from "../room/returning.js";
import { mountSessionWords } from "../room/session_words.js";
import { announcer } from "../shared/announcer.js";
import { setZone } from "../shared/clock.js";
import { find } from "../shared/elements.js";
import { hideFailure, keyOfBrowser, keyOfClosing, keyOfDeviceError, keyOfError, noticeFailure, showFailure } from "../shared/failures.js";
import { gettext } from "../shared/gettext.js";
import { noticesIn } from "../shared/notices.js";
import { ApiError, callApi, readJson, setServerClock } from "../shared/page.js";
import { mountViewport } from "../shared/viewport.js";
import { mountSelfView } from "../stage/self_view.js";
import { Stage } from "../stage/stage.js";
import { SessionStore } from "../state/store.js";
import { mountDeviceCheck } from "./device_check.js";
import { hostStateTeller } from "./host_state.js";
import { mountLink } from "./link.js";
import { mountPlace } from "./place.js";
import { mountRecording, mountRecordingClock } from "./recording_controls.js";
import { mountRunning } from "./running.js";

const NO_VIDEO = gettext(
  "No video arrives yet. Start streaming in your encoder first. If you go live now, your audience sees “We’ll be right back”.",
);

const config = readJson("config");
const { csrfToken, api, hasEncoder } = config;
const { role, leads, sends } = config.me;
const page = find("studio");
const views = ["check", "booth", "over", "blocking"].map(find);
setServerClock(config.now);
setZone(config.zone);
mountViewport(page);
showRecorded(config);

const store = new SessionStore(config.session);
let shownStatus = store.session.status;
const notices = noticesIn(find("notices"));
const overlay = find("overlay");
const hasCamera = find("camera") !== null;
const post = (action, body = {}) => callApi(`${api}/${action}`, { method: "POST", body, csrfToken });
/** @type {MediaConnection | null} */
let connection = null;
/** @type {Realtime | null} */
let socket = null;
/** @type {ReturnType<typeof mountPlace> | null} */
let place = null;
/** @type {ReturnType<typeof mountDeviceCheck> | null} */
let check = null;
/** @type {Memory | null} */
let memory = null;
let stopPublishing = () => {};

function show(name) {
  page.dataset.view = name;
  for (const view of views) view.hidden = view.id !== name;
}

const announce = announcer(find("announcer"));

function showBlocking(key, act) {
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  showFailure(find("blocking"), key, { act, heading: "h1" });
  show("blocking");
}

const sayFailure = (/** @type {string} */ key) => noticeFailure(notices, key);

function stopMedia() {
  memory?.clear();
  stopPublishing();
  controls.talking.stop();
  health?.stop();
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

/** Our role is gone: everything ends here at once. */
function throwOut() {
  stopMedia();
  stage.follow(null);
  socket?.close();
  showBlocking("role_removed");
}

/** Bring the page to what the session is now. */
function follow() {
  const { status } = store.session;
  const wasLive = shownStatus === "live";
  shownStatus = status;
  if (status === "ended") {
    finish();
  } else if (status === "expired") {
    stopMedia();
    showBlocking("expired");
  } else {
    running.draw();
    if (!wasLive && running.isLive()) notices.show("live", leads ? gettext("You are live.") : gettext("The webinar is live."), { tone: "success" });
  }
}

/** What the API says of the session after a request of ours. */
function take(session) {
  store.take(session);
  follow();
}

const media = new LocalMedia();
const hostState = hostStateTeller({ media, post, mayTell: () => leads && !hasEncoder && Boolean(connection?.isConnected) });
const stage = new Stage(find("stage"), {
  withSelf: true,
  showsAll: true,
  // Our own encoder would echo: it sends what is heard in this room.
  isSilent: (identity) => hasEncoder && identity.startsWith("ingest:"),
  onDraw: (tiles) => {
    find("stage-empty").hidden = tiles > 0 || !overlay.hidden;
  },
});
mountSelfView(stage);
const link = mountLink({ stage, overlay });
const controls = mountDeviceControls({
  media,
  notices,
  announce,
  room: () => connection?.room ?? null,
  rights: () => place?.rights() ?? { camera: true, microphone: true, screen: true },
  isSending: () => Boolean(connection?.room),
  // No button that does nothing: who waits shares no screen, and who came without devices has none before being brought on.
  offersScreen: () => leads || Boolean(place?.isOnAir()),
  offersDevices: () => leads || sends || Boolean(place?.isOnAir()),
  changed: () => {
    noteWhatWeSend();
    hostState.tell();
    stage.draw();
    place?.draw();
  },
});
const health = leads
  ? mountHealth({ look: () => callApi(`${api}/stream_health`), announce, hasEncoder })
  : null;
for (const box of document.querySelectorAll("[data-encoder-setup]")) mountEncoderSetup(box);
find("encoder-open")?.addEventListener("click", () => find("encoder-dialog").showModal());
const running = mountRunning({
  page,
  session: () => store.session,
  notices,
  post,
  leads,
  noticeFailure: sayFailure,
  changed: take,
  leave: stopMedia,
  failed: showBlocking,
  hint: () => (hasEncoder && !health?.isSending() && !media.isOn("camera") ? NO_VIDEO : ""),
});

// — connection —

/** What this tab sends, for the case that it is loaded anew. */
function noteWhatWeSend() {
  if (connection?.isConnected) memory?.keep(() => stateOf(media, connection?.room));
}

/** Join with our role. Without it we would be let in as one of the audience, or not at all. */
async function join(body = {}) {
  const reply = await post("join", body).catch((error) => {
    throw error.code === "session_not_live" ? new ApiError(403, "role_removed", "") : error;
  });
  if (reply.role === "audience") throw new ApiError(403, "role_removed", "");
  return reply;
}

/** `joined`: a fresh reply of join that the first connection is made with. */
function enter(joined = null) {
  show("booth");
  health?.start();
  running.draw();
  controls.draw();
  hideFailure(overlay);
  if (connection) return;
  const { DisconnectReason } = window.LivekitClient;
  let fresh = joined;
  const started = new MediaConnection({
    join: () => {
      const reply = fresh;
      fresh = null;
      return reply ?? join();
    },
    roomOptions: studioRoomOptions,
    judge: (reason) => (reason === DisconnectReason.ROOM_DELETED && !running.isLive() ? "backstage_closed" : null),
  });
  connection = started;
  link.follow(started, () => place?.draw());
  started.addEventListener("connected", ({ detail: { room, reply } }) => {
    if (reply) {
      stopPublishing();
      stopPublishing = publishInto(room, media, { onError: () => sayFailure("server_error") });
      room.startAudio().catch(() => {});
      hostState.forget();
    }
    noteWhatWeSend();
    hostState.tell();
    place?.draw();
    controls.talking.watch();
  });
  started.addEventListener("failed", ({ detail: { key } }) => {
    memory?.clear();
    stopPublishing();
    controls.talking.stop();
    connection = null;
    if (key === "ended") {
      finish();
      return;
    }
    if (key === "role_removed") {
      throwOut();
      return;
    }
    stage.follow(null);
    // The other window or device has the devices now; here the lights go off.
    media.close();
    const canReturn = key === "continued_elsewhere" || key === "backstage_closed";
    showBlocking(key, canReturn ? comeBack : () => window.location.reload());
  });
  started.start();
}

async function comeBack() {
  const kinds = hasCamera ? ["camera", "microphone"] : ["microphone"];
  await media.openInTurn(sends ? kinds : [], { failed: (_kind, error) => sayFailure(keyOfDeviceError(error)) });
  enter();
}

async function begin() {
  find("start").disabled = true;
  try {
    const opened = await (leads ? post("start") : join());
    if (leads) take(opened.session);
    check?.stop();
    // What is left of this tab's own connection, before it came here anew, is not elsewhere.
    const again = opened.connected_elsewhere && memory?.last && (await join({ connection_id: memory.last.connection }));
    if (opened.connected_elsewhere && (!again || again.connected_elsewhere)) {
      showBlocking("connected_elsewhere", () => enter());
    } else enter(again || null);
  } catch (error) {
    const key = keyOfError(error);
    if (key === "role_removed") throwOut();
    else showFailure(find("device-failure"), key, { act: begin });
  }
  find("start").disabled = false;
}

/**
 * The tab was on air a moment ago: go on with the same devices, as they were. Only where somebody took over meanwhile, in
 * another window or on another device, is asked.
 */
async function goOn(former) {
  show("booth");
  link.draw("connecting");
  const opening = reopen(media, former, (error) => sayFailure(keyOfDeviceError(error)));
  try {
    const joined = await join({ connection_id: former.connection });
    await opening;
    if (former.isSharing) notices.show("share-again", SHARE_AGAIN, { tone: "warning", lasting: true });
    if (joined.connected_elsewhere) showBlocking("connected_elsewhere", () => enter());
    else enter(joined);
  } catch (error) {
    await opening;
    const key = keyOfError(error);
    if (key === "role_removed") throwOut();
    else {
      check = beginCheck();
      showFailure(find("device-failure"), key, { act: begin });
    }
  }
}

function beginCheck() {
  show("check");
  if (!sends) return null;
  return mountDeviceCheck(find("check"), {
    media,
    hasCamera,
    reach: () => post("connection_check"),
  });
}

// — what others do, through the socket —

function followSession() {
  const room = connectRealtime({ ticketUrl: config.ticketUrl, csrfToken, store });
  socket = room;
  const call = (path, options = {}) => callApi(`${api}/${path}`, { csrfToken, ...options });
  const lobby = followLobby(room, call);
  const panels = mountPanels(find("panels"), { room, api, call, emojis: config.emojis, announce, notices, isStudio: true, lobby });
  find("viewers-open")?.addEventListener("click", () => panels.named("people")?.goTo());
  mountAlerts({ room, panels, lobby, call, notices, ring: mountAlertSound(find("alert-sound")) });
  place = mountPlace({
    role,
    leads,
    socket: room,
    media,
    controls,
    notices,
    announce,
    noticeFailure: sayFailure,
    post,
    isGranted: () => Boolean(connection?.room?.localParticipant.permissions?.canPublish),
  });
  room.on("open reset stage.layout", () => room.state && stage.arrange(room.state));
  mountRecorded(room, announce);
  mountSessionWords(room);
  mountRecordingClock(room);
  if (leads) mountRecording({ room, post, notices, csrfToken });
  room.on("open reset", ({ session, viewer_count: count, me }) => {
    notices.clear("socket");
    if (!me.may.join_backstage) {
      throwOut();
      return;
    }
    if (me.role !== role) {
      // Another role has another studio.
      window.removeEventListener("beforeunload", askBeforeLeaving);
      window.location.reload();
      return;
    }
    follow();
    running.drawViewers(count);
    running.drawIdle(session.idle_ends_at);
  });
  room.on("lost", () => connection && notices.show("socket", gettext("Numbers are not up to date: reconnecting to the server."), { lasting: true }));
  room.on("session.live session.ended session.expired session.rescheduled session.settings", follow);
  room.on("session.cancelled", () => {
    stopMedia();
    showBlocking("cancelled");
  });
  room.on("presence.count", (data) => running.drawViewers(data.viewer_count));
  room.on("session.idle", (data) => {
    running.drawIdle(data.ends_at);
    if (!data.ends_at) notices.show("idle-over", gettext("The webinar goes on."));
  });
  room.on("closed", async ({ code }) => {
    const key = await keyOfClosing(code, api, Boolean(store.session.started_at));
    // What was said before (cancelled, moved) stays said.
    if (!key || page.dataset.view === "blocking") return;
    if (key === "ended") {
      finish();
      return;
    }
    stopMedia();
    showBlocking(key, () => window.location.reload());
  });
}

// — begin —

const askBeforeLeaving = (event) => {
  if (running.isLive() && connection && (leads || socket?.state?.me.stage)) event.preventDefault();
};
window.addEventListener("beforeunload", askBeforeLeaving);
find("start").addEventListener("click", begin);

const browserKey = keyOfBrowser({ publishing: sends });
if (browserKey) {
  showBlocking(browserKey);
} else {
  const tab = await rememberTab(store.session.id);
  memory = tab;
  followSession();
  if (tab.former) goOn(tab.former);
  else check = beginCheck();
}
