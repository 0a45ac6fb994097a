// Where the session stands, as the studio shows it: rehearsal or live, who watches, going live, ending, leaving.
import { durationAsClock, everySecond, momentInWords } from "../shared/clock.js";
import { confirmIn } from "../shared/controls.js";
import { find } from "../shared/elements.js";
import { keyOfError } from "../shared/failures.js";
import { gettext, interpolate, ngettext } from "../shared/gettext.js";

const LIVE = {
  facts: (count) => ngettext("%(count)s watching", "%(count)s watching", count),
  question: (count) =>
    count === 0
      ? gettext("Nobody is watching right now. The webinar ends for good.")
      : ngettext(
          "%(count)s person is watching. It ends for them too, and for good.",
          "%(count)s people are watching. It ends for all of them, and for good.",
          count,
        ),
};
const REHEARSAL = {
  facts: (count) => ngettext("%(count)s waiting", "%(count)s waiting", count),
  question: (count) =>
    count === 0
      ? gettext("Nobody is waiting yet.")
      : ngettext(
          "%(count)s person is waiting. They will see and hear you at once.",
          "%(count)s people are waiting. They will see and hear you at once.",
          count,
        ),
};

/**
 * Mount the booth's head and its large buttons. `leads`: go live, end and close the rehearsal; everybody else only leaves.
 * `hint()` is what should be known before going live. `changed(session)` hears what the server answered; `left()` that the person goes. Returns {isLive, draw(), drawViewers(count),
 * drawIdle(iso)}; `session()` is the session as it is now.
 */
export function mountRunning({ page, session, notices, post, leads, noticeFailure, changed, leave, failed, hint = () => "" }) {
  const isLive = () => session().status === "live";
  let viewerCount = 0;
  let mayCount = true; // who may not know the number reads none, and not zero

  function drawViewers(count) {
    mayCount = count !== null;
    viewerCount = count ?? 0;
    const { facts } = isLive() ? LIVE : REHEARSAL;
    find("viewers").textContent = mayCount ? interpolate(facts(viewerCount), { count: viewerCount }) : "–";
  }

  function draw() {
    const live = isLive();
    find("phase").dataset.phase = live ? "live" : "rehearsal";
    find("phase").classList.toggle("live", live);
    page.dataset.phase = live ? "live" : "rehearsal";
    find("rehearsal-note").hidden = live;
    find("timer-fact").hidden = !live;
    if (leads) {
      find("leave").hidden = live;
      find("go-live").hidden = live;
      find("end").hidden = !live;
    }
    drawViewers(mayCount ? viewerCount : null);
  }

  async function act(button, action) {
    button.disabled = true;
    try {
      await action();
    } catch (error) {
      noticeFailure(keyOfError(error));
    }
    button.disabled = false;
  }

  async function goLive() {
    find("live-count").textContent = interpolate(REHEARSAL.question(viewerCount), { count: viewerCount });
    find("live-hint").textContent = hint();
    find("live-hint").hidden = !hint();
    if (!(await confirmIn(find("live-dialog")))) return;
    await act(find("go-live"), async () => {
      changed((await post("go_live")).session);
      notices.clear("another_is_live");
      notices.clear("media_unavailable");
    });
  }

  async function endWebinar() {
    find("end-count").textContent = interpolate(LIVE.question(viewerCount), { count: viewerCount });
    if (await confirmIn(find("end-dialog"))) await act(find("end"), async () => changed(await post("end")));
  }

  /** The crew's leaders close the rehearsal for everybody; everybody else leaves it. */
  async function leaveBooth() {
    find("leave").disabled = true;
    leave();
    try {
      await post(leads ? "end" : "leave");
      window.location.assign(page.dataset.home);
    } catch (error) {
      find("leave").disabled = false;
      failed(keyOfError(error), leaveBooth);
    }
  }

  find("leave").addEventListener("click", leaveBooth);
  find("go-live")?.addEventListener("click", goLive);
  find("end")?.addEventListener("click", endWebinar);
  everySecond((now) => {
    if (isLive() && session().started_at) find("timer").textContent = durationAsClock(now - Date.parse(session().started_at));
  });

  return {
    isLive,
    draw,
    drawViewers,
    /** Warn that the session ends by itself at `iso`; null: it does not. */
    drawIdle(iso) {
      if (!iso) {
        notices.clear("idle");
        return;
      }
      const words = gettext("Nobody from the team has been here for a while. The webinar ends by itself: %(moment)s.");
      notices.show("idle", interpolate(words, { moment: momentInWords(iso) }), { tone: "warning", lasting: true });
    },
  };
}
