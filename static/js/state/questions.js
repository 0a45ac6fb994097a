// What events about questions do to the state.

const CREW = new Set(["host", "co_host", "moderator"]);
const byId = (one, other) => (one.id < other.id ? -1 : 1);
const without = (questions, id) => questions.filter((question) => question.id !== id);
const withMe = (state, changes) => ({ ...state, me: { ...state.me, ...changes } });

/** Counts come by question.votes alone: what another event carries may be older. */
function put(state, data) {
  const before = state.questions.find(({ id }) => id === data.id);
  const question = before ? { ...data, vote_count: before.vote_count } : data;
  const questions = [...without(state.questions, data.id), question].sort(byId);
  return withMe({ ...state, questions }, { dismissed_questions: without(state.me.dismissed_questions, data.id) });
}

/** The crew goes on seeing it, the asker among what is theirs, and nobody else. */
function dismiss(state, { id }) {
  const before = state.questions.find((question) => question.id === id);
  if (!before) return state;
  const dismissed = { ...before, status: "dismissed", is_pinned: false };
  const questions = CREW.has(state.me.role)
    ? state.questions.map((question) => (question.id === id ? dismissed : question))
    : without(state.questions, id);
  const mine = before.user_id === state.me.user_id;
  const own = mine ? [...without(state.me.dismissed_questions, id), dismissed].sort(byId) : state.me.dismissed_questions;
  return withMe({ ...state, questions }, { dismissed_questions: own });
}

export const reducers = {
  "question.asked": put,
  "question.updated": put,
  "question.dismissed": dismiss,
  "question.deleted": (state, { id }) =>
    withMe(
      { ...state, questions: without(state.questions, id) },
      {
        question_votes: state.me.question_votes.filter((voted) => voted !== id),
        dismissed_questions: without(state.me.dismissed_questions, id),
      },
    ),
  "question.votes": (state, { id, vote_count }) => {
    const count = (questions) => questions.map((question) => (question.id === id ? { ...question, vote_count } : question));
    const dismissed = count(state.me.dismissed_questions);
    return withMe({ ...state, questions: count(state.questions) }, { dismissed_questions: dismissed });
  },
  "question.voted": (state, { id, voted }) => {
    const others = state.me.question_votes.filter((each) => each !== id);
    return withMe(state, { question_votes: voted ? [...others, id].sort() : others });
  },
};
