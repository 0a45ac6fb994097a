// The state of a session on the client, and what each event does to it (docs/contract.md §4).
import { reducers as captions } from "./caption_events.js";
import { reducers as chat } from "./chat_events.js";
import { reducers as hls } from "./hls_events.js";
import { reducers as people } from "./people_events.js";
import { reducers as polls } from "./poll_events.js";
import { reducers as questions } from "./question_events.js";
import { reducers as recordings } from "./recording_events.js";
import { reducers as session } from "./session_events.js";
import { reducers as stage } from "./stage_events.js";

/** Event type → `(state, data) => state`. */
const REDUCERS = { ...session, ...people, ...chat, ...polls, ...questions, ...stage, ...captions, ...recordings, ...hls };

/**
 * `state` after `event`. Events carry absolute values: applying one twice does no harm; unknown ones change nothing.
 * @param {Published} state as in welcome and reset
 * @param {{type: string, data: Published}} event
 */
export function apply(state, { type, data }) {
  return REDUCERS[type]?.(state, data) ?? state;
}
