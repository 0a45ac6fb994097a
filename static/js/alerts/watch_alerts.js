// On the watch page: co-hosts and moderators hear of what waits for them as in the studio. Loaded for them alone.
import { followLobby } from "../people/waiting.js";
import { drawn, find, make } from "../shared/elements.js";
import { gettext } from "../shared/gettext.js";
import { isCrew } from "../state/roles.js";
import { mountAlertSound } from "./alert_sound.js";
import { mountAlerts } from "./alerts.js";

/**
 * `studioUrl`: where what waits is decided before the webinar is live, when this page has no panels.
 * @param {{room: Realtime, panels: Published, call: Call, notices: Notices, studioUrl?: string}} context
 */
export function mountWatchAlerts({ room, panels, call, notices, studioUrl = "" }) {
  const use = drawn("use", { href: "#icon-bell" });
  Object.assign(use.dataset, { on: "#icon-bell", off: "#icon-bell-off" });
  const icon = drawn("svg", { class: "icon", "aria-hidden": "true" });
  icon.append(use);
  const button = make(
    "button",
    { type: "button", id: "alert-sound", className: "control", title: gettext("A sound when somebody raises a hand, asks or waits") },
    icon,
    make("span", { className: "control-label", textContent: gettext("Alert sound") }),
  );
  find("fullscreen").before(button);
  const hasPanels = () => !find("theatre").hidden;
  const toStudio = { label: gettext("Open studio"), run: () => window.location.assign(studioUrl) };
  mountAlerts({
    room,
    panels,
    lobby: followLobby(room, call),
    call,
    notices,
    ring: mountAlertSound(/** @type {any} */ (button)),
    elsewhere: () => (hasPanels() ? null : toStudio),
  });
  const follow = () => (button.hidden = !isCrew(room.state.me.role));
  room.on("open reset", follow);
  follow();
}
