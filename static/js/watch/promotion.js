// On the watch page: whoever has, or gets, a role there is told, with the way into the studio.
import { gettext } from "../shared/gettext.js";

const NEWS = {
  co_host: gettext("You are a co-host of this webinar."),
  moderator: gettext("You are a moderator of this webinar."),
  speaker: gettext("You are a speaker in this webinar. Wait backstage until you are brought on stage."),
};

/** What a notice says to whoever has `role`: "" for none, null when they were `told` already. */
export function newsOf(role, told) {
  return role === told ? null : (NEWS[role] ?? "");
}

/** Follow our role in `room.state.me`. */
export function followRole(room, { notices, studioUrl }) {
  let told = null;
  room.on("open reset", ({ me }) => {
    const news = newsOf(me.role, told);
    if (news === null) return;
    told = me.role;
    notices.clear("role");
    if (!news) return;
    const action = { label: gettext("Open studio"), run: () => window.location.assign(studioUrl) };
    notices.show("role", news, { tone: "success", lasting: true, action });
  });
}
