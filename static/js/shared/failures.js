// Which row of the failure table (docs/failures.md) a situation is, and how a row is shown.
import { action, make } from "./elements.js";
import { FAILURES } from "./failure_table.js";
import { ApiError, callApi, readJson } from "./page.js";

/** @type {typeof FAILURES | null} rows that the server says too */
let servers = null;
const explanations = new Map();

/**
 * The row `key` in the reader's language.
 * @param {string} key
 */
export function failure(key) {
  if (FAILURES[key]) return FAILURES[key];
  servers ??= /** @type {typeof FAILURES} */ (readJson("failures"));
  return servers[key] ?? FAILURES.server_error;
}

/**
 * From now on the row `key` also shows `text`, in the words of a person.
 * @param {string} key
 * @param {string} text
 */
export function explain(key, text) {
  if (text) explanations.set(key, text);
}

/**
 * Key for an error of getUserMedia or getDisplayMedia (names as in the Media Capture specification).
 * @param {any} error
 * @returns {string}
 */
export function keyOfDeviceError(error) {
  switch (error?.name) {
    case "NotAllowedError":
    case "PermissionDeniedError":
    case "SecurityError":
      return /system/i.test(error.message) ? "system_denied" : "permission_denied";
    case "NotFoundError":
    case "DevicesNotFoundError":
    case "OverconstrainedError":
      return "device_missing";
    case "NotReadableError":
    case "TrackStartError":
    case "AbortError":
      return "device_busy";
    default:
      return "device_failed";
  }
}

const keyOfCode = {
  offline: "offline",
  media_unavailable: "media_unavailable",
  banned: "removed",
  door_closed: "door_closed",
  registration_required: "not_allowed",
  removed: "removed",
  session_ended: "ended",
  session_expired: "expired",
  room_has_live_session: "another_is_live",
  capture_limit: "hls_unavailable",
  disk_full: "hls_unavailable",
  busy: "too_many_requests",
  role_removed: "role_removed",
};

/**
 * Key for a refusal of the API, or for anything else thrown while entering.
 * @param {any} error
 * @returns {string}
 */
export function keyOfError(error) {
  if (!(error instanceof ApiError)) return navigator.onLine ? "media_blocked" : "offline";
  if (keyOfCode[error.code]) return keyOfCode[error.code];
  switch (error.status) {
    case 0:
      return "offline";
    case 401:
      return "signed_out";
    case 403:
      return "not_allowed";
    case 404:
      return "cancelled";
    case 429:
      return "too_many_requests";
    case 503:
      return "media_unavailable";
    default:
      return "server_error";
  }
}

/**
 * Key for the final code of the socket: a close code of the contract, or the status that refused a ticket.
 * A socket that was just opening hears only that the session is over (4510); `api`, its address, tells whether
 * it ended or was cancelled. What was live, by what the page knows, was not: it was withdrawn.
 * @param {number} code
 * @param {string} api
 * @param {boolean} [wasLive]
 * @returns {Promise<string | null>}
 */
export async function keyOfClosing(code, api, wasLive = false) {
  if (code === 4510 && (await isGone(api))) return wasLive ? "withdrawn" : "cancelled";
  if (code === 4503 || code === 403) return keyOfRefusal(code, api);
  const keys = { 4510: "ended", 401: "signed_out", 404: "cancelled", 409: "ended", 410: "expired" };
  return keys[code] ?? null;
}

/** Why one may not be here: banned, the session is locked, or removed by the crew, which is no refusal. */
async function keyOfRefusal(code, api) {
  try {
    const { refused, reason } = await callApi(`${api}/bans/me`);
    if (reason) explain("removed", reason);
    if (refused) return keyOfCode[refused] ?? refused;
    return code === 4503 ? "kicked" : "not_allowed";
  } catch (error) {
    if (error.status === 404) return "withdrawn";
    return code === 4503 ? "removed" : "not_allowed";
  }
}

const isGone = (api) =>
  callApi(api).then(
    () => false,
    (error) => error.status === 404,
  );

/** Failures after which trying again by itself is of no use. */
const final = new Set([
  "signed_out",
  "not_allowed",
  "role_removed",
  "removed",
  "kicked",
  "door_closed",
  "cancelled",
  "withdrawn",
  "expired",
  "ended",
  "connected_elsewhere",
  "continued_elsewhere",
  "backstage_closed",
  "insecure",
  "in_app_browser",
  "unsupported_browser",
]);

/**
 * @param {string} key
 */
export const isFinal = (key) => final.has(key);

/** Whether pictures that come over HLS can be shown. */
const playsHLS = () =>
  Boolean(window.ManagedMediaSource || window.MediaSource) ||
  document.createElement("video").canPlayType("application/vnd.apple.mpegurl") !== "";

const inAppBrowser = /FBAN|FBAV|FB_IAB|Instagram|Line\/|LinkedInApp|MicroMessenger|Twitter|TikTok|musical_ly|Snapchat|Pinterest|; wv\)/;

/**
 * Key when this browser can never work here, else null. `publishing`: it must also give a camera.
 * @param {{publishing: boolean}} needs
 */
export function keyOfBrowser({ publishing }) {
  if (inAppBrowser.test(navigator.userAgent)) return "in_app_browser";
  if (publishing && !window.isSecureContext) return "insecure";
  // Who only watches fetches livekit-client later, and sees HLS where it does not run.
  const hasWebRTC = window.RTCPeerConnection && (window.LivekitClient || !publishing);
  if (!window.WebSocket || (!hasWebRTC && (publishing || !playsHLS()))) return "unsupported_browser";
  if (publishing && !navigator.mediaDevices?.getUserMedia) return "unsupported_browser";
  return null;
}

/**
 * Show row `key` in `box` (cleared first), with a button when the row has an action and `act` is given.
 * `box` keeps the key in `data-failure`. Returns the box.
 * @param {HTMLElement} box
 * @param {string} key
 * @param {{act?: () => unknown, heading?: "h1" | "h2"}} options
 */
export function showFailure(box, key, { act, heading = "h2" } = {}) {
  const row = failure(key);
  const title = make(heading, { className: "failure-title", textContent: row.title });
  const sentence = make("p", { textContent: row.sentence });
  const step = make("p", { textContent: row.step, className: "failure-step" });
  /** @type {HTMLElement[]} */
  const parts = [title, sentence, step];
  if (explanations.has(key)) {
    const words = make("blockquote", { textContent: explanations.get(key) });
    parts.splice(2, 0, words);
  }
  if (row.action && act) {
    parts.push(action(row.action, act, { className: "button primary" }));
  }
  box.replaceChildren(...parts);
  box.dataset.failure = key;
  box.hidden = false;
  return box;
}

/**
 * Say row `key` over the page; it stays until it is closed or cleared.
 * @param {Notices} notices
 * @param {string} key
 */
export function noticeFailure(notices, key) {
  const row = failure(key);
  notices.show(key, `${row.sentence} ${row.step}`, { tone: "error", lasting: true });
}

/**
 * Take the failure out of `box`.
 * @param {HTMLElement} box
 */
export function hideFailure(box) {
  box.hidden = true;
  delete box.dataset.failure;
  box.replaceChildren();
}
