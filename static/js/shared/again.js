// Coming again by itself where the server had no time: it did nothing, and says when to ask again (code "busy").

const MOST_TRIES = 6;

/**
 * Milliseconds after which what failed with `error` is tried again; null when that is of no use, or was tried often
 * enough. Not sooner than the server says, later each time, and not everybody at the same moment.
 * @param {{code?: string, retryAfter?: number | null}} error
 * @param {number} tries how often it was tried so far
 * @param {number} chance from 0 to 1
 */
export function waitBefore({ code, retryAfter }, tries, chance = Math.random()) {
  if (code !== "busy" || !retryAfter || tries >= MOST_TRIES) return null;
  return retryAfter * 1000 * (1 + chance * tries);
}

/**
 * What `attempt` resolves to, tried again while the server is busy.
 * @template T
 * @param {() => Promise<T>} attempt
 * @returns {Promise<T>}
 */
export async function whileBusy(attempt) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      const wait = waitBefore(error, tries);
      if (wait === null) throw error;
      await new Promise((resolve) => {
        setTimeout(resolve, wait);
      });
    }
  }
}
