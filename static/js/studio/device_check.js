// Before the studio: see yourself, hear yourself, hear the speaker, and know that the connection holds.
import { mountChoosers } from "../devices/devices.js";
import { drawLevel, watchLevel } from "../devices/level.js";
import { playTone } from "../devices/tone.js";
import { make } from "../shared/elements.js";
import { hideFailure, keyOfDeviceError, keyOfError, failure, showFailure } from "../shared/failures.js";
import { gettext } from "../shared/gettext.js";
import { rememberedDevice } from "../shared/storage.js";
import { checkConnection } from "./connection_check.js";

const RECORDING_MS = 3500;
const STEPS = {
  signalling: gettext("Connection to the server"),
  media: gettext("Video and sound"),
  resume: gettext("Coming back after an interruption"),
};

/**
 * Mount on `root`. `media` is the LocalMedia that the studio goes on with; `hasCamera` is the preset's flag; `reach` as
 * checkConnection has it. Returns {stop()}: what is only needed here ends, camera and microphone stay open.
 */
export function mountDeviceCheck(root, { media, hasCamera, reach }) {
  const find = (selector) => root.querySelector(selector);
  const result = (name) => find(`[data-check=${name}] [data-result]`);
  const state = (name, value) => {
    find(`[data-check=${name}]`).dataset.state = value;
  };
  const box = find("#device-failure");
  const preview = find("#preview");
  const video = find("#preview-video");
  const record = find("#record");
  let stopLevel = () => {};
  let heard = false;

  const showCamera = () => {
    const isOn = media.isOn("camera");
    preview.dataset.picture = isOn ? "on" : "off";
    find("#preview-empty").hidden = isOn;
    if (media.camera) media.camera.attach(video);
    if (isOn) {
      result("camera").textContent = gettext("Your camera works.");
      state("camera", "passed");
    }
  };

  const showMicrophone = () => {
    stopLevel();
    record.disabled = !media.microphone;
    if (!media.microphone) return;
    if (!heard) result("microphone").textContent = gettext("Say something: the bar should move.");
    stopLevel = watchLevel(media.microphone.mediaStreamTrack, (level) => {
      drawLevel(find("#level"), level);
      if (level > 0.45 && !heard) {
        heard = true;
        result("microphone").textContent = gettext("Your microphone hears you.");
        state("microphone", "passed");
      }
    });
  };

  const onError = (kind, error) => {
    const key = keyOfDeviceError(error);
    state(kind, "failed");
    result(kind).textContent = failure(key).title;
    find("#preview-empty").textContent = failure(key).title;
    showFailure(box, key, { act: openDevices });
  };

  async function openDevices() {
    hideFailure(box);
    await media.openInTurn(hasCamera ? ["camera", "microphone"] : ["microphone"], { failed: onError });
  }

  const onOpened = ({ detail: { kind } }) => (kind === "camera" ? showCamera() : showMicrophone());
  const onChanged = ({ detail: { kind } }) => {
    if (kind === "camera") showCamera();
    if (kind === "microphone") showMicrophone();
  };
  media.addEventListener("opened", onOpened);
  media.addEventListener("changed", onChanged);
  const onLost = ({ detail: { kind } }) => {
    state(kind, "failed");
    showFailure(box, "device_unplugged", { act: openDevices });
  };
  const onReplaced = () => hideFailure(box);
  media.addEventListener("lost", onLost);
  media.addEventListener("replaced", onReplaced);

  mountChoosers(root, {
    media,
    onError,
    chosen: () => hideFailure(box),
  });

  const toneButton = find("#tone");
  toneButton.addEventListener("click", async () => {
    toneButton.disabled = true;
    try {
      await playTone(rememberedDevice("speaker"));
      result("speaker").textContent = gettext("You should have heard two notes. If not, choose another speaker.");
      state("speaker", "passed");
    } catch {
      result("speaker").textContent = gettext("The browser could not play the tone.");
      state("speaker", "failed");
    }
    toneButton.disabled = false;
  });

  record.addEventListener("click", async () => {
    record.disabled = true;
    try {
      result("microphone").textContent = gettext("Recording — say a sentence…");
      const sound = await recordFrom(media.microphone.mediaStreamTrack, RECORDING_MS);
      result("microphone").textContent = gettext("This is how you sound…");
      await play(sound, rememberedDevice("speaker"));
      result("microphone").textContent = gettext("Played. Did it sound right? If not, choose another microphone.");
    } catch (error) {
      onError("microphone", error);
    }
    record.disabled = !media.microphone;
  });

  const steps = find("#connection-steps");
  const again = find("#connection-again");
  const onStep = (name, value) => {
    const item =
      steps.querySelector(`[data-step=${name}]`) ??
      steps.appendChild(make("li", { textContent: "" }));
    item.dataset.step = name;
    item.dataset.state = value;
    const failed = name === "resume" ? gettext("may take a little longer") : gettext("does not work");
    const words = { running: "…", passed: gettext("works"), failed };
    item.textContent = `${STEPS[name]}: ${words[value]}`;
  };
  async function runConnectionCheck() {
    again.hidden = true;
    steps.replaceChildren();
    state("connection", "running");
    result("connection").textContent = gettext("Checking the connection…");
    let key;
    try {
      ({ key } = await checkConnection({ reach, onStep }));
    } catch (error) {
      key = keyOfError(error);
    }
    state("connection", key ? "failed" : "passed");
    find("[data-check=connection]").dataset.failure = key ?? "";
    const row = key && failure(key);
    result("connection").textContent = row ? `${row.sentence} ${row.step}` : gettext("Good: video and sound get through.");
    again.hidden = !key;
  }
  again.addEventListener("click", runConnectionCheck);

  openDevices();
  runConnectionCheck();
  return {
    stop() {
      stopLevel();
      media.removeEventListener("opened", onOpened);
      media.removeEventListener("changed", onChanged);
      media.removeEventListener("lost", onLost);
      media.removeEventListener("replaced", onReplaced);
      media.camera?.detach(video);
    },
  };
}

/** A few seconds of `mediaTrack` as a Blob. */
function recordFrom(mediaTrack, milliseconds) {
  return new Promise((resolve, reject) => {
    const recorder = new MediaRecorder(new MediaStream([mediaTrack]));
    const parts = [];
    recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
    recorder.addEventListener("stop", () => resolve(new Blob(parts, { type: recorder.mimeType })));
    recorder.addEventListener("error", ({ error }) => reject(error));
    recorder.start();
    setTimeout(() => recorder.state === "recording" && recorder.stop(), milliseconds);
  });
}

/** Play a Blob on the output `deviceId`; resolves at its end. */
async function play(sound, deviceId) {
  const url = URL.createObjectURL(sound);
  const element = new Audio(url);
  try {
    if (deviceId && element.setSinkId) await element.setSinkId(deviceId);
    await new Promise((resolve, reject) => {
      element.addEventListener("ended", resolve);
      element.addEventListener("error", () => reject(element.error));
      element.play().catch(reject);
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}
