// The page where the crew types captions: a line, Enter, and everybody reads it.
import { connectRealtime } from "../room/realtime.js";
import { find } from "../shared/elements.js";
import { isEnter } from "../shared/keys.js";
import { callApi, readJson } from "../shared/page.js";
import { store, stored } from "../shared/storage.js";
import { drawLines } from "./stage_captions.js";

const { api, csrfToken, ticketUrl, texts } = readJson("config");
const [form, line, language, problem] = ["form", "line", "language", "line-error"].map(find);
const KEEP = "captioning-language";
const FINAL = { 4503: texts.removed, 403: texts.removed, 401: texts.removed, 4510: texts.ended, 409: texts.ended };
const room = connectRealtime({ ticketUrl, csrfToken });
let sending = Promise.resolve();

language.value = stored(KEEP) || language.value;

function say(text) {
  if (find("state").textContent !== text) find("state").textContent = text;
}

function drawState() {
  const { status } = room.state.session;
  find("captioning").dataset.status = status;
  say({ live: texts.live, ended: texts.ended }[status] ?? texts.notLive);
}

function draw() {
  const lines = room.state.captions.slice(-2);
  drawLines(find("seen"), lines);
  find("seen").hidden = lines.length === 0;
  find("seen-empty").hidden = lines.length > 0;
  find("seen-empty").textContent = texts.captions.waiting;
}

function fail(text) {
  problem.textContent = text;
  problem.hidden = text === "";
}

/** Lines go out in the order in which they were sent; one that fails comes back into the field. */
function send() {
  const text = line.value.trim();
  if (text === "") return;
  const tag = language.value.trim();
  const body = { text, ...(tag ? { language: tag } : {}) };
  line.value = "";
  fail("");
  sending = sending.then(async () => {
    try {
      await callApi(`${api}/captions`, { method: "POST", body, csrfToken });
    } catch (error) {
      line.value = [text, line.value].filter(Boolean).join(" ");
      fail(error.code === "invalid" ? texts.language : error.message || texts.failed);
    }
  });
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
line.addEventListener("keydown", (event) => {
  if (!isEnter(event)) return;
  event.preventDefault();
  send();
});
language.addEventListener("change", () => store(KEEP, language.value.trim()));

room.on("open reset session.live session.ended session.rescheduled session.expired", drawState);
room.on("open reset caption.line", draw);
room.on("lost", () => say(texts.reconnecting));
room.on("closed", ({ code }) => {
  say(FINAL[code] ?? texts.reconnecting);
  for (const field of form.querySelectorAll("input, textarea, select, button")) field.disabled = true;
});
line.focus();
