// "Chat rules": the rules of the conversation as switches that work at once, in a dialog for the crew.
import { fill } from "../shared/page.js";

const SWITCHES = ["direct_to_crew_only", "hold_messages", "block_links", "is_door_closed"];
const UNRESTRICTED = { slow_mode: 0, chat_from: "everyone" };

/** `button` opens `dialog`, and shows whether a rule is on; `context` as panels.js gives it. */
export function mountChatRules(button, dialog, context) {
  const { room, announce, notices, call } = context;
  const texts = context.texts.people.calm;
  const field = (name) => dialog.querySelector(`[name=${name}]`);
  const words = field("blocked_words");
  const state = dialog.querySelector("[data-chat-rules-state]");
  let saved = ""; // the words as the server has them

  const draw = () => {
    const { moderation, me } = room.state;
    button.hidden = !me.may.manage_chat;
    if (button.hidden && dialog.open) dialog.close();
    const isOn = SWITCHES.some((name) => moderation[name]) || Object.keys(UNRESTRICTED).some((name) => moderation[name] !== UNRESTRICTED[name]);
    button.dataset.rules = isOn ? "on" : "off";
    button.querySelector("[data-chat-rules-label]").textContent = isOn ? texts.on : texts.off;
    for (const name of SWITCHES) field(name).checked = moderation[name];
    setSeconds(field("slow_mode"), moderation.slow_mode, texts.seconds);
    field("chat_from").value = moderation.chat_from;
  };

  const change = async (body, said) => {
    state.textContent = "";
    try {
      const rules = await call("moderation", { method: "PATCH", body });
      announce(said);
      state.textContent = said;
      return rules;
    } catch (error) {
      notices.show("chat-rules", error.message || context.texts.people.offline, { tone: "error" });
      state.textContent = error.message || context.texts.people.offline;
      draw();
      return null;
    }
  };

  for (const name of SWITCHES) {
    field(name).addEventListener("change", ({ target }) =>
      change({ [name]: target.checked }, texts.said[name][target.checked ? "on" : "off"]),
    );
  }
  field("slow_mode").addEventListener("change", ({ target }) =>
    change({ slow_mode: Number(target.value) }, fill(texts.said.slow_mode, { value: target.selectedOptions[0].textContent })),
  );
  field("chat_from").addEventListener("change", ({ target }) =>
    change({ chat_from: target.value }, fill(texts.said.chat_from, { value: target.selectedOptions[0].textContent })),
  );
  const saveWords = async () => {
    if (words.value === saved) return;
    const list = words.value.split("\n").map((word) => word.trim()).filter(Boolean);
    const rules = await change({ blocked_words: list }, texts.said.blocked_words);
    if (rules) showWords(rules);
  };
  const showWords = (rules) => {
    saved = rules.blocked_words.join("\n");
    if (document.activeElement !== words) words.value = saved;
  };
  words.addEventListener("change", saveWords);

  button.addEventListener("click", async () => {
    state.textContent = "";
    words.disabled = true;
    draw();
    dialog.showModal();
    try {
      showWords(await call("moderation"));
      words.value = saved;
      words.disabled = false;
    } catch (error) {
      state.textContent = error.message || context.texts.people.offline;
    }
  });
  room.on("open reset session.moderation", draw);
}

/** Choose `seconds`, which may be none of the usual ones. */
function setSeconds(select, seconds, text) {
  const value = String(seconds);
  if (![...select.options].some((option) => option.value === value)) {
    select.add(new Option(fill(text, { count: seconds }), value));
  }
  select.value = value;
}
