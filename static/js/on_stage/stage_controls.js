// The bar of somebody who is on stage: microphone, camera, screen, devices.
import { mountShortcuts, setToggle } from "../shared/controls.js";
import { mountChoosers, rememberDevice } from "../devices/devices.js";
import { find } from "../shared/elements.js";
import { failure, hideFailure, keyOfDeviceError, showFailure } from "../shared/failures.js";
import { fill } from "../shared/page.js";
import { talkingWatch } from "../devices/talking.js";


/**
 * Mount the buttons that are there. `rights()`: {camera, microphone, screen}, what may be published now; `isOn()`: whether we are on
 * the air; `room()`: the LiveKit room, or null. Returns {draw, noticeFailure, startWatching, stopWatching}.
 */
export function mountStageControls({ media, texts, notices, announce, rights, isOn, room }) {
  const canShare = Boolean(navigator.mediaDevices?.getDisplayMedia);

  const noticeFailure = (key) => {
    const row = failure(key);
    notices.show(key, `${row.sentence} ${row.step}`, { tone: "error", lasting: true });
  };

  const drawOne = (button, kind, on, off) => {
    const allowed = rights()[kind];
    const isPublished = media.isOn(kind) && allowed;
    setToggle(button, isPublished, isPublished ? on : off);
    button.disabled = !allowed;
    button.title = allowed ? "" : texts.notAllowed[kind];
  };

  const draw = () => {
    for (const place of ["", "preview-"]) {
      drawOne(find(`${place}microphone`), "microphone", texts.mute, texts.unmute);
      drawOne(find(`${place}camera`), "camera", texts.stopCamera, texts.startCamera);
    }
    // Choosing a device would turn it on.
    for (const place of ["own", "live"]) find(`${place}-camera`).closest("[data-field]").hidden = !rights().camera;
    const isShared = media.screen.length > 0;
    find("share").hidden = !canShare || (!rights().screen && !isShared);
    setToggle(find("share"), isShared, isShared ? texts.stopShare : texts.share);
  };

  const toggle = async (kind, button) => {
    button.disabled = true;
    try {
      const on = await media.toggle(kind);
      if (kind === "microphone") notices.clear("talking");
      notices.clear("device_unplugged");
      announce(texts[kind][on ? "on" : "off"]);
    } catch (error) {
      noticeFailure(keyOfDeviceError(error));
    }
    draw();
    button.focus();
  };

  const talking = talkingWatch(media, () => {
    const run = () => toggle("microphone", find("microphone"));
    notices.show("talking", texts.talkingMuted, { tone: "warning", action: { label: texts.unmute, run } });
  });

  for (const kind of ["microphone", "camera"]) {
    for (const button of [find(kind), find(`preview-${kind}`)]) button.addEventListener("click", () => toggle(kind, button));
  }
  find("share").addEventListener("click", async () => {
    if (media.screen.length > 0) {
      media.stopScreen();
      return;
    }
    find("share").disabled = true;
    try {
      await media.shareScreen();
      notices.clear("screen_share_failed");
      // The place on stage may be gone by the time the screen is chosen.
      if (!isOn() || !rights().screen) media.stopScreen();
    } catch {
      noticeFailure("screen_share_failed");
    }
    find("share").disabled = false;
  });
  find("devices").addEventListener("click", () => {
    hideFailure(find("dialog-failure"));
    find("devices-dialog").showModal();
  });
  mountChoosers(find("devices-dialog"), {
    media,
    unnamed: texts.unnamed,
    choose: async (kind, deviceId) => {
      if (kind === "speaker") {
        rememberDevice(kind, deviceId);
        await room()?.switchActiveDevice("audiooutput", deviceId);
        return;
      }
      await media.choose(kind, deviceId);
      hideFailure(find("dialog-failure"));
    },
    onError: (_kind, error) => showFailure(find("dialog-failure"), keyOfDeviceError(error)),
  });

  media.addEventListener("opened", draw);
  media.addEventListener("changed", ({ detail: { kind } }) => {
    draw();
    if (kind === "microphone" && isOn()) talking.watch();
  });
  media.addEventListener("screen", () => {
    draw();
    if (isOn()) announce(media.screen.length > 0 ? texts.shareStarted : texts.shareStopped);
  });
  media.addEventListener("replaced", ({ detail: { kind, label } }) => {
    notices.clear("device_unplugged");
    notices.show(`replaced-${kind}`, fill(texts.replaced[kind], { label }), { tone: "warning" });
  });
  media.addEventListener("lost", () => noticeFailure("device_unplugged"));
  mountShortcuts({ KeyM: find("microphone"), KeyC: find("camera"), KeyS: find("share"), KeyH: find("hand") });

  return { draw, noticeFailure, startWatching: () => talking.watch(), stopWatching: () => talking.stop() };
}
