// What the crew sets for everybody on stage at once: the layout, who is shown alone, and silence.
import { make, partsOf } from "../shared/elements.js";
import { gettext } from "../shared/gettext.js";

/**
 * Mount in the panel "stage". `act(path, {method, body})` calls the API and says what went wrong; `hosts()` are the rows of
 * co-hosts. Returns {draw()}.
 */
export function mountLayoutChoice(element, { room, act, hosts }) {
  const find = partsOf(element);
  const [choice, field, spotlight, muteAll] = ["layout-choice", "spotlight-field", "spotlight", "mute-all"].map(find);

  /** Who can be shown alone: `[identity, name]`. */
  function people() {
    const { session, stage } = room.state;
    const { id, username } = session.room.host;
    return [
      [id, username],
      ...hosts().map((role) => [role.user_id, role.username]),
      ...stage.participants.map((member) => [member.participant_identity, member.participant_name]),
    ];
  }

  let listed = "";

  function drawSpotlight(identity) {
    const there = people();
    // A list that is open stays open while nobody comes or goes.
    if (listed !== String(there)) {
      listed = String(there);
      spotlight.replaceChildren(...there.map(([value, textContent]) => make("option", { value, textContent })));
    }
    spotlight.value = identity ?? there[0][0];
  }

  function draw() {
    const { stage } = room.state;
    choice.value = stage.layout;
    field.hidden = stage.layout !== "spotlight";
    drawSpotlight(stage.spotlight_identity);
    muteAll.hidden = stage.participants.length === 0;
    muteAll.disabled = !stage.participants.some((member) => member.can_publish_audio);
  }

  /** A refusal leaves what is: draw() takes the choice back. */
  async function change() {
    const layout = choice.value;
    const body = layout === "spotlight" ? { layout, spotlight_identity: spotlight.value } : { layout };
    await act("stage/layout", { method: "PATCH", body });
  }

  choice.addEventListener("change", change);
  spotlight.addEventListener("change", change);
  muteAll.title = gettext("Hosts and co-hosts switch their own microphones.");
  muteAll.addEventListener("click", () => act("stage/mute_all"));
  room.on("stage.layout", () => room.state.me.may.manage_stage && draw());
  return { draw };
}
