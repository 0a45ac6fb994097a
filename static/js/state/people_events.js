// What events about people do to the state.

/** A role that is told again keeps its place. */
function withRole(roles, row) {
  return roles.some(({ id }) => id === row.id) ? roles.map((each) => (each.id === row.id ? row : each)) : [...roles, row];
}

/** What people wrote keeps the name that they had then. */
const KEPT = new Set(["chat", "team", "held", "direct"]);

/** `value` with the new name of `who` wherever a part of it names them. */
function renamed(value, who, key = "") {
  if (!value || typeof value !== "object" || KEPT.has(key)) return value;
  if (Array.isArray(value)) return value.map((each) => renamed(each, who));
  const copy = Object.fromEntries(Object.entries(value).map(([name, part]) => [name, renamed(part, who, name)]));
  let [owner, name] = ["user_id" in copy ? "user_id" : "id", "username"];
  if ("reported_by" in copy) [owner, name] = ["reported_by", "reported_by_username"];
  if ("participant_identity" in copy) [owner, name] = ["participant_identity", "participant_name"];
  if (name in copy && copy[owner] === who.user_id) copy[name] = who.username;
  if (copy.answered_by === who.former_username) copy.answered_by = who.username;
  return copy;
}

export const reducers = {
  "person.renamed": (state, who) => renamed(state, who),
  "role.added": (state, row) => ({ ...state, roles: withRole(state.roles, row) }),
  "role.removed": (state, { id }) => ({ ...state, roles: state.roles.filter((each) => each.id !== id) }),
  "session.moderation": (state, moderation) => ({ ...state, moderation }),
  // The connections end: nothing of the state is theirs any more, and the page says so (room/panels.js).
  "you.banned": (state) => state,
};
