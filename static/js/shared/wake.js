// The moments at which a page finds out that it slept or that its network is another one.

/**
 * Call `act` whenever the page is shown again, online again, taken out of the back-forward cache, or has changed its
 * network (which phones tell, Chrome's at least). Connections may be dead then although nobody has said so.
 * @param {() => unknown} act
 * @param {AbortSignal} [signal]
 */
export function onWake(act, signal) {
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && act(), { signal });
  for (const type of ["online", "pageshow"]) addEventListener(type, act, { signal });
  // Network Information API: Chrome alone has it.
  const { connection } = /** @type {any} */ (navigator);
  let kind = connection?.type;
  connection?.addEventListener("change", () => {
    // Told for every new estimate of its speed, too.
    if (connection.type === kind) return;
    kind = connection.type;
    act();
  }, { signal });
}
