// Back on air after a reload: what this tab sent is kept in the tab itself, so that it goes on as it was.
//
// A reloaded or restored tab has its session storage again. A duplicated tab has a copy of it, while the first one lives:
// a lock that each page holds as long as it is there tells the two apart.
import { gettext } from "../shared/gettext.js";

/** Browsers do not let a page share the screen by itself after it was loaded anew. */
export const SHARE_AGAIN = gettext(
  "You are back. Your screen is no longer shared: press “Share screen” to show it again.",
);

/** Longer ago than this somebody has left, and is asked again before anything is sent. */
const RETURNS_WITHIN = 120_000;
const NOTED_EVERY = 5_000;
/** A reloaded page gets the lock of the one before at once; a duplicate never does. */
const LOCK_WAIT = 800;

function hold(tab) {
  return new Promise((resolve) => {
    const waiting = AbortSignal.timeout(LOCK_WAIT);
    const forEver = () => {
      resolve(true);
      return new Promise(() => {});
    };
    navigator.locks.request(`tab:${tab}`, { signal: waiting }, forEver).catch(() => resolve(false));
  });
}

/** Whether this page is the one whose session storage it has, not a copy beside it. */
async function isSameTab() {
  const known = sessionStorage.getItem("tab");
  if (known && (await hold(known))) return true;
  const fresh = crypto.randomUUID();
  sessionStorage.setItem("tab", fresh);
  await hold(fresh);
  return false;
}

/** What `text` says about the tab's last moments, null unless it was on air just now. */
export function formerOf(text, now) {
  try {
    const { at, ...state } = JSON.parse(text);
    return Math.abs(now - at) < RETURNS_WITHIN ? state : null;
  } catch {
    return null;
  }
}

async function isAllowed(kind) {
  try {
    return (await navigator.permissions.query({ name: kind })).state === "granted";
  } catch {
    return false;
  }
}

/** Whether the page was loaded anew or restored. Whoever followed a link here decides again what is sent. */
function isReload() {
  const [navigation] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
  return ["reload", "back_forward"].includes(navigation?.type);
}

/**
 * What a tab sends: its connection, the devices it uses (ids and names), which of them are on, and whether it shares a
 * screen.
 * @typedef {{connection: string, devices: Record<string, string>, labels?: Record<string, string>,
 *   on: Record<string, boolean>, isSharing: boolean}} Sent
 * @typedef {{last: Sent | null, former: Sent | null, keep(look: () => Sent): void, clear(): void}} Memory
 */

/**
 * The memory of this tab for one session's `key`: {last, former, keep(look), clear()}. `last` is what it sent when it was
 * unloaded, as `stateOf` gives it; null when it was not on air just now, or is a copy of a tab that lives. `former` is the
 * same where the page goes on with it by itself: it was loaded anew, and the browser does not ask for the devices.
 * From keep() on, what `look()` gives is noted at once, every few seconds, and as the page goes.
 * @param {string} key
 * @returns {Promise<Memory>}
 */
export async function rememberTab(key) {
  const place = `on-air:${key}`;
  /** @type {(() => Sent) | null} */
  let look = null;
  const note = () => look && sessionStorage.setItem(place, JSON.stringify({ ...look(), at: Date.now() }));
  /** @type {Memory} */
  const memory = {
    last: null,
    former: null,
    keep(how) {
      look = how;
      note();
    },
    clear() {
      look = null;
      try {
        sessionStorage.removeItem(place);
      } catch {
        // Storage is off: there is nothing to forget.
      }
    },
  };
  if (!navigator.locks) return memory;
  try {
    const isMine = await isSameTab();
    const former = formerOf(sessionStorage.getItem(place), Date.now());
    memory.clear();
    if (isMine && former) {
      memory.last = former;
      const needed = ["camera", "microphone"].filter((kind) => former.devices[kind]);
      const allowed = isReload() && (await Promise.all(needed.map(isAllowed)));
      if (allowed && allowed.every(Boolean)) memory.former = former;
    }
  } catch {
    return memory; // Storage is off.
  }
  setInterval(note, NOTED_EVERY);
  window.addEventListener("pagehide", note);
  // Kept whole by the browser and shown again, its connections are gone: it comes back as after a reload.
  window.addEventListener("pageshow", ({ persisted }) => persisted && window.location.reload());
  return memory;
}

/**
 * What a tab sends now.
 * @param {LocalMedia} media
 * @param {LivekitRoom | null | undefined} room
 * @returns {Sent}
 */
export const stateOf = (media, room) => ({
  connection: room?.localParticipant.sid ?? "",
  devices: { camera: media.deviceId("camera"), microphone: media.deviceId("microphone") },
  labels: { camera: media.label("camera"), microphone: media.label("microphone") },
  on: { camera: media.isOn("camera"), microphone: media.isOn("microphone") },
  isSharing: media.screen.length > 0,
});

/**
 * Open the devices of `former` as they were: what was muted is muted before anybody hears it, a camera that was off stays
 * closed. `failed(error)` hears of a device that does not start.
 * @param {LocalMedia} media
 * @param {Pick<Sent, "devices" | "labels" | "on">} former
 * @param {(error: Error) => void} failed
 */
export async function reopen(media, former, failed) {
  const wanted = [];
  if (former.devices.microphone) wanted.push("microphone");
  if (former.on.camera) wanted.push("camera");
  await Promise.all(
    wanted.map(async (kind) => {
      try {
        const track = await media.open(kind, former.devices[kind]);
        await media.useLabelled(kind, former.labels?.[kind]);
        if (!former.on[kind]) await track.mute();
      } catch (error) {
        failed(error);
      }
    }),
  );
}
