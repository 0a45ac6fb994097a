// How much picture to receive. Sound is never given up.

const { RoomEvent, Track, VideoQuality } = window.LivekitClient ?? {};
const levels = { auto: "HIGH", steady: "HIGH", high: "HIGH", medium: "MEDIUM", low: "LOW" };

/**
 * "auto" receives what fits the size on screen, "high" the best layer whatever the size, "medium" and "low" at most that
 * layer, "audio" no picture at all, "steady" is the theatre's: HLS. Mounts on a <select>; `apply(room)` brings a new room to the present choice.
 */
export function mountQuality(select, { remeasure }) {
  // livekit-client multiplies the size on screen with this; read at each measurement.
  const adaptive = { pixelDensity: "screen" };
  let room = null;

  const adjust = (publication) => {
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
    apply(next) {
      room = next;
      for (const event of [RoomEvent.TrackPublished, RoomEvent.TrackSubscribed]) {
        room.on(event, (...args) => adjust(args.find((arg) => arg?.trackSid)));
      }
      room.on(RoomEvent.Connected, adjustAll);
    },
  };
}
