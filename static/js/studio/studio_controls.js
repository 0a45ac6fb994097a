// The studio's own camera, microphone and screen: buttons, keys, the devices dialog, and what is said about them.
import { mountShortcuts, setToggle } from "../shared/controls.js";
import { mountChoosers, rememberDevice } from "../devices/devices.js";
import { find } from "../shared/elements.js";
import { failure, hideFailure, keyOfDeviceError, showFailure } from "../shared/failures.js";
import { fill } from "../shared/page.js";
import { talkingWatch } from "../devices/talking.js";


/**
 * Mount the controls of `media`. `room()` is the LiveKit room or null; `changed(kind)` hears of every change of ours.
 * Returns {draw(), talking, allow(may)}; `allow` says what may be sent now: {camera, microphone, screen} as booleans.
 */
export function mountSending({ media, texts, notices, announce, noticeFailure, room, changed }) {
  const talking = talkingWatch(media, () => {
    const unmute = { label: texts.unmute, run: () => toggle("microphone") };
    notices.show("talking", texts.talkingMuted, { tone: "warning", action: unmute });
  });

  function draw() {
    const microphone = media.isOn("microphone");
    setToggle(find("microphone"), microphone, microphone ? texts.mute : texts.unmute);
    const camera = media.isOn("camera");
    setToggle(find("camera"), camera, camera ? texts.stopCamera : texts.startCamera);
    const screen = media.screen.length > 0;
    setToggle(find("share"), screen, screen ? texts.stopShare : texts.share);
  }

  async function toggle(kind) {
    const button = find(kind);
    button.disabled = true;
    try {
      const isOn = await media.toggle(kind);
      if (kind === "microphone") notices.clear("talking");
      notices.clear("device_unplugged");
      announce(texts[kind][isOn ? "on" : "off"]);
    } catch (error) {
      noticeFailure(keyOfDeviceError(error));
    }
    button.disabled = false;
    button.focus();
  }

  async function toggleScreen() {
    if (media.screen.length > 0) {
      media.stopScreen();
      return;
    }
    find("share").disabled = true;
    try {
      await media.shareScreen();
      notices.clear("screen_share_failed");
    } catch {
      noticeFailure("screen_share_failed");
    }
    find("share").disabled = false;
  }

  const onChange = ({ detail: { kind } }) => {
    draw();
    changed(kind);
    if (kind === "microphone" && room()) talking.watch();
  };
  media.addEventListener("opened", onChange);
  media.addEventListener("changed", onChange);
  media.addEventListener("screen", () => {
    draw();
    if (room()) announce(media.screen.length > 0 ? texts.shareStarted : texts.shareStopped);
  });
  media.addEventListener("replaced", ({ detail: { kind, label } }) => {
    notices.clear("device_unplugged");
    notices.show(`replaced-${kind}`, fill(texts.replaced[kind], { label }), { tone: "warning" });
  });
  media.addEventListener("lost", () => {
    const row = failure("device_unplugged");
    notices.show("device_unplugged", `${row.sentence} ${row.step}`, { tone: "error", lasting: true });
  });

  find("microphone").addEventListener("click", () => toggle("microphone"));
  find("camera")?.addEventListener("click", () => toggle("camera"));
  find("share")?.addEventListener("click", toggleScreen);
  find("devices").addEventListener("click", () => {
    hideFailure(find("dialog-failure"));
    find("devices-dialog").showModal();
  });
  mountShortcuts({ KeyM: find("microphone"), KeyC: find("camera"), KeyS: find("share") });
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
    onError: (kind, error) => showFailure(find("dialog-failure"), keyOfDeviceError(error)),
  });

  return {
    draw,
    talking,
    allow(may) {
      for (const [id, allowed] of [["microphone", may.microphone], ["camera", may.camera], ["share", may.screen]]) {
        if (find(id)) find(id).disabled = !allowed;
      }
      if (!may.screen && media.screen.length > 0) media.stopScreen();
    },
  };
}
