// The bar under a picture that comes over HLS: pause, go back, and be live again.
import { durationAsClock } from "../shared/clock.js";
import { setToggle } from "../shared/controls.js";
import { find } from "../shared/elements.js";
import { gettext, interpolate } from "../shared/gettext.js";
import { serverNow } from "../shared/page.js";

const STEPS = 1000; // of the slider
const BACK = 10; // seconds

const clock = (seconds) => durationAsClock(Math.round(seconds) * 1000);

/**
 * Mounts on #hls-bar. `live()` plays the newest part, `back(fraction)` the whole list from there. The slider runs from the
 * beginning to now: over the whole list where that is played, over the time on air where only its end is.
 */
export function mountBar(player, { live, back }) {
  const bar = find("hls-bar");
  const [play, slider, liveButton, behind] = ["hls-play", "hls-seek", "hls-live", "hls-behind"].map(find);
  const mounted = new AbortController();
  let isDragging = false;

  const onAir = () => Math.max(1, (serverNow() - Date.parse(bar.dataset.startedAt ?? "")) / 1000);
  const lag = () => (player.position ? player.position.end - player.position.current : 0);

  function draw() {
    const { position } = player;
    setToggle(play, !player.video.paused, player.video.paused ? gettext("Play") : gettext("Pause"));
    liveButton.setAttribute("aria-pressed", String(player.isLive));
    const late = player.isWhole || !player.isLive ? lag() : 0;
    behind.textContent = late > 5 ? interpolate(gettext("%(time)s behind live"), { time: clock(late) }) : "";
    if (isDragging || !position) return;
    const total = player.isWhole ? position.end - position.start : onAir();
    const end = player.isLive ? total : total - lag();
    const current = player.isWhole ? position.current - position.start : end;
    slider.value = String(Math.round((Math.min(total, Math.max(0, current)) / total) * STEPS));
    slider.setAttribute("aria-valuetext", late > 5 ? interpolate(gettext("%(time)s behind live"), { time: clock(late) }) : gettext("Live"));
  }

  function seek() {
    isDragging = false;
    const fraction = Number(slider.value) / STEPS;
    const { position } = player;
    if (fraction > 0.995) live();
    else if (player.isWhole && position) player.seek(position.start + fraction * (position.end - position.start));
    else back(fraction);
  }

  const on = (element, name, act) => element.addEventListener(name, act, { signal: mounted.signal });
  function mount() {
    on(play, "click", () => (player.video.paused ? player.play() : player.pause()));
    on(slider, "input", () => {
      isDragging = true;
    });
    on(slider, "change", seek);
    on(liveButton, "click", () => (player.isWhole ? live() : player.catchUp()));
    on(find("hls-start"), "click", () => back(0));
    on(find("hls-back"), "click", () => {
      const { position } = player;
      if (position) player.seek(Math.max(position.start, position.current - BACK));
    });
    for (const name of ["moved", "playing"]) on(player, name, draw);
  }

  return {
    show() {
      if (bar.hidden) mount();
      bar.hidden = false;
      draw();
    },
    hide() {
      mounted.abort();
      bar.hidden = true;
    },
  };
}
