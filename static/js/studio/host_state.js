// Tells everyone in the session whether the host's camera and microphone are on.

/**
 * `tell()` sends what changed since it was told last, in order; `forget()` makes the next tell() send everything.
 * `post(action, body)` calls the session's API; nothing is sent unless `mayTell()`.
 */
export function hostStateTeller({ media, post, mayTell }) {
  let told = {};
  let turn = Promise.resolve();

  const send = async (name, kind) => {
    const enabled = media.isOn(kind);
    if (told[name] === enabled) return;
    try {
      await post(`host_${name}_state`, { enabled });
      told[name] = enabled;
    } catch {
      // The next change, or the next connection, tells it again.
    }
  };

  return {
    tell() {
      if (!mayTell()) return;
      turn = turn.then(() => send("video", "camera")).then(() => send("audio", "microphone"));
    },
    forget() {
      told = {};
    },
  };
}
