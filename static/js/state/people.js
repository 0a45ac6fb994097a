// What events about people do to the state.

export const reducers = {};
