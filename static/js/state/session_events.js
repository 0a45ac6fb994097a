// What events about the session as a whole do to the state.

/** An event shows the session as an outsider sees it: what is null there says nothing to the crew. */
function seen({ me, session: before, viewer_count }, data) {
  if (me.role === "audience" || me.role === "speaker") return data;
  return {
    ...data,
    room: { ...data.room, host: before.room.host },
    preset: { ...data.preset, name: before.preset.name },
    backstage_open: data.status === "scheduled" && before.backstage_open,
    idle_ends_at: data.status === "live" ? before.idle_ends_at : null,
    viewer_count: data.status === "live" ? viewer_count : 0,
    max_viewers: data.max_viewers ?? before.max_viewers,
    hls_url: before.hls_url,
  };
}

const changed = (state, data) => ({ ...state, session: seen(state, data) });

export const reducers = {
  "session.live": changed,
  "session.expired": changed,
  "session.rescheduled": changed,
  "session.settings": changed,
  "session.ended": (state, data) => ({
    ...changed(state, data),
    viewer_count: state.viewer_count === null ? null : 0,
    host: { video: false, audio: false },
  }),
  "session.idle": (state, data) => ({ ...state, session: { ...state.session, idle_ends_at: data.ends_at } }),
  "host.video": (state, data) => ({ ...state, host: { ...state.host, video: data.enabled } }),
  "host.audio": (state, data) => ({ ...state, host: { ...state.host, audio: data.enabled } }),
  "presence.count": (state, { viewer_count }) => {
    const session = state.session.status === "live" ? { ...state.session, viewer_count } : state.session;
    return { ...state, session, viewer_count };
  },
};
