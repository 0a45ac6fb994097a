// What events about polls do to the state. Votes only become more: of two counts the larger one is the newer.

const larger = (before, now) => (before === null || before === undefined ? now : now === null ? before : Math.max(before, now));

function counted(before, data) {
  const known = new Map(before.options.map((option) => [option.id, option.vote_count]));
  return {
    options: data.options.map((option) => ({ ...option, vote_count: larger(known.get(option.id), option.vote_count) })),
    total_votes: larger(before.total_votes, data.total_votes),
    total_voters: larger(before.total_voters, data.total_voters),
  };
}

/**
 * What is known of a poll from `before` and `data`. The crew hears of hidden results on a topic of its own, and two
 * topics have no order between them: a launched poll does not become a prepared one, nor a closed one active.
 */
function merged(before, data) {
  if (!before || (!before.is_launched && !data.is_launched)) return data;
  if (!data.is_launched) return before;
  const closedAt = data.closed_at ?? before.closed_at;
  return {
    ...data,
    ...counted(before, data),
    status: closedAt ? "closed" : "active",
    closed_at: closedAt,
    results_hidden: data.results_hidden && (before.results_hidden || !before.is_launched),
  };
}

const byId = (one, other) => (one.id < other.id ? -1 : 1);

function put(state, data) {
  const before = state.polls.find((poll) => poll.id === data.id);
  const others = state.polls.filter((poll) => poll.id !== data.id);
  return { ...state, polls: [...others, merged(before, data)].sort(byId) };
}

export const reducers = {
  "poll.created": put,
  "poll.updated": put,
  "poll.closed": put,
  "poll.results": (state, data) => ({
    ...state,
    polls: state.polls.map((poll) => (poll.id === data.id ? { ...poll, ...counted(poll, data) } : poll)),
  }),
  "poll.deleted": (state, { id }) => {
    const votes = { ...state.me.votes };
    delete votes[id];
    return { ...state, polls: state.polls.filter((poll) => poll.id !== id), me: { ...state.me, votes } };
  },
  "poll.voted": (state, { poll_id, option_ids }) => ({
    ...state,
    me: { ...state.me, votes: { ...state.me.votes, [poll_id]: option_ids } },
  }),
};
