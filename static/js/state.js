// The state of a session on the client, and what each event does to it (API contract, §4).
import { reducers as captions } from "./state/captions.js";
import { reducers as chat } from "./state/chat.js";
import { reducers as hls } from "./state/hls.js";
import { reducers as people } from "./state/people.js";
import { reducers as polls } from "./state/polls.js";
import { reducers as questions } from "./state/questions.js";
import { reducers as recordings } from "./state/recordings.js";
import { reducers as session } from "./state/session.js";
import { reducers as stage } from "./state/stage.js";

/** Event type → `(state, data) => state`. */
const REDUCERS = { ...session, ...people, ...chat, ...polls, ...questions, ...stage, ...captions, ...recordings, ...hls };

/**
 * `state` after `event`. Events carry absolute values: applying one twice does no harm; unknown ones change nothing.
 * @param {object} state as in welcome and reset
 * @param {{type: string, data: object}} event
 */
export function apply(state, { type, data }) {
  return REDUCERS[type]?.(state, data) ?? state;
}
