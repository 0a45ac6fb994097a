// What events about HLS do to the state.

export const reducers = {
  "hls.ready": (state, { ready }) => ({ ...state, hls: { ready } }),
};
