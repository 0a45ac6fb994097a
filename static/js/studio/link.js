// How the line to the media room is, as the studio shows it.
import { find } from "../shared/elements.js";
import { hideFailure, showFailure } from "../shared/failures.js";
import { gettext } from "../shared/gettext.js";

const STATES = {
  connecting: gettext("Connecting…"),
  connected: gettext("Connected"),
  weak: gettext("Weak connection"),
  reconnecting: gettext("Reconnecting…"),
};

/**
 * Mount the state of the line, and `overlay` over the stage while it is away.
 * @param {{stage: Stage, overlay: PageElement}} page
 */
export function mountLink({ stage, overlay }) {
  function draw(/** @type {"connecting" | "connected" | "weak" | "reconnecting"} */ name) {
    find("link-state").dataset.state = name;
    find("link-state").textContent = STATES[name];
  }

  return {
    draw,
    /**
     * Show `connection` from now on; `granted()` is called when what we may send changes.
     * @param {MediaConnection} connection
     * @param {() => void} granted
     */
    follow(connection, granted) {
      const { RoomEvent } = window.LivekitClient;
      connection.addEventListener("room", ({ detail: { room } }) => {
        draw("connecting");
        stage.follow(room);
        room.on(RoomEvent.ParticipantPermissionsChanged, granted);
        room.on(RoomEvent.ConnectionQualityChanged, (level, person) => {
          if (person === room.localParticipant) draw(["poor", "lost"].includes(level) ? "weak" : "connected");
        });
      });
      connection.addEventListener("connected", () => {
        draw("connected");
        hideFailure(overlay);
      });
      connection.addEventListener("waiting", ({ detail: { key } }) => {
        draw("reconnecting");
        showFailure(overlay, key, { act: () => window.dispatchEvent(new Event("online")) });
        stage.draw();
      });
    },
  };
}
