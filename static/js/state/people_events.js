// What events about people do to the state.

/** A role that is told again keeps its place. */
function withRole(roles, row) {
  return roles.some(({ id }) => id === row.id) ? roles.map((each) => (each.id === row.id ? row : each)) : [...roles, row];
}

export const reducers = {
  "role.added": (state, row) => ({ ...state, roles: withRole(state.roles, row) }),
  "role.removed": (state, { id }) => ({ ...state, roles: state.roles.filter((each) => each.id !== id) }),
  "session.moderation": (state, moderation) => ({ ...state, moderation }),
  // The connections end: nothing of the state is theirs any more, and the page says so (room/panels.js).
  "you.banned": (state) => state,
};
