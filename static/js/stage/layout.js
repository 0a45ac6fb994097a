// How the crew arranged the stage: which pictures stand large, which beside them, and which are not shown.

const MOST_IN_A_ROW = 4; // more people side by side would be strips

/**
 * @typedef {{layout: string, spotlight_identity: string | null, host?: string}} Wanted `host`: whose the encoder's picture is
 * @typedef {{key: string, kind: string, identity: string}} Tile
 * @typedef {{shape: "people" | "row" | "screen" | "halves", large: string[], small: string[]}} Places
 * `shape`: "people" (all `small`, in a grid), "row" (all `small`, side by side), "screen" (`large` with `small` beside it) or
 * "halves" (`large` and `small` share the stage). What is in neither is not shown.
 */

/**
 * Where each picture stands. `speaker` is whoever spoke last. With `isWhole` nobody is left out: who runs a webinar sees everybody
 * on stage. `mayEnlarge`: a shared screen is seen, but not large; with `isShareLarge` it is large all the same: on a phone
 * nobody could read it.
 * @param {Wanted} wanted
 * @param {Tile[]} tiles in their order
 * @param {string | null} speaker
 * @returns {Places & {mayEnlarge: boolean}}
 */
export function arrangement(wanted, tiles, speaker, { isWhole = false, isShareLarge = false } = {}) {
  const places = placesOf(wanted, tiles, speaker, isWhole);
  const isShare = (key) => tiles.some((tile) => tile.key === key && tile.kind === "screen");
  const isLarge = places.shape === "screen" && places.large.some(isShare);
  const mayEnlarge = !isLarge && [...places.large, ...places.small].some(isShare);
  if (mayEnlarge && isShareLarge) return { ...placesOf({ layout: "screen", spotlight_identity: null }, tiles, speaker, isWhole), mayEnlarge };
  return { ...places, mayEnlarge };
}

/**
 * @param {Wanted} wanted
 * @param {Tile[]} tiles
 * @param {string | null} speaker
 * @param {boolean} isWhole
 * @returns {Places}
 */
function placesOf({ layout, spotlight_identity: spotlight, host }, tiles, speaker, isWhole) {
  const keys = (some) => some.map(({ key }) => key);
  const screens = tiles.filter(({ kind }) => kind === "screen");
  const cameras = tiles.filter(({ kind }) => kind === "camera");
  const people = { shape: /** @type {const} */ ("people"), large: [], small: keys(tiles) };
  /** `one` large, everything else beside it; alone where there is nothing else. */
  const around = (one) => {
    const others = tiles.filter((tile) => tile !== one);
    if (!one || others.length === 0) return people;
    return { shape: /** @type {const} */ ("screen"), large: [one.key], small: keys(others) };
  };

  const isAlone = ({ identity }) => identity === spotlight || (spotlight === host && identity.startsWith("ingest:"));
  const inSpotlight = layout === "spotlight" && cameras.find(isAlone);
  if (inSpotlight) return isWhole ? around(inSpotlight) : { ...people, small: [inSpotlight.key] };
  if (screens.length > 0 && cameras.length === 0) return { shape: "screen", large: keys(screens), small: [] };
  if (layout === "grid") return people;
  if (layout === "speaker") return around(cameras.find(({ identity }) => identity === speaker) ?? cameras[0]);
  if (screens.length > 0) {
    return { shape: layout === "side_by_side" && cameras.length > 0 ? "halves" : "screen", large: keys(screens), small: keys(cameras) };
  }
  return layout === "side_by_side" && cameras.length <= MOST_IN_A_ROW ? { ...people, shape: "row" } : people;
}

/**
 * Who is shown as the speaker, after `before`: whoever still speaks stays, so that pictures do not jump; in silence the
 * last one does.
 * @param {string | null} before
 * @param {string[]} speaking the loudest first
 */
export const speakerAfter = (before, speaking) => (before && speaking.includes(before) ? before : (speaking[0] ?? before));
