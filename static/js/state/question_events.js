// What events about questions do to the state.

const byId = (one, other) => (one.id < other.id ? -1 : 1);
const without = (questions, id) => questions.filter((question) => question.id !== id);
const withMe = (state, changes) => ({ ...state, me: { ...state.me, ...changes } });

/** Counts come by question.votes alone: what another event carries may be older. */
function put(state, data) {
  const before = state.questions.find(({ id }) => id === data.id);
  const question = before ? { ...data, vote_count: before.vote_count } : data;
  const questions = [...without(state.questions, data.id), question].sort(byId);
  return withMe(
    { ...state, questions },
    {
      held_questions: without(state.me.held_questions, data.id),
      dismissed_questions: without(state.me.dismissed_questions, data.id),
    },
  );
}

/** Topics have no order between them: what was decided already is not held again. */
function hold(state, data) {
  const { me, questions } = state;
  const isDecided = [...questions, ...me.dismissed_questions].some(({ id, status }) => id === data.id && status !== "held");
  if (isDecided) return state;
  const held = (list) => [...without(list, data.id), data].sort(byId);
  return withMe(
    { ...state, questions: me.may.manage_questions ? held(questions) : questions },
    { held_questions: data.user_id === me.user_id ? held(me.held_questions) : me.held_questions },
  );
}

/** Who manages questions goes on seeing it, the asker among what is theirs, and nobody else. */
function dismiss(state, { id }) {
  const before = [...state.questions, ...state.me.held_questions].find((question) => question.id === id);
  if (!before) return state;
  const dismissed = { ...before, status: "dismissed", is_pinned: false };
  const questions = state.me.may.manage_questions
    ? state.questions.map((question) => (question.id === id ? dismissed : question))
    : without(state.questions, id);
  const mine = before.user_id === state.me.user_id;
  const own = mine ? [...without(state.me.dismissed_questions, id), dismissed].sort(byId) : state.me.dismissed_questions;
  return withMe({ ...state, questions }, { held_questions: without(state.me.held_questions, id), dismissed_questions: own });
}

export const reducers = {
  "question.asked": put,
  "question.held": hold,
  "question.updated": put,
  "question.dismissed": dismiss,
  "question.deleted": (state, { id }) =>
    withMe(
      { ...state, questions: without(state.questions, id) },
      {
        question_votes: state.me.question_votes.filter((voted) => voted !== id),
        held_questions: without(state.me.held_questions, id),
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
