// How much picture to receive. Sound is never given up.
/** @type {Record<string, "HIGH" | "MEDIUM" | "LOW">} */
const levels = { auto: "HIGH", steady: "HIGH", high: "HIGH", medium: "MEDIUM", low: "LOW" };

/**
 * "auto" receives what fits the size on screen, "high" the best layer whatever the size, "medium" and "low" at most that
 * layer, "audio" no picture at all, "steady" is the theatre's: HLS. Mounts on a <select>; `apply(room)` brings a new room to the present choice.
 */
export function mountQuality(select, { remeasure }) {
  // livekit-client multiplies the size on screen with this; read at each measurement.
  /** @type {{pixelDensity: number | "screen"}} */
  const adaptive = { pixelDensity: "screen" };
  /** @type {LivekitRoom | null} */
  let room = null;

  const adjust = (/** @type {LivekitRemotePublication} */ publication) => {
    const { Track, VideoQuality } = window.LivekitClient;
    if (publication.kind !== Track.Kind.Video) return;
    const wanted = select.value !== "audio";
    if (publication.isDesired !== wanted) publication.setSubscribed(wanted);
    if (wanted) publication.setVideoQuality(VideoQuality[levels[select.value]]);
  };
  const adjustAll = () => {
    for (const person of room?.remoteParticipants.values() ?? []) person.trackPublications.forEach(adjust);
  };

  select.addEventListener("change", () => {
    adaptive.pixelDensity = select.value === "high" ? 8 : "screen";
    adjustAll();
    remeasure();
  });

  return {
    adaptive,
    apply(/** @type {LivekitRoom} */ next) {
      const { RoomEvent } = window.LivekitClient;
      room = next;
      next.on(RoomEvent.TrackPublished, adjust);
      next.on(RoomEvent.TrackSubscribed, (_track, publication) => adjust(publication));
      next.on(RoomEvent.Connected, adjustAll);
    },
  };
}
