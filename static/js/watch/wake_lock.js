// Keeps the screen on while a webinar is being watched.

/** Returns {on(), off()}. The lock is taken again when the page becomes visible; without support nothing happens. */
export function screenWakeLock() {
  let wanted = false;
  /** @type {WakeLockSentinel | null} */
  let lock = null;
  const take = async () => {
    if (!wanted || lock || document.visibilityState !== "visible" || !navigator.wakeLock) return;
    try {
      const taken = await navigator.wakeLock.request("screen");
      lock = taken;
      taken.addEventListener("release", () => {
        lock = null;
      });
      if (!wanted) taken.release();
    } catch {
      // Low battery or a policy: the screen then follows the system's settings.
      lock = null;
    }
  };
  document.addEventListener("visibilitychange", take);
  return {
    on() {
      wanted = true;
      return take();
    },
    off() {
      wanted = false;
      lock?.release();
    },
  };
}
