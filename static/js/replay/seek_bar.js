// The seek bar: a slider in seconds, with a picture of the place that the pointer, a finger or a key is at.
import { durationAsClock } from "../shared/clock.js";
import { gettext, interpolate } from "../shared/gettext.js";
import { spriteCell } from "./times.js";

const clock = (seconds) => durationAsClock(seconds * 1000);

/** `box`: holds the slider, and [data-preview] with [data-picture] and [data-moment]. */
export function mountSeekBar(box, player) {
  const slider = box.querySelector("input");
  const preview = box.querySelector("[data-preview]");
  const picture = preview.querySelector("[data-picture]");
  let isDragged = false;

  function draw() {
    const { length, time } = player;
    slider.max = String(length || 1);
    if (!isDragged) slider.value = String(time);
    // In words: a screen reader would else read out thousands of seconds.
    slider.setAttribute("aria-valuetext", interpolate(gettext("%(time)s of %(length)s"), { time: clock(time), length: clock(length) }));
    slider.style.setProperty("--played", `${length ? (Number(slider.value) / length) * 100 : 0}%`);
  }

  function show(seconds) {
    const { part, span, length } = player;
    if (!part || !length) return;
    const moment = Math.min(length, Math.max(0, seconds));
    preview.querySelector("[data-moment]").textContent = clock(moment);
    const { sprite } = part;
    picture.hidden = !sprite;
    if (sprite) {
      const { x, y } = spriteCell(sprite, span.start + moment);
      picture.style.width = `${sprite.width}px`;
      picture.style.height = `${sprite.height}px`;
      picture.style.backgroundImage = `url("${sprite.url}")`;
      picture.style.backgroundPosition = `-${x}px -${y}px`;
    }
    preview.hidden = false;
    const room = box.clientWidth;
    const half = preview.offsetWidth / 2;
    preview.style.left = `${Math.min(room - half, Math.max(half, (moment / length) * room))}px`;
  }

  const hide = () => {
    preview.hidden = true;
  };
  const momentAt = ({ clientX }) => {
    const { left, width } = slider.getBoundingClientRect();
    return ((clientX - left) / width) * player.length;
  };

  slider.addEventListener("input", () => {
    isDragged = true;
    player.time = Number(slider.value);
    show(Number(slider.value));
  });
  for (const name of ["change", "pointerup", "pointercancel"]) {
    slider.addEventListener(name, (event) => {
      isDragged = false;
      if (event.pointerType === "touch") hide();
    });
  }
  box.addEventListener("pointermove", (event) => {
    if (event.pointerType === "mouse" || isDragged) show(momentAt(event));
  });
  box.addEventListener("pointerleave", () => !isDragged && hide());
  slider.addEventListener("focus", () => slider.matches(":focus-visible") && show(player.time));
  slider.addEventListener("blur", hide);
  for (const name of ["loaded", "time"]) {
    player.addEventListener(name, () => {
      draw();
      if (document.activeElement === slider && !preview.hidden && !box.matches(":hover")) show(player.time);
    });
  }
  draw();
}
