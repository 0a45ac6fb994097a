// What events about stage do to the state.

export const reducers = {};
