// On the watch page: whoever has, or gets, a role there is told, with the way into the studio.

/** What a notice says to whoever has `role`: "" for none, null when they were `told` already. `texts` as below. */
export function newsOf(role, told, texts) {
  return role === told ? null : (texts[role] ?? "");
}

/** Follow our role in `room.state.me`; `texts` has a sentence for each role and the button's label (`open`). */
export function followRole(room, { notices, texts, studioUrl }) {
  let told = null;
  room.on("open reset", ({ me }) => {
    const news = newsOf(me.role, told, texts);
    if (news === null) return;
    told = me.role;
    notices.clear("role");
    if (!news) return;
    const action = { label: texts.open, run: () => window.location.assign(studioUrl) };
    notices.show("role", news, { tone: "success", lasting: true, action });
  });
}
