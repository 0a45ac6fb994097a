// What events about chat do to the state.

export const reducers = {};
