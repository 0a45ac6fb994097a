// What waits for whoever may decide it: hands, questions, held messages, reports, people in the lobby; and how a notice says it.
import { gettext, interpolate, ngettext } from "../shared/gettext.js";
import { queueOf } from "../stage/hand_queue.js";

const NAMED = 3; // people that a notice names
const LONGEST = 40; // characters of a name in it
const QUOTED = 120; // characters of a message in it

/**
 * What waits, by kind: `{items: [{key, …}], more}`; `more` wait whom the state does not list. A kind is missing where `me` may not decide it.
 * @param {Published} state as the socket's store has it
 * @param {{people: Published[], total: number} | null} [lobby] who waits there
 */
export function waitingIn(state, lobby = null) {
  const { me } = state;
  /** @type {Record<string, {items: Published[], more: number}>} */
  const found = {};
  if (me.may.manage_stage) {
    const items = queueOf(state.hands, state.join_requests).map((one) => ({ ...one, key: one.user }));
    found.stage = { items, more: Math.max(0, state.people_waiting - items.length) };
  }
  if (me.may.manage_questions) {
    const open = state.questions.filter(({ status, user_id: by }) => ["open", "held"].includes(status) && by !== me.user_id);
    found.questions = { items: open.map((one) => ({ ...one, key: one.id, name: one.username })), more: 0 };
  }
  if (state.chat_crew) {
    const { held, reports } = state.chat_crew;
    found.held = { items: held.map((one) => ({ ...one, key: one.id, name: one.username })), more: 0 };
    const reported = reports.map((one) => ({ ...one, key: one.id, name: one.reported_by_username, about: one.username }));
    found.reports = { items: reported, more: 0 };
  }
  if (state.team) {
    const others = state.team.messages.filter(({ user_id: by }) => by !== me.user_id);
    found.team = { items: others.map((one) => ({ ...one, key: one.id, name: one.username })), more: 0 };
  }
  if (lobby) found.lobby = { items: lobby.people.map(({ user_id: key, username: name }) => ({ key, name })), more: lobby.total - lobby.people.length };
  return found;
}

/**
 * @param {string} text
 * @param {number} longest
 */
const short = (text, longest = LONGEST) => (text.length > longest ? `${text.slice(0, longest - 1)}…` : text);

/** One of them alone, with the name. */
const ONE = {
  stage: ({ kind }) => (kind === "request" ? gettext("%(name)s asks to join the stage.") : gettext("%(name)s raised a hand.")),
  questions: () => gettext("%(name)s asked a question."),
  held: () => gettext("A message from %(name)s is waiting for approval."),
  reports: () => gettext("%(name)s reported a message from %(about)s."),
  team: () => gettext("%(name)s to the team: %(message)s"),
  lobby: () => gettext("%(name)s is waiting in the lobby."),
};
/** Several in one notice. */
const MANY = {
  stage: (count, items) =>
    items.every(({ kind }) => kind === "hand")
      ? ngettext("%(count)s raised hand: %(names)s", "%(count)s raised hands: %(names)s", count)
      : ngettext("%(count)s person wants to come on stage: %(names)s", "%(count)s people want to come on stage: %(names)s", count),
  questions: (count) => ngettext("%(count)s new question: %(names)s", "%(count)s new questions: %(names)s", count),
  held: (count) => ngettext("%(count)s message is waiting for approval: %(names)s", "%(count)s messages are waiting for approval: %(names)s", count),
  reports: (count) => ngettext("%(count)s new report: %(names)s", "%(count)s new reports: %(names)s", count),
  team: (count) => ngettext("%(count)s new message from the team: %(names)s", "%(count)s new messages from the team: %(names)s", count),
  lobby: (count) => ngettext("%(count)s person is waiting in the lobby: %(names)s", "%(count)s people are waiting in the lobby: %(names)s", count),
};

/**
 * The sentence of a notice about `items` of one kind and `more` that are not listed.
 * @param {string} kind
 * @param {Published[]} items
 * @param {number} more
 */
export function sentenceOf(kind, items, more = 0) {
  const count = items.length + more;
  if (count === 1) {
    const [{ name, about = "", message = "" }] = items;
    return interpolate(ONE[kind](items[0]), { name: short(name), about: short(about), message: short(message, QUOTED) });
  }
  const people = [...new Set(items.map(({ name }) => short(name)))];
  const names = people.slice(0, NAMED).join(", ") + (people.length > NAMED || more > 0 ? "…" : "");
  return interpolate(MANY[kind](count, items), { count, names });
}
