// What events about captions do to the state.

export const reducers = {};
