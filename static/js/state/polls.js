// What events about polls do to the state.

export const reducers = {};
