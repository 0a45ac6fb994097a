// What this browser remembers of replays: where somebody was in each, and how they like to watch.
import { storedObject, storeObject } from "../shared/storage.js";

const PLACES = "replay-places";
const CHOICES = "replay-choices";
const MOST_PLACES = 50;

/** The second at which this video was left, or null. */
export function placeOf(id) {
  const place = storedObject(PLACES)[id];
  return Number.isFinite(place?.seconds) ? place.seconds : null;
}

/** Keep the second at which the video is; the oldest ones make room. */
export function keepPlace(id, seconds) {
  const places = { ...storedObject(PLACES), [id]: { seconds, at: Date.now() } };
  const newest = Object.entries(places).sort(([, one], [, other]) => other.at - one.at).slice(0, MOST_PLACES);
  storeObject(PLACES, Object.fromEntries(newest));
}

/** {volume, muted, speed, captions (a language, "" is off)} as they were chosen last. */
export function choices() {
  const kept = storedObject(CHOICES);
  return {
    volume: kept.volume >= 0 && kept.volume <= 1 ? kept.volume : 1,
    muted: kept.muted === true,
    speed: kept.speed >= 0.5 && kept.speed <= 2 ? kept.speed : 1,
    captions: typeof kept.captions === "string" ? kept.captions : "",
  };
}

export const choose = (changed) => storeObject(CHOICES, { ...storedObject(CHOICES), ...changed });
