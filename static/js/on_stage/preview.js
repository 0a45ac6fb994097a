// Before the stage: see yourself, hear that you are heard, choose devices. Nothing leaves this page yet.
import { mountChoosers } from "../devices/devices.js";
import { drawLevel, watchLevel } from "../devices/level.js";
import { find } from "../shared/elements.js";
import { hideFailure, keyOfBrowser, keyOfDeviceError, showFailure } from "../shared/failures.js";
import { gettext } from "../shared/gettext.js";
import { loadLivekit } from "../shared/libraries.js";

/**
 * The dialog #preview-dialog. `rights()` as in device_controls.js. `go()`, `decline()` and `postpone()` (the dialog was only
 * closed) are what the person chose. Returns {open(words), close(), say(words), busy(is), fail(key)}; `words`: {title, lead,
 * recorded, go}.
 */
export function mountPreview({ media, rights, go, decline, postpone }) {
  const dialog = find("preview-dialog");
  const box = find("preview-failure");
  const video = find("preview-video");
  let stopLevel = () => {};
  let opening = 0;

  const showCamera = () => {
    const isOn = media.isOn("camera") && rights().camera;
    find("preview").dataset.picture = isOn ? "on" : "off";
    find("preview-empty").hidden = isOn;
    const soundOnly = gettext("Your camera is not used on this stage. Everyone hears you.");
    find("preview-empty").textContent = rights().camera ? gettext("Your camera is off.") : soundOnly;
    if (media.camera) media.camera.attach(video);
  };

  const showMicrophone = () => {
    stopLevel();
    stopLevel = () => {};
    const draw = (/** @type {number} */ level) => drawLevel(find("level"), level);
    draw(0);
    if (media.isOn("microphone")) stopLevel = watchLevel(media.microphone.mediaStreamTrack, draw);
  };

  const show = ({ detail: { kind } }) => {
    if (!dialog.open) return;
    if (kind === "camera") showCamera();
    if (kind === "microphone") showMicrophone();
  };
  media.addEventListener("opened", show);
  media.addEventListener("changed", show);

  const onError = (_kind, error) => showFailure(box, keyOfDeviceError(error), { act: openDevices });
  mountChoosers(dialog, {
    media,
    onError,
    chosen: () => hideFailure(box),
  });

  async function openDevices() {
    const mine = ++opening;
    hideFailure(box);
    try {
      await loadLivekit();
    } catch {
      if (mine === opening) showFailure(box, navigator.onLine ? "server_error" : "offline", { act: openDevices });
      return;
    }
    if (mine !== opening) return;
    const key = keyOfBrowser({ publishing: true });
    if (key) {
      showFailure(box, key);
      return;
    }
    const isOver = () => mine !== opening;
    await media.openInTurn(["microphone", "camera"].filter((kind) => rights()[kind]), { failed: onError, isOver });
    // Closed while the browser was asking: the light must not stay on.
    if (isOver() && !dialog.open) media.close();
  }

  const say = ({ title, lead, recorded, go: label }) => {
    find("preview-title").textContent = title;
    find("preview-lead").textContent = lead;
    find("preview-recorded").textContent = recorded;
    find("preview-go").textContent = label;
  };

  const busy = (isBusy) => {
    find("preview-go").disabled = isBusy;
    find("preview-connecting").hidden = !isBusy;
  };

  find("preview-go").addEventListener("click", go);
  find("preview-decline").addEventListener("click", decline);
  // Escape decides nothing.
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    postpone();
  });

  return {
    say,
    busy,
    open(words) {
      say(words);
      if (dialog.open) return;
      busy(false);
      dialog.showModal();
      find("preview-title").focus();
      showCamera();
      showMicrophone();
      openDevices();
    },
    close() {
      opening += 1;
      stopLevel();
      media.camera?.detach(video);
      hideFailure(box);
      if (dialog.open) dialog.close();
    },
    /** Rights changed while it is open. */
    redraw() {
      if (!dialog.open) return;
      showCamera();
      openDevices();
    },
    fail(key) {
      showFailure(box, key);
    },
  };
}
