// livekit-client writes to the console whenever a connection ends, also when it ends as it should; the pages say in words what went wrong.
import { stored } from "../shared/storage.js";

/**
 * Keep it silent; `localStorage["livekit-log"] = "debug"` (or another of its levels) lets it speak in this browser, for whoever looks for a fault.
 * Before each connection, since the library may have been loaded late.
 */
export function quietLivekit() {
  const level = /** @type {"silent"} */ (stored("livekit-log") ?? "silent");
  window.LivekitClient.setLogLevel(level);
}
