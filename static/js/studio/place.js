// Whether we are on the air: the host's side always, speakers and moderators once they are brought on; and the emergency button.
import { confirmIn } from "../shared/controls.js";
import { find } from "../shared/elements.js";
import { keyOfError } from "../shared/failures.js";
import { gettext } from "../shared/gettext.js";

/**
 * Mount on the booth. `role` and `leads` say who we are; `socket` is realtime.js's view; `isGranted()` tells whether LiveKit
 * lets us publish. `media` and `controls` are of devices/. Returns {draw(), rights(), isOnAir()}: draw when the grant or our tracks change.
 */
export function mountPlace({ role, leads, socket, media, controls, notices, announce, noticeFailure, post, isGranted }) {
  /** @type {HTMLVideoElement} */
  const preview = find("waiting-video");
  let wasOnAir = leads;
  let wasHidden = false;
  /** @type {LivekitLocalTrack | null} */
  let shown = null;

  const isHidden = () => Boolean(socket.state?.stage.hidden);
  const place = () => socket.state?.me.stage ?? null;
  // While the stage is hidden nobody is granted anything: the place, not the grant, says who comes back.
  const isOnAir = () => leads || Boolean(place() && (isGranted() || isHidden()));

  function drawPreview(isWaiting) {
    const track = isWaiting && media.isOn("camera") ? media.camera : null;
    if (shown !== track) {
      shown?.detach(preview);
      track?.attach(preview);
      shown = track;
    }
    preview.hidden = !track;
    find("waiting-empty").hidden = Boolean(track);
  }

  function drawHidden() {
    const hidden = isHidden();
    find("hidden-slate").hidden = !hidden;
    const mayHide = socket.state?.me.may.hide_stage ?? true;
    if (find("hide-stage")) find("hide-stage").hidden = hidden || !mayHide;
    if (find("show-stage")) find("show-stage").hidden = !mayHide;
    if (hidden !== wasHidden && socket.state) {
      announce(hidden ? gettext("Paused: nobody is seen or heard.") : gettext("Resumed: the stage is seen and heard again."));
    }
    wasHidden = hidden;
  }

  function drawPlace() {
    if (leads) return;
    const onAir = isOnAir();
    find("waiting").hidden = onAir;
    find("on-air").hidden = !onAir || isHidden();
    find("leave-stage").hidden = !onAir;
    find("on-air-rehearsal").hidden = socket.state?.session.status === "live";
    find("on-air-live").hidden = socket.state?.session.status !== "live";
    if (role === "speaker") drawPreview(!onAir);
    if (onAir === wasOnAir) return;
    wasOnAir = onAir;
    notices.clear(onAir ? "off-stage" : "on-stage");
    if (onAir) notices.show("on-stage", gettext("You are on stage."), { tone: "success" });
    else notices.show("off-stage", gettext("You are off the stage: nobody sees or hears you any more."));
  }

  /** What may be sent now: before being brought on, a speaker may only get camera and microphone ready. */
  function rights() {
    if (leads) return { microphone: true, camera: true, screen: !isHidden() };
    const mine = isOnAir() ? place() : null;
    const isReady = role === "speaker" && !mine;
    return {
      microphone: isReady || Boolean(mine?.can_publish_audio),
      camera: isReady || Boolean(mine?.can_publish_video),
      screen: Boolean(mine?.can_publish_video) && !isHidden(),
    };
  }

  function draw() {
    drawHidden();
    drawPlace();
    controls.draw();
  }

  async function change(action, button) {
    button.disabled = true;
    try {
      await post(action);
    } catch (error) {
      noticeFailure(keyOfError(error));
    }
    button.disabled = false;
  }

  find("hide-stage")?.addEventListener("click", () => change("stage/hide", find("hide-stage")));
  find("show-stage")?.addEventListener("click", async () => {
    if (await confirmIn(find("show-dialog"))) change("stage/show", find("show-stage"));
  });
  find("leave-stage")?.addEventListener("click", () => change("stage/leave", find("leave-stage")));
  socket.on("open reset you.on_stage you.off_stage stage.hidden stage.permissions session.live", draw);
  return { draw, rights, isOnAir };
}
