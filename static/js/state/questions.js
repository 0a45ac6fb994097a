// What events about questions do to the state.

export const reducers = {};
