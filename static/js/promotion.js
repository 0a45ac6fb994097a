// On the watch page: whoever has, or gets, a role there is told, with the way into the studio.

/** Follow our role in `room.state.me`; `texts` has a sentence for each role and the button's label (`open`). */
export function followRole(room, { notices, texts, studioUrl }) {
  let told = null;
  room.on("open reset", ({ me }) => {
    if (me.role === told) return;
    told = me.role;
    notices.clear("role");
    if (!texts[me.role]) return;
    const action = { label: texts.open, run: () => window.location.assign(studioUrl) };
    notices.show("role", texts[me.role], { tone: "success", lasting: true, action });
  });
}
