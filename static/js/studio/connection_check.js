// Does the network let video and sound through? livekit-client's ConnectionCheck, in words.
import { quietLivekit } from "../room/livekit_log.js";

/**
 * Run the checks and resolve to {key}: null when all is well, else a row of the failure table. `onStep(name, state)` hears each step ("signalling", "media", "resume"; "running", "passed", "failed").
 * `reach` opens the media room and resolves to {livekit_url, livekit_token} of a hidden connection, so that no studio is disturbed.
 */
export async function checkConnection({ reach, onStep }) {
  const { CheckStatus, ConnectionCheck } = window.LivekitClient;
  const { livekit_url: url, livekit_token: token } = await reach();
  quietLivekit();
  const check = new ConnectionCheck(url, token);
  const run = async (name, method) => {
    onStep(name, "running");
    const { status } = await check[method]();
    const passed = status === CheckStatus.SUCCESS || status === CheckStatus.SKIPPED;
    onStep(name, passed ? "passed" : "failed");
    return passed;
  };
  if (!(await run("signalling", "checkWebsocket"))) return { key: "media_unavailable" };
  if (!(await run("media", "checkWebRTC"))) return { key: "media_blocked" };
  await run("resume", "checkReconnect");
  return { key: null };
}
