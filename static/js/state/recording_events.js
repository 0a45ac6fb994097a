// What events about recordings do to the state. Everybody hears that the session is recorded; the crew has the list.
import { isCrew } from "./roles.js";

const newestFirst = (one, other) => (one.created_at + one.id < other.created_at + other.id ? 1 : -1);

/** Two topics have no order between them: what is older than what is known changes nothing. */
function put(state, data) {
  if (!isCrew(state.me.role)) return state;
  const before = state.recordings.find(({ id }) => id === data.id);
  if (before && before.updated_at > data.updated_at) return state;
  return { ...state, recordings: [...state.recordings.filter(({ id }) => id !== data.id), data].sort(newestFirst) };
}

const active = (data) => ({ active: data !== null, started_at: data && data.started_at });

export const reducers = {
  "recording.started": (state, data) => ({ ...put(state, data), recording: active(data) }),
  "recording.stopped": (state, data) => ({ ...put(state, data), recording: active(null) }),
  "recording.progress": put,
  "recording.completed": put,
  "recording.failed": put,
  "recording.deleted": (state, { id }) => ({ ...state, recordings: state.recordings.filter((each) => each.id !== id) }),
};
