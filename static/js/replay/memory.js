// What this browser remembers of replays: where somebody was in each, and how they like to watch.

const PLACES = "replay-places";
const CHOICES = "replay-choices";
const MOST_PLACES = 50;

function read(key) {
  try {
    const kept = JSON.parse(localStorage.getItem(key));
    return kept && typeof kept === "object" ? kept : {};
  } catch {
    return {};
  }
}

function write(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Storage may be closed: then it lasts as long as the page.
  }
}

/** The second at which this film was left, or null. */
export function placeOf(id) {
  const place = read(PLACES)[id];
  return Number.isFinite(place?.seconds) ? place.seconds : null;
}

/** Keep the second at which the film is; the oldest ones make room. */
export function keepPlace(id, seconds) {
  const places = { ...read(PLACES), [id]: { seconds, at: Date.now() } };
  const newest = Object.entries(places).sort(([, one], [, other]) => other.at - one.at).slice(0, MOST_PLACES);
  write(PLACES, Object.fromEntries(newest));
}

/** {volume, muted, speed, captions (a language, "" is off)} as they were chosen last. */
export function choices() {
  const kept = read(CHOICES);
  return {
    volume: kept.volume >= 0 && kept.volume <= 1 ? kept.volume : 1,
    muted: kept.muted === true,
    speed: kept.speed >= 0.5 && kept.speed <= 2 ? kept.speed : 1,
    captions: typeof kept.captions === "string" ? kept.captions : "",
  };
}

export const choose = (changed) => write(CHOICES, { ...read(CHOICES), ...changed });
