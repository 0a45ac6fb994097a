// Cameras, microphones and speakers: listed, chosen, remembered in this browser.
import { gettext } from "../shared/gettext.js";
import { rememberedDevice, store } from "../shared/storage.js";

const kinds = { camera: "videoinput", microphone: "audioinput", speaker: "audiooutput" };
/** What a device without a name is called. */
const UNNAMED = { camera: gettext("Camera"), microphone: gettext("Microphone"), speaker: gettext("Speaker") };

/**
 * The devices of a kind (camera, microphone, speaker), without the nameless ones shown before permission.
 * @param {string} kind
 */
export async function devicesOf(kind) {
  // Without https there is no mediaDevices at all.
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return devices.filter((device) => device.kind === kinds[kind] && device.deviceId);
}

/** Whether the browser lets a page choose the speaker. */
export const canChooseSpeaker = () => "setSinkId" in HTMLMediaElement.prototype;

/**
 * @param {string} kind
 * @param {string} deviceId
 */
export const rememberDevice = (kind, deviceId) => store(`device:${kind}`, deviceId);

/**
 * Fill a <select> with the devices of `kind`; `current` is selected.
 * @param {PageElement} select
 * @param {string} kind
 * @param {string} current
 */
export async function fillChooser(select, kind, current) {
  const devices = await devicesOf(kind);
  const options = devices.map((device, index) => {
    const option = new Option(device.label || `${UNNAMED[kind]} ${index + 1}`, device.deviceId);
    option.selected = device.deviceId === current;
    return option;
  });
  select.replaceChildren(...options);
  select.disabled = options.length === 0;
  return devices;
}

/**
 * Keep every `select[data-devices=KIND]` under `root` true and let it choose.
 * @param {ParentNode} root
 * @param {object} page
 * @param {LocalMedia} page.media
 * @param {() => LivekitRoom | null} [page.room] where others are heard
 * @param {() => void} page.chosen
 * @param {(kind: string, error: Error) => void} page.onError
 */
export function mountChoosers(root, { media, room = () => null, chosen, onError }) {
  const selects = [...root.querySelectorAll("select[data-devices]")];
  const draw = () => {
    for (const select of selects) {
      const kind = select.dataset.devices ?? "";
      const field = select.closest("[data-field]");
      if (kind === "speaker" && !canChooseSpeaker()) {
        field.hidden = true;
        continue;
      }
      const current = kind === "speaker" ? rememberedDevice(kind) : media.deviceId(kind);
      fillChooser(select, kind, current);
    }
  };
  const choose = async (/** @type {string} */ kind, /** @type {string} */ deviceId) => {
    if (kind === "speaker") {
      rememberDevice(kind, deviceId);
      await room()?.switchActiveDevice("audiooutput", deviceId);
      return;
    }
    await media.choose(kind, deviceId);
    chosen();
  };
  for (const select of selects) {
    const kind = select.dataset.devices ?? "";
    select.addEventListener("change", () => choose(kind, select.value).catch((error) => onError(kind, error)).then(draw));
  }
  media.addEventListener("opened", draw);
  media.addEventListener("changed", draw);
  draw();
}
