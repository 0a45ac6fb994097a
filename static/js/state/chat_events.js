// What events about chat and reactions do to the state.

const KEPT = 50; // public messages, and direct ones, that a state holds

/** The order of a chat: when a message took its place in it, then its id. */
export const byPlace = (one, other) =>
  (one.published_at ?? "").localeCompare(other.published_at ?? "") || one.id.localeCompare(other.id);

const byId = (one, other) => one.id.localeCompare(other.id);
const added = (list, message, order = byPlace) => [...list.filter(({ id }) => id !== message.id), message].sort(order);
const without = (list, gone) => list.filter((message) => !gone(message));

/** The state with `change(list)` done to every list of messages; `pinned` is tried as a list of one. */
function everywhere(state, change) {
  const { chat, me, chat_crew: crew } = state;
  const next = {
    ...state,
    chat: { messages: change(chat.messages), pinned: chat.pinned && (change([chat.pinned])[0] ?? null) },
    me: { ...me, direct: change(me.direct), held: change(me.held) },
  };
  return crew ? { ...next, chat_crew: { ...crew, held: change(crew.held) } } : next;
}

const inCrew = (state, change) => (state.chat_crew ? { ...state, chat_crew: { ...state.chat_crew, ...change(state.chat_crew) } } : state);

const inTeam = (state, change) => (state.team ? { ...state, team: { messages: change(state.team.messages) } } : state);

function received(state, message) {
  const { chat, me } = state;
  if (message.status === "held") return { ...state, me: { ...me, held: added(me.held, message) } };
  if (message.is_direct) return { ...state, me: { ...me, direct: added(me.direct, message).slice(-KEPT) } };
  return { ...state, chat: { ...chat, messages: added(chat.messages, message).slice(-KEPT) } };
}

function decided(state, { id }) {
  const change = (list) => without(list, (message) => message.id === id);
  const next = { ...state, me: { ...state.me, held: change(state.me.held) } };
  return inCrew(next, ({ held }) => ({ held: change(held) }));
}

function deleted(state, { id }) {
  const next = everywhere(state, (list) => without(list, (message) => message.id === id));
  return inCrew(next, ({ reports }) => ({ reports: without(reports, (report) => report.message_id === id) }));
}

/** Whether `data` of chat.cleared means this message, or this report of one. */
export const isCleared = ({ user_id, until }) => (each) => each.user_id === user_id && each.created_at <= until;

function cleared(state, data) {
  const next = everywhere(state, (list) => without(list, isCleared(data)));
  return inCrew(next, ({ reports }) => ({ reports: without(reports, isCleared(data)) }));
}

export const reducers = {
  "chat.message": received,
  "chat.held": (state, message) => inCrew(state, ({ held }) => ({ held: added(held, message) })),
  "chat.decided": decided,
  "chat.deleted": deleted,
  "chat.cleared": cleared,
  "chat.pinned": (state, { message }) => ({ ...state, chat: { ...state.chat, pinned: message } }),
  "chat.reported": (state, report) =>
    inCrew(state, ({ reports }) => ({ reports: [...without(reports, ({ id }) => id === report.id), report] })),
  "chat.reports_closed": (state, { id }) =>
    inCrew(state, ({ reports }) => ({ reports: without(reports, (report) => report.message_id === id) })),
  "team.message": (state, message) => inTeam(state, (messages) => added(messages, message, byId).slice(-KEPT)),
  "team.deleted": (state, { id }) => inTeam(state, (messages) => without(messages, (message) => message.id === id)),
  "lobby.message": (state, said) => ({ ...state, lobby_message: said }),
  "reaction.counts": (state, { counts }) => ({ ...state, reactions: counts }),
};
