// Notices that somebody talks while their microphone is off.
import { watchLevel } from "./level.js";

/** Milliseconds between two notices. */
const QUIET_FOR = 20_000;

/**
 * Watch the muted microphone of `media`. `onTalking` hears when somebody talks: loud for a third of a second in all within three
 * seconds. `watch()` begins, also anew with another device; `stop()` ends.
 * @param {LocalMedia} media
 * @param {() => void} onTalking
 */
export function talkingWatch(media, onTalking) {
  let stopLevel = () => {};
  /** @type {MediaStreamTrack | null} */
  let watched = null;
  /** @type {number[]} */
  let loudAt = [];
  let toldAt = -Infinity;

  const judge = (level) => {
    const now = performance.now();
    loudAt = loudAt.filter((at) => now - at < 3000);
    if (media.microphone?.isMuted && level > 0.5) loudAt.push(now);
    if (loudAt.length < 5 || now - toldAt < QUIET_FOR) return;
    toldAt = now;
    loudAt = [];
    onTalking();
  };

  return {
    watch() {
      const source = media.microphone?.mediaStreamTrack;
      if (!source || source === watched) return;
      stopLevel();
      watched = source;
      stopLevel = watchLevel(source, judge);
    },
    stop() {
      stopLevel();
      stopLevel = () => {};
      watched = null;
    },
  };
}
