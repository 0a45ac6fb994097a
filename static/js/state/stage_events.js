// What events about the stage do to the state.
import { isCrew } from "./roles.js";

const SHOWN = 50; // of each kind; more are counted in people_waiting
const without = (list, id) => list.filter((each) => each.id !== id);
const oldestFirst = (list) => list.sort((a, b) => compare(a.created_at, b.created_at) || compare(a.id, b.id));
const compare = (a, b) => (a < b ? -1 : Number(a > b));

/** The crew hears of all requests and keeps the queue; everybody else hears of their own alone. */
function waiting(list, key, owner) {
  return (state, data) => {
    const me = data[owner] === state.me.user_id ? { ...state.me, [key]: data } : state.me;
    const queue = isCrew(state.me.role) ? oldestFirst([...without(state[list], data.id), data]).slice(0, SHOWN) : state[list];
    return { ...state, [list]: queue, me };
  };
}

function decided(list, key) {
  return (state, data) => {
    const me = state.me[key]?.id === data.id ? { ...state.me, [key]: null } : state.me;
    return { ...state, [list]: without(state[list], data.id), me };
  };
}

function participants(state, change) {
  return { ...state, stage: { ...state.stage, participants: change(state.stage.participants) } };
}

function permissions(state, data) {
  const me = state.me.stage?.id === data.id ? { ...state.me, stage: data } : state.me;
  return { ...participants(state, (all) => all.map((each) => (each.id === data.id ? data : each))), me };
}

const handDown = decided("hands", "hand");
const requestDone = decided("join_requests", "join_request");

export const reducers = {
  "hand.raised": waiting("hands", "hand", "participant_identity"),
  "hand.lowered": handDown,
  "hand.approved": handDown,
  "hand.rejected": handDown,
  "join_request.created": waiting("join_requests", "join_request", "user_id"),
  "join_request.withdrawn": requestDone,
  "join_request.approved": requestDone,
  "join_request.rejected": requestDone,
  "stage.waiting": (state, { people_waiting }) => ({ ...state, people_waiting }),
  "stage.joined": (state, data) => participants(state, (all) => [...without(all, data.id), data]),
  "stage.left": (state, data) => participants(state, (all) => without(all, data.id)),
  "stage.permissions": permissions,
  "stage.hidden": (state, { hidden }) => ({ ...state, stage: { ...state.stage, hidden } }),
  "stage.layout": (state, data) => ({ ...state, stage: { ...state.stage, ...data } }),
  "you.on_stage": (state, data) => ({ ...state, me: { ...state.me, stage: data } }),
  "you.off_stage": (state) => ({ ...state, me: { ...state.me, stage: null } }),
};
