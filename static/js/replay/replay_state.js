// How far a replay is: asked for until it can be watched, then now and then.
import { callApi, pause } from "../shared/page.js";

const EVERY = { processing: 3000, review: 15_000, none: 20_000, ready: 60_000 }; // ms
const RETRY_AFTER = 4000; // ms

/**
 * Ask for the replay at `address` for as long as the page is open. `show(replay)` with each answer, `failed(error)`
 * when one may not see it (and that is all), `lost(yes)` while nothing answers.
 * @param {string} address
 * @param {{show: (replay: Published) => void, failed?: (error: any) => void, lost?: (yes: boolean) => void}} heard
 */
export async function followReplay(address, { show, failed = () => {}, lost = () => {} }) {
  for (;;) {
    let wait;
    try {
      const replay = await callApi(address);
      lost(false);
      show(replay);
      wait = EVERY[replay.status];
    } catch (error) {
      if (![0, 429, 500, 502, 503, 504].includes(error.status)) {
        failed(error);
        return;
      }
      lost(true);
      wait = (error.retryAfter ?? 0) * 1000 || RETRY_AFTER;
    }
    await pause(wait);
    if (document.hidden) await new Promise((seen) => { document.addEventListener("visibilitychange", seen, { once: true }); });
  }
}
