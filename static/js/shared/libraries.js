// Large libraries, fetched when they are first needed.
import { make } from "./elements.js";

/** @type {Map<string, Promise<void>>} */
const loading = new Map();

/**
 * Run the script at `src`, once. Rejects when it did not arrive; the next call tries again.
 * @param {string} src
 */
export function loadScript(src) {
  const known = loading.get(src);
  if (known) return known;
  const script = make("script", { src });
  /** @type {Promise<void>} */
  const loaded = new Promise((resolve, reject) => {
    script.addEventListener("load", () => resolve());
    script.addEventListener("error", () => {
      loading.delete(src);
      script.remove();
      reject(new Error(`${src} could not be loaded`));
    });
  });
  loading.set(src, loaded);
  document.head.append(script);
  return loaded;
}

const livekitAddress = () => document.querySelector('meta[name="livekit-client"]').content;

/**
 * Have livekit-client in `window.LivekitClient`: for a connection over WebRTC, a camera or a microphone. Resolves to whether this browser
 * could run it; rejects when it did not arrive.
 */
export async function loadLivekit() {
  if (!window.LivekitClient) await loadScript(livekitAddress());
  return Boolean(window.LivekitClient);
}

/** Fetch livekit-client once the page has nothing else to do, so that it is there when it is needed. */
export function prefetchLivekit() {
  document.head.append(make("link", { rel: "prefetch", href: livekitAddress() }));
}
