// Before it starts: when it begins, in words, and a tone to test the sound with.
import { playTone } from "../devices/tone.js";
import { durationInWords, everySecond, showMoment } from "../shared/clock.js";
import { gettext, interpolate } from "../shared/gettext.js";
import { serverNow } from "../shared/page.js";

const [SOONEST, LATEST] = [60_000, 300_000]; // ms before the start at which to get ready: not all of a crowd at once

/**
 * Mount the countdown. `show(iso)` sets or changes the start (null: none is set), `say(text)` shows what the team says;
 * `getReady()` is called once, when it may start soon.
 * @param {PageElement} root
 * @param {{getReady: () => void}} options
 */
export function mountLobby(root, { getReady }) {
  const countdown = root.querySelector("#countdown");
  const moments = [...root.querySelectorAll("[data-start]")];
  /** @type {number | null} */
  let start = null;
  let isReady = false;
  const ready = SOONEST + Math.random() * (LATEST - SOONEST);
  const draw = (now) => {
    if (!root.hidden && !isReady && (start === null || start - now < ready)) {
      isReady = true;
      getReady();
    }
    if (!start) countdown.textContent = gettext("It starts as soon as the host is ready");
    else if (start - now <= 0) countdown.textContent = gettext("The host is getting ready");
    else countdown.textContent = interpolate(gettext("Starts in %(duration)s"), { duration: durationInWords(start - now) });
  };
  everySecond(draw);

  const tone = root.querySelector("#tone");
  const result = root.querySelector("#tone-result");
  tone.addEventListener("click", async () => {
    tone.disabled = true;
    result.textContent = "";
    try {
      await playTone();
      result.textContent = gettext("You should have heard two notes. If not, check volume and speaker.");
    } catch {
      result.textContent = gettext("The browser could not play the tone.");
    }
    tone.disabled = false;
  });

  const message = root.querySelector("[data-lobby-message]");
  return {
    /** @param {string | null} text what the crew says to everybody who waits */
    say(text) {
      message.hidden = !text;
      message.querySelector("bdi").textContent = text ?? "";
    },
    show(iso) {
      start = iso ? Date.parse(iso) : null;
      showMoment(moments, iso);
      draw(serverNow());
      root.querySelector(".door-when").hidden = !iso;
    },
  };
}
