// A short, pleasant tone to hear whether the speaker works.

/**
 * Play two notes on the output `deviceId` ("" is the system's choice). Resolves when it has sounded;
 * rejects when the browser does not allow it.
 */
export async function playTone(deviceId = "") {
  const context = new AudioContext();
  const destination = context.createMediaStreamDestination();
  const element = new Audio();
  element.srcObject = destination.stream;
  if (deviceId && element.setSinkId) await element.setSinkId(deviceId);
  await context.resume();
  await element.play();
  const gain = context.createGain();
  gain.connect(destination);
  gain.gain.value = 0;
  const start = context.currentTime + 0.1;
  [523.25, 659.25].forEach((frequency, index) => {
    const note = context.createOscillator();
    note.frequency.value = frequency;
    note.connect(gain);
    const at = start + index * 0.45;
    gain.gain.setValueAtTime(0.0001, at);
    gain.gain.exponentialRampToValueAtTime(0.25, at + 0.05);
    gain.gain.exponentialRampToValueAtTime(0.0001, at + 0.42);
    note.start(at);
    note.stop(at + 0.45);
  });
  await new Promise((resolve) => {
    setTimeout(resolve, 1200);
  });
  element.srcObject = null;
  await context.close();
}
