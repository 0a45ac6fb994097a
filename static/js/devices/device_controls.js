// The bar of our own camera, microphone and screen: buttons, keys, the devices dialog, and what is said about them.
import { mountShortcuts, setToggle } from "../shared/controls.js";
import { find } from "../shared/elements.js";
import { hideFailure, keyOfDeviceError, noticeFailure, showFailure } from "../shared/failures.js";
import { gettext, interpolate } from "../shared/gettext.js";
import { mountChoosers } from "./devices.js";
import { talkingWatch } from "./talking.js";

const SAID = {
  microphone: { on: gettext("Microphone is on"), off: gettext("Microphone is off") },
  camera: { on: gettext("Camera is on"), off: gettext("Camera is off") },
};
const NOT_ALLOWED = {
  microphone: gettext("The host does not allow your microphone."),
  camera: gettext("The host does not allow your camera."),
};
const REPLACED = {
  microphone: gettext("The microphone was unplugged. Now using %(label)s."),
  camera: gettext("The camera was unplugged. Now using %(label)s."),
};

/**
 * What may be sent now.
 * @typedef {{camera: boolean, microphone: boolean, screen: boolean}} Rights
 */

/**
 * Mount the buttons that are there: #microphone, #camera, #share and #devices with its dialog; where a person gets ready there are
 * #preview-microphone and #preview-camera too.
 * @param {object} page
 * @param {LocalMedia} page.media
 * @param {Notices} page.notices
 * @param {Announce} page.announce
 * @param {() => LivekitRoom | null} page.room
 * @param {() => Rights} page.rights
 * @param {() => boolean} page.isSending whether what is on is sent: somebody sees and hears it
 * @param {boolean} [page.isGuest] on stage from the audience: what may not be sent is what the host does not allow
 * @param {() => boolean} [page.offersScreen] whether there is a button for the screen at all
 * @param {() => boolean} [page.offersDevices] whether there are buttons for camera, microphone and devices at all
 * @param {Record<string, PageElement>} [page.keys] more keys: the button that each presses with Alt
 * @param {(kind: string) => void} [page.changed] hears of every change of ours
 */
export function mountDeviceControls({
  media, notices, announce, room, rights, isSending, isGuest = false, offersScreen = () => true, offersDevices = () => true, keys = {}, changed = () => {},
}) {
  const share = find("share");
  const buttonsOf = (/** @type {string} */ kind) => [find(kind), find(`preview-${kind}`)].filter(Boolean);

  /** @param {"camera" | "microphone"} kind */
  function drawKind(kind, on, off) {
    const isAllowed = rights()[kind];
    const isOn = media.isOn(kind) && isAllowed;
    for (const button of buttonsOf(kind)) {
      setToggle(button, isOn, isOn ? on : off);
      button.disabled = !isAllowed;
      button.hidden = !offersDevices();
      button.title = isGuest && !isAllowed ? NOT_ALLOWED[kind] : "";
    }
  }

  function draw() {
    drawKind("microphone", gettext("Mute"), gettext("Unmute"));
    drawKind("camera", gettext("Stop camera"), gettext("Start camera"));
    find("devices").hidden = !offersDevices();
    const isShared = media.screen.length > 0;
    const mayShare = rights().screen;
    setToggle(share, isShared, isShared ? gettext("Stop sharing") : gettext("Share screen"));
    if (share) {
      share.hidden = !offersScreen() && !isShared;
      share.disabled = !mayShare;
    }
    if (isShared && !mayShare) media.stopScreen();
  }

  /** @param {"camera" | "microphone"} kind */
  async function toggle(kind, button = find(kind)) {
    button.disabled = true;
    try {
      const isOn = await media.toggle(kind);
      if (kind === "microphone") notices.clear("talking");
      notices.clear("device_unplugged");
      announce(SAID[kind][isOn ? "on" : "off"]);
    } catch (error) {
      noticeFailure(notices, keyOfDeviceError(error));
    }
    draw();
    button.focus();
  }

  async function toggleScreen() {
    if (media.screen.length > 0) {
      media.stopScreen();
      return;
    }
    share.disabled = true;
    try {
      await media.shareScreen();
      notices.clear("screen_share_failed");
      // The place on stage may be gone by the time the screen is chosen.
      if (!rights().screen) media.stopScreen();
    } catch {
      noticeFailure(notices, "screen_share_failed");
    }
    draw();
  }

  const talking = talkingWatch(media, () => {
    const action = { label: gettext("Unmute"), run: () => toggle("microphone") };
    notices.show("talking", gettext("You are talking, but your microphone is off."), { tone: "warning", action });
  });

  const onChange = ({ detail: { kind } }) => {
    draw();
    changed(kind);
    if (kind === "microphone" && isSending()) talking.watch();
  };
  media.addEventListener("opened", onChange);
  media.addEventListener("changed", onChange);
  media.addEventListener("screen", () => {
    draw();
    const isShared = media.screen.length > 0;
    const shared = gettext("Your screen is shared. It stands beside your camera.");
    if (isSending()) announce(isShared ? shared : gettext("Your screen is no longer shared."));
  });
  media.addEventListener("replaced", ({ detail: { kind, label } }) => {
    notices.clear("device_unplugged");
    notices.show(`replaced-${kind}`, interpolate(REPLACED[kind], { label }), { tone: "warning" });
  });
  media.addEventListener("lost", () => noticeFailure(notices, "device_unplugged"));

  for (const kind of /** @type {("camera" | "microphone")[]} */ (["microphone", "camera"])) {
    for (const button of buttonsOf(kind)) button.addEventListener("click", () => toggle(kind, button));
  }
  share?.addEventListener("click", toggleScreen);
  const dialog = find("devices-dialog");
  const failure = find("dialog-failure");
  find("devices").addEventListener("click", () => {
    hideFailure(failure);
    dialog.showModal();
  });
  mountShortcuts({ KeyM: find("microphone"), KeyC: find("camera"), KeyS: share, ...keys });
  mountChoosers(dialog, {
    media,
    room,
    chosen: () => hideFailure(failure),
    onError: (_kind, error) => showFailure(failure, keyOfDeviceError(error)),
  });

  return { draw, talking };
}
