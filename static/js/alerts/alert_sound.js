// A short, quiet sound for what comes in; this browser remembers when it was switched off.
import { setPressed } from "../shared/controls.js";
import { rememberedDevice, store, stored } from "../shared/storage.js";

const KEY = "alert-sound";
const APART = 3000; // ms between two sounds: a burst is heard once
const LATE = 1000; // ms after which a sound would be about something that is long over
const NOTES = [880, 1174.66];

/**
 * `button` switches it on and off; without one there is none. The result plays it.
 * @param {PageElement | null} button
 */
export function mountAlertSound(button) {
  let isOn = stored(KEY) !== "off";
  let last = -Infinity;
  /** @type {AudioContext | null} */
  let context = null;

  async function play() {
    const asked = performance.now();
    if (!button || !isOn || asked - last < APART) return;
    last = asked;
    try {
      context ??= new AudioContext();
      const speaker = rememberedDevice("speaker");
      if (speaker && context.setSinkId) await context.setSinkId(speaker).catch(() => {}); // it may be unplugged: then the usual one
      // Before somebody touched the page browsers play nothing: what was not heard then is not heard later.
      await context.resume();
      if (performance.now() - asked < LATE) ring(context);
    } catch {
      // No sound in this browser: the notice stands.
    }
  }

  const draw = () => button && setPressed(button, isOn);
  button?.addEventListener("click", () => {
    isOn = !isOn;
    store(KEY, isOn ? "on" : "off");
    draw();
    last = -Infinity;
    play();
  });
  draw();
  return play;
}

/** @param {AudioContext} context */
function ring(context) {
  const gain = new GainNode(context, { gain: 0 });
  gain.connect(context.destination);
  NOTES.forEach((frequency, index) => {
    const at = context.currentTime + 0.02 + index * 0.12;
    const note = new OscillatorNode(context, { frequency });
    note.connect(gain);
    gain.gain.setValueAtTime(0.0001, at);
    gain.gain.exponentialRampToValueAtTime(0.08, at + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.0001, at + 0.11);
    note.start(at);
    note.stop(at + 0.12);
  });
}
