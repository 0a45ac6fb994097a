// Who waits in the lobby, for those who may see people: asked for anew when the number changes, but not more often than useful.
import { isCrew } from "../state/roles.js";

const APART = 3000; // ms between two questions

/**
 * Follow it. `waiting` is null where one may not see it or the session is live, else `{people: [{user_id, username}], total}`, the first in order
 * of arrival.
 * @param {Realtime} room
 * @param {Call} call of the session's API
 */
export function followLobby(room, call) {
  const changed = [];
  /** @type {{people: Published[], total: number} | null} */
  let waiting = null;
  /** @type {Timer} */
  let timer;
  let askedAt = -Infinity;
  const mayAsk = () => Boolean(room.state) && isCrew(room.state.me.role) && room.state.session.status === "scheduled";

  function take(found) {
    waiting = found;
    for (const run of changed) run();
  }

  async function ask() {
    timer = undefined;
    askedAt = performance.now();
    try {
      const found = mayAsk() ? await call("waiting") : null;
      take(mayAsk() ? found : null);
    } catch {
      // The next change of the number asks again.
    }
  }

  function askSoon() {
    if (!mayAsk()) {
      clearTimeout(timer);
      timer = undefined;
      if (waiting) take(null);
      return;
    }
    timer ??= setTimeout(ask, Math.max(0, APART - (performance.now() - askedAt)));
  }

  room.on("open reset presence.count session.live session.rescheduled", askSoon);
  askSoon(); // where the state was there first
  return {
    get waiting() {
      return waiting;
    },
    /** @param {() => void} run */
    onChange: (run) => changed.push(run),
  };
}
