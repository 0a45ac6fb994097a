// The attendee's request to come on stage: a button that raises and lowers the hand, and what became of it.
import { find } from "../shared/elements.js";
import { gettext, interpolate } from "../shared/gettext.js";
import { reasonOf } from "../shared/page.js";

const placeOf = ({ position }) =>
  position === 1 ? gettext("You are next") : interpolate(gettext("No. %(position)s"), { position });
const isUp = (raised) => {
  if (!raised) return gettext("Your hand is up. Press again to lower it.");
  if (raised.position === 1) return gettext("Your hand is up: you are next. Press again to lower it.");
  return interpolate(gettext("Your hand is up: you are number %(position)s. Press again to lower it."), raised);
};

/**
 * Mount the button #hand and its dialog. `room` is realtime.js's view, `call(path, options)` the session's API, `announceNow`
 * speaks at once. Returns draw(), for what changes outside of the state.
 */
export function mountRaiseHand({ room, call, notices, announceNow, isOnStage }) {
  const button = find("hand");
  const label = button.querySelector(".control-label");
  const dialog = find("hand-dialog");
  const message = find("hand-message");
  let isBusy = false;
  /** @type {{id: string, position: number} | null} the place in the queue as it was when the hand went up; `id` is the hand's */
  let raised = null;

  const hand = () => room.state?.me.hand ?? null;
  const isOffered = () => {
    const { me, session } = room.state ?? {};
    return Boolean(me?.may.ask_for_stage && session.effective_stage_enabled && session.status === "live" && !me.stage);
  };

  const draw = () => {
    const isRaised = hand() !== null;
    const hasPosition = isRaised && hand().id === raised?.id;
    button.hidden = !isOffered() || isOnStage();
    button.disabled = isBusy;
    button.dataset.state = isRaised ? "on" : "off";
    button.setAttribute("aria-pressed", String(isRaised));
    label.textContent = isRaised ? gettext("Hand raised") : gettext("Raise hand");
    find("hand-position").hidden = !hasPosition;
    find("hand-position").textContent = raised && hasPosition ? placeOf(raised) : "";
    if (dialog.open && (isRaised || button.hidden)) dialog.close();
  };

  const ask = async (path, body, done) => {
    isBusy = true;
    draw();
    try {
      const reply = await call(`stage/${path}`, { method: "POST", body });
      raised = reply?.position ? reply : null;
      notices.clear("hand");
      announceNow(done());
    } catch (error) {
      notices.show("hand", reasonOf(error), { tone: "error" });
    }
    isBusy = false;
    draw();
    if (!button.hidden) button.focus();
  };

  const raise = () =>
    ask("raise_hand", { message: message.value.trim() }, () => {
      message.value = "";
      return isUp(raised);
    });
  const lower = () => ask("lower_hand", {}, () => gettext("Your hand is down."));

  button.addEventListener("click", () => {
    if (hand()) {
      lower();
      return;
    }
    const { stage, session } = room.state;
    find("hand-full").hidden = (stage?.participants.length ?? 0) < session.effective_max_join_limit;
    dialog.returnValue = "no";
    dialog.showModal();
  });
  // No submit button of its own: Enter in the field raises the hand.
  find("hand-cancel").addEventListener("click", () => dialog.close("no"));
  dialog.addEventListener("close", () => dialog.returnValue === "yes" && !hand() && raise());

  room.on("hand.rejected", ({ participant_identity: who }) => {
    if (who !== room.state?.me.user_id) return;
    notices.show("hand", gettext("You cannot come on stage right now. You may raise your hand again later."), { lasting: true });
  });
  room.on("hand.lowered", ({ participant_identity: who }) => {
    if (who === room.state?.me.user_id && !isBusy) announceNow(gettext("Your hand is down."));
  });
  const events = "open reset hand.raised hand.lowered hand.approved hand.rejected stage.joined stage.left you.on_stage you.off_stage";
  room.on(`${events} session.live session.ended session.settings`, draw);
  return draw;
}
