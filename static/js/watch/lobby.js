// Before it starts: when it begins, in words, and a tone to test the sound with.
import { playTone } from "../devices/tone.js";
import { durationInWords, everySecond, showMoment } from "../shared/clock.js";
import { gettext, interpolate } from "../shared/gettext.js";
import { serverNow } from "../shared/page.js";

/** Mount the countdown. `show(iso)` sets or changes the start (null: none is set). */
export function mountLobby(root) {
  const countdown = root.querySelector("#countdown");
  const moments = [...root.querySelectorAll("[data-start]")];
  /** @type {number | null} */
  let start = null;
  const draw = (now) => {
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

  return {
    show(iso) {
      start = iso ? Date.parse(iso) : null;
      showMoment(moments, iso);
      draw(serverNow());
      root.querySelector(".door-when").hidden = !iso;
    },
  };
}
