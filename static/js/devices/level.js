// How loud a microphone is.

/**
 * Watch the loudness of a MediaStreamTrack: `onLevel` gets 0–1 about 15 times a second.
 * Listens to a copy, so that a muted track can still be judged. Returns a function that stops it.
 * @param {MediaStreamTrack} mediaTrack
 * @param {(level: number) => void} onLevel
 * @returns {() => void}
 */
export function watchLevel(mediaTrack, onLevel) {
  const copy = mediaTrack.clone();
  copy.enabled = true;
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 4096;
  context.createMediaStreamSource(new MediaStream([copy])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    if (context.state === "suspended") context.resume().catch(() => {});
    analyser.getFloatTimeDomainData(samples);
    let sum = 0;
    for (const sample of samples) sum += sample * sample;
    // −60 dB is silence, 0 dB the loudest.
    const decibels = 20 * Math.log10(Math.sqrt(sum / samples.length) || 1e-6);
    onLevel(Math.min(1, Math.max(0, (decibels + 60) / 60)));
  }, 66);
  return () => {
    clearInterval(timer);
    copy.stop();
    context.close().catch(() => {});
  };
}

/**
 * Show `level` (0–1) on the meter.
 * @param {HTMLElement} meter
 * @param {number} level
 */
export function drawLevel(meter, level) {
  const percent = Math.round(level * 100);
  meter.style.setProperty("--level", `${percent}%`);
  meter.setAttribute("aria-valuenow", String(percent));
}
