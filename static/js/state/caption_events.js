// What events about captions do to the state.

const SHOWN = 3;

export const reducers = {
  "caption.line": (state, line) => ({
    ...state,
    captions: [...state.captions.filter((each) => each.id !== line.id), line].slice(-SHOWN),
  }),
};
