// When the picture over WebRTC is given up for HLS, which comes later and gets through nearly everywhere.

// A connection that never was: after so many attempts, or sooner when it took so long (milliseconds) to fail.
const ATTEMPTS = 4;
const SLOW = 10_000;
const WEAK_FOR = 12_000; // milliseconds

/**
 * Watch `connection` (MediaConnection) and call `give(reason)` once: "blocked" when media does not get through, "weak" when
 * the line cannot carry a picture that comes in one size only, as an encoder's does; others are made smaller for it.
 */
export function watchForFallback(connection, give) {
  const stopped = new AbortController();
  const begun = performance.now();
  let attempts = 0;
  let hasConnected = false;
  /** @type {Timer} */
  let waiting;

  const once = (reason) => {
    if (stopped.signal.aborted) return;
    stopped.abort();
    clearTimeout(waiting);
    give(reason);
  };
  const hasOneSize = (room) =>
    [...room.remoteParticipants.values()].some((person) =>
      [...person.trackPublications.values()].some(
        (item) => item.kind === window.LivekitClient.Track.Kind.Video && item.isSubscribed && !item.isMuted && !item.simulcasted,
      ),
    );

  connection.addEventListener("connected", () => {
    hasConnected = true;
    attempts = 0;
  });
  connection.addEventListener("waiting", ({ detail: { key } }) => {
    if (hasConnected || !["media_blocked", "connection_lost", "media_unavailable"].includes(key)) return;
    attempts += 1;
    if (attempts >= ATTEMPTS || performance.now() - begun > SLOW) once("blocked");
  });
  connection.addEventListener("room", ({ detail: { room } }) => {
    const { ConnectionQuality, RoomEvent } = window.LivekitClient;
    room.on(RoomEvent.ConnectionQualityChanged, (quality, person) => {
      if (person !== room.localParticipant) return;
      const isWeak = [ConnectionQuality.Poor, ConnectionQuality.Lost].includes(quality);
      if (!isWeak) {
        clearTimeout(waiting);
        waiting = undefined;
      } else {
        waiting ??= setTimeout(() => connection.room === room && hasOneSize(room) && once("weak"), WEAK_FOR);
      }
    });
  });
  return () => {
    stopped.abort();
    clearTimeout(waiting);
  };
}
