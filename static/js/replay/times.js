// What a replay calculates: the part of the video that is shown, places on the seek bar, the pictures beside it, keys.

/** Where the shown part begins and ends, in seconds of the video. `part`: as in the API; `length`: the video's own. */
export function spanOf(part, length) {
  const whole = Number.isFinite(length) && length > 0 ? length : (part.duration ?? 0);
  const start = Math.min(part.trim_start ?? 0, whole);
  const end = Math.max(start, Math.min(part.trim_end ?? whole, whole));
  return { start, end };
}

/** What tells a video from another: the name in its address; the rest of it changes with each link. */
export const fileOf = (url) => (url ? new URL(url, location.href).pathname.split("/").pop() : "");

/** `seconds` of the video, kept inside the shown part. */
export const within = ({ start, end }, seconds) => Math.min(end, Math.max(start, seconds));

/** Where in the sprite the picture of that second is: {x, y}, in pixels from its corner. */
export function spriteCell(sprite, seconds) {
  const number = Math.max(0, Math.min(sprite.count - 1, Math.floor(seconds / sprite.interval)));
  return { x: (number % sprite.columns) * sprite.width, y: Math.floor(number / sprite.columns) * sprite.height };
}

/** Where to go on: not at the very beginning, nor so near the end that nothing is left. Null: from the beginning. */
export function placeToGoOn(span, seconds) {
  const isWorthIt = Number.isFinite(seconds) && seconds > span.start + 5 && seconds < span.end - 10;
  return isWorthIt ? seconds : null;
}

/** What a key does: [action, value], or null. Keys as KeyboardEvent names them. */
export function actionOfKey(key) {
  if (/^[0-9]$/.test(key)) return ["share", Number(key) / 10];
  switch (key.length === 1 ? key.toLowerCase() : key) {
    case " ":
    case "k":
      return ["toggle", null];
    case "ArrowLeft":
      return ["by", -5];
    case "ArrowRight":
      return ["by", 5];
    case "j":
      return ["by", -10];
    case "l":
      return ["by", 10];
    case "ArrowUp":
      return ["louder", 0.05];
    case "ArrowDown":
      return ["louder", -0.05];
    case "Home":
      return ["share", 0];
    case "End":
      return ["share", 1];
    case "m":
      return ["mute", null];
    case "f":
      return ["fullscreen", null];
    case "c":
      return ["captions", null];
    case "<":
      return ["speed", -1];
    case ">":
      return ["speed", 1];
    case "?":
      return ["help", null];
    default:
      return null;
  }
}

/** Lines (`{text}`) with `words` in them, whatever the case and marks of letters; all of them without words. */
export function search(lines, words) {
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const wanted = plain(words.trim());
  return lines.map((line, index) => index).filter((index) => plain(lines[index].text).includes(wanted));
}

/** The last line (`{start}`, in their order) that has begun at that second; -1 before the first. */
export function lineAt(lines, seconds) {
  let [low, high] = [0, lines.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lines[middle].start <= seconds + 0.05) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
