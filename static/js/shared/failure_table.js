// What can go wrong for a person while a page is open: a title, a sentence, the next step, and the button that takes it.
// Rows that the server says too, on a page of their own, stand in pages/failures.py and come with the page; docs/failures.md lists all.
import { gettext } from "./gettext.js";

/** @typedef {{title: string, sentence: string, step: string, action?: string}} Row */

const TRY_AGAIN = gettext("Try again");

/** @type {Record<string, Row>} */
export const FAILURES = {
  permission_denied: {
    title: gettext("Camera or microphone not allowed"),
    sentence: gettext("The browser was not allowed to use them."),
    step: gettext("Click the lock or camera symbol beside the address, allow camera and microphone, then try again."),
    action: TRY_AGAIN,
  },
  system_denied: {
    title: gettext("Blocked by the system"),
    sentence: gettext("Your operating system does not let this browser use the camera or microphone."),
    step: gettext("Open the privacy settings of your computer, allow them for this browser, restart it, then try again."),
    action: TRY_AGAIN,
  },
  device_busy: {
    title: gettext("In use by another program"),
    sentence: gettext("Another program is using the camera or microphone."),
    step: gettext("Close other video calls and camera programs, then try again. Or choose another device below."),
    action: TRY_AGAIN,
  },
  device_missing: {
    title: gettext("No camera or microphone found"),
    sentence: gettext("No such device is connected."),
    step: gettext("Plug one in or switch it on, then try again. You can also go on without it."),
    action: TRY_AGAIN,
  },
  device_failed: {
    title: gettext("The device does not start"),
    sentence: gettext("The camera or microphone answered with an error."),
    step: gettext("Unplug it and plug it in again, or choose another one, then try again."),
    action: TRY_AGAIN,
  },
  device_unplugged: {
    title: gettext("Device unplugged"),
    sentence: gettext("The camera or microphone in use was unplugged and there is no other one."),
    step: gettext("Plug it in again: it will be used at once."),
    action: TRY_AGAIN,
  },
  screen_share_failed: {
    title: gettext("The screen is not shared"),
    sentence: gettext("The browser did not allow the screen or window to be shared."),
    step: gettext("Press “Share screen” again and choose what to show. Some systems need a permission in their settings."),
  },
  insecure: {
    title: gettext("A secure address is needed"),
    sentence: gettext("Browsers allow camera and microphone only on https addresses, and this page was opened without https."),
    step: gettext("Open the page with https:// in front, or ask whoever runs this server for an https address."),
  },
  in_app_browser: {
    title: gettext("Open this in your browser"),
    sentence: gettext("This page was opened inside another app, where video and sound often do not work."),
    step: gettext("Use the app's menu and choose “Open in browser”, or copy the address into Chrome, Firefox or Safari."),
  },
  unsupported_browser: {
    title: gettext("This browser is not supported"),
    sentence: gettext("This browser is too old for live video, or live video is switched off in it."),
    step: gettext("Use a current Chrome, Edge, Firefox or Safari."),
  },
  sound_blocked: {
    title: gettext("The sound is off"),
    sentence: gettext("The browser keeps pages silent until you click."),
    step: gettext("Press the button to hear the webinar."),
    action: gettext("Turn sound on"),
  },
  playback_blocked: {
    title: gettext("Press Play"),
    sentence: gettext("Your browser shows video only after a tap, often to save battery."),
    step: gettext("Press the button to watch."),
    action: gettext("Play"),
  },
  media_blocked: {
    title: gettext("Video and sound are blocked"),
    sentence: gettext("The page loads, but your network blocks video and sound."),
    step: gettext("Turn off your VPN or blocker, or use another network, such as your phone's. We keep trying."),
    action: TRY_AGAIN,
  },
  offline: {
    title: gettext("You are offline"),
    sentence: gettext("Your device has no connection to the internet."),
    step: gettext("Check your network. This page continues by itself when you are back online."),
  },
  connection_lost: {
    title: gettext("Connection lost"),
    sentence: gettext("The connection broke."),
    step: gettext("We are reconnecting. You do not need to do anything."),
  },
  media_unavailable: {
    title: gettext("Video is not available right now"),
    sentence: gettext("The video server does not answer."),
    step: gettext("It is usually back within a minute. This page tries again by itself."),
    action: TRY_AGAIN,
  },
  hls_unavailable: {
    title: gettext("This way of watching is not available"),
    sentence: gettext("The server cannot provide the stable picture right now."),
    step: gettext("Choose another quality in the menu below, or wait: this page tries again by itself."),
    action: TRY_AGAIN,
  },
  too_many_requests: {
    title: gettext("A moment, please"),
    sentence: gettext("Too many people are joining right now."),
    step: gettext("This page tries again by itself shortly."),
  },
  server_error: {
    title: gettext("Something went wrong"),
    sentence: gettext("The fault is on the server, not with you."),
    step: gettext("Try again. If it happens again, tell the host what you did."),
    action: TRY_AGAIN,
  },
  signed_out: {
    title: gettext("You are signed out"),
    sentence: gettext("Your sign-in has ended."),
    step: gettext("Reload the page, then enter your name or sign in again."),
    action: gettext("Reload the page"),
  },
  kicked: {
    title: gettext("The host removed you"),
    sentence: gettext("Your connection to this webinar was closed."),
    step: gettext("You can join again."),
    action: gettext("Come back"),
  },
  role_removed: {
    title: gettext("You are no longer in the studio"),
    sentence: gettext("The host has removed your role in this webinar. Your camera and microphone are off."),
    step: gettext("You can still watch with the public link. If this is a mistake, write to the host."),
  },
  moved: {
    title: gettext("The time has changed"),
    sentence: gettext("The host has moved this webinar to another time."),
    step: gettext("The new time is on this page. Keep it open, or come back then with the same link."),
  },
  replay_failed: {
    title: gettext("The recording does not play"),
    sentence: gettext("Your browser could not load it, even after several tries."),
    step: gettext("Check your connection, then try again. If it happens again, use another browser."),
    action: TRY_AGAIN,
  },
  replay_gone: {
    title: gettext("No longer available"),
    sentence: gettext("The host has unpublished this recording."),
    step: gettext("You can close this page, or ask the host."),
  },
  connected_elsewhere: {
    title: gettext("Your studio is open elsewhere"),
    sentence: gettext("You are in this studio in another window or on another device."),
    step: gettext("Move here to continue on this one. The other one stops sending."),
    action: gettext("Move here"),
  },
  continued_elsewhere: {
    title: gettext("Continued elsewhere"),
    sentence: gettext("You opened this studio in another window or on another device, and it continues there."),
    step: gettext("Close this window, or move the studio back here."),
    action: gettext("Move here"),
  },
  backstage_closed: {
    title: gettext("The backstage was closed"),
    sentence: gettext("Somebody on the team closed the rehearsal, or nobody was here for an hour."),
    step: gettext("Open it again to continue."),
    action: gettext("Open it again"),
  },
  another_is_live: {
    title: gettext("Another session of this room is live"),
    sentence: gettext("A room has one live session at a time."),
    step: gettext("End the other session first, then go live here."),
  },
};
