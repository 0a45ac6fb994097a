// Before it starts: when it begins, in words, and a tone to test the sound with.
import { playTone } from "../devices/tone.js";
import { durationInWords, everySecond, showMoment } from "../shared/clock.js";
import { fill, serverNow } from "../shared/page.js";

/** Mount the countdown. `show(iso)` sets or changes the start (null: none is set). */
export function mountLobby(root, texts) {
  const countdown = root.querySelector("#countdown");
  const moments = [...root.querySelectorAll("[data-start]")];
  /** @type {number | null} */
  let start = null;
  const draw = (now) => {
    if (!start) countdown.textContent = texts.noTime;
    else if (start - now <= 0) countdown.textContent = texts.gettingReady;
    else countdown.textContent = fill(texts.startsIn, { duration: durationInWords(start - now) });
  };
  everySecond(draw);

  const tone = root.querySelector("#tone");
  const result = root.querySelector("#tone-result");
  tone.addEventListener("click", async () => {
    tone.disabled = true;
    result.textContent = "";
    try {
      await playTone();
      result.textContent = texts.tonePlayed;
    } catch {
      result.textContent = texts.toneFailed;
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
