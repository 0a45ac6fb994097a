// The player's buttons and keys. Everything can be done with a pointer, by touch and with the keyboard alone.
import { durationAsClock } from "../shared/clock.js";
import { setToggle } from "../shared/controls.js";
import { partsOf } from "../shared/elements.js";
import { gettext, interpolate } from "../shared/gettext.js";
import { choices, choose } from "./memory.js";
import { actionOfKey } from "./times.js";

const clock = (seconds) => durationAsClock(seconds * 1000);

/** `box`: templates/replay/player.html. `say(text)` tells a screen reader what a key did. */
export function mountControls(box, player, captions, { say }) {
  const find = partsOf(box);
  const { video } = player;
  const [play, start, mute, volume, speed] = ["play", "start", "mute", "volume", "speed"].map(find);
  const [screen, help] = [find("fullscreen"), find("help")];
  const kept = choices();
  Object.assign(video, { volume: kept.volume, muted: kept.muted, defaultPlaybackRate: kept.speed, playbackRate: kept.speed });

  /** Whether the large button would be in the way: it plays, or the person paused to look at the picture. */
  const isGoingOn = () => player.isPlaying || (!player.isBlocked && player.videoTime > player.span.start + 0.1);

  function draw() {
    box.dataset.state = player.isPlaying ? "playing" : "paused";
    setToggle(play, player.isPlaying, player.isPlaying ? gettext("Pause") : gettext("Play"));
    start.hidden = isGoingOn();
    find("waiting").hidden = !player.isWaiting;
    const isSilent = video.muted || video.volume === 0;
    setToggle(mute, !isSilent, isSilent ? gettext("Turn sound on") : gettext("Turn sound off"));
    volume.value = String(video.muted ? 0 : video.volume);
    volume.style.setProperty("--played", `${Number(volume.value) * 100}%`);
    volume.setAttribute("aria-valuetext", interpolate(gettext("%(percent)s %%"), { percent: Math.round(Number(volume.value) * 100) }));
    speed.value = String(video.playbackRate);
    drawTime();
  }

  function drawTime() {
    find("time").textContent = `${clock(player.time)} / ${clock(player.length)}`;
  }

  function setVolume(value) {
    video.volume = Math.min(1, Math.max(0, value));
    video.muted = false;
    choose({ volume: video.volume, muted: false });
  }

  function turnSound() {
    if (video.volume === 0) setVolume(0.5);
    else video.muted = !video.muted;
    choose({ muted: video.muted });
  }

  function setSpeed(value) {
    // The default too: a fresh link would else fall back to it.
    video.defaultPlaybackRate = video.playbackRate = value;
    choose({ speed: value });
  }

  function stepSpeed(step) {
    const speeds = [...speed.options].map((option) => Number(option.value));
    const at = speeds.indexOf(video.playbackRate) + step;
    if (at >= 0 && at < speeds.length) setSpeed(speeds[at]);
    say(interpolate(gettext("Speed %(speed)s"), { speed: speed.options[speeds.indexOf(video.playbackRate)].text }));
  }

  function turnCaptions() {
    captions.toggle();
    say(captions.isOn ? gettext("Captions on") : gettext("Captions off"));
  }

  async function turnFullscreen() {
    try {
      if (document.fullscreenElement) await document.exitFullscreen();
      else if (box.requestFullscreen) await box.requestFullscreen();
      else video.webkitEnterFullscreen?.(); // iPhones know only the video itself
    } catch {
      // The browser may refuse it: the page stays as it is.
    }
  }

  const seekBy = (seconds) => {
    player.time = player.time + seconds;
    say(clock(player.time));
  };
  const acts = {
    toggle: () => player.toggle(),
    by: seekBy,
    share: (share) => {
      player.time = player.length * share;
      say(clock(player.time));
    },
    louder: (step) => {
      setVolume(Math.round(((video.muted ? 0 : video.volume) + step) * 100) / 100);
      say(interpolate(gettext("Volume %(percent)s %%"), { percent: Math.round(video.volume * 100) }));
    },
    mute: turnSound,
    fullscreen: turnFullscreen,
    captions: turnCaptions,
    speed: stepSpeed,
    help: () => help.showModal(),
  };

  play.addEventListener("click", () => player.toggle());
  start.addEventListener("click", () => {
    player.play();
    play.focus();
  });
  video.addEventListener("click", () => player.toggle());
  find("back").addEventListener("click", () => seekBy(-10));
  find("forward").addEventListener("click", () => seekBy(10));
  mute.addEventListener("click", turnSound);
  volume.addEventListener("input", () => setVolume(Number(volume.value)));
  speed.addEventListener("change", () => setSpeed(Number(speed.value)));
  screen.addEventListener("click", turnFullscreen);
  find("help-open").addEventListener("click", () => help.showModal());
  document.addEventListener("fullscreenchange", () => {
    const isFull = document.fullscreenElement === box;
    setToggle(screen, isFull, isFull ? gettext("Leave full screen") : gettext("Full screen"));
  });
  document.addEventListener("keydown", (event) => {
    const action = actionOfKey(event.key);
    if (!action || event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    if (document.querySelector("dialog[open]") || isTheirs(event.target, event.key)) return;
    // Elsewhere on the page these scroll.
    if (/^(ArrowUp|ArrowDown|Home|End)$/.test(event.key) && !box.contains(event.target)) return;
    event.preventDefault();
    acts[action[0]](action[1]);
  });
  for (const name of ["state", "loaded"]) player.addEventListener(name, draw);
  player.addEventListener("time", () => {
    drawTime();
    start.hidden = isGoingOn();
  });
  draw();
}

/** Whether the key belongs to the element that has the focus: writing, choosing, pressing, another slider's arrows. */
function isTheirs(target, key) {
  if (target.closest("[data-own-keys]")) return /^(Arrow|Home|End| )/.test(key) || target.matches("input");
  if (target.matches("input[type=range]")) return target.matches("[data-volume]") && /^(Arrow|Home|End)/.test(key);
  if (target.matches("input, textarea, [contenteditable]")) return true;
  if (target.matches("select")) return true;
  return key === " " && target.matches("button, a, summary");
}
