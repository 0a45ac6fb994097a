// "Settings": what the crew changes of this webinar while it is prepared or live. Each control works at once.
import { partsOf } from "../shared/elements.js";
import { reasonOf } from "../shared/page.js";
import { mountChatRules } from "./chat_rules.js";
import { mountOverrides } from "./overrides.js";

/**
 * Bring `dialog` to life, and the buttons of the page that open it (`data-open-settings`); `context` as panels.js gives
 * it, once the state is there. Other panels open it with the event `open-settings` on the document.
 * @param {PageElement} dialog
 * @param {PanelContext} context
 */
export function mountSettings(dialog, context) {
  const { room, announce, notices, call } = context;
  const find = partsOf(dialog);
  const state = find("settings-state");
  const buttons = document.querySelectorAll("[data-open-settings]");

  /** Change something and say so; null when it was refused, in words in the dialog and beside the stage. */
  const change = async (path, body, said) => {
    state.textContent = "";
    try {
      const reply = await call(path, { method: "PATCH", body });
      announce(said);
      state.textContent = said;
      return reply;
    } catch (error) {
      state.textContent = reasonOf(error);
      notices.show("settings", state.textContent, { tone: "error" });
      draw();
      return null;
    }
  };
  const overrides = mountOverrides(find("overrides"), change);
  const rules = mountChatRules(find("chat-rules"), { change, call });

  const draw = () => {
    const { me } = room.state;
    const isOffered = me.may.change_settings || me.may.manage_chat;
    for (const button of buttons) button.hidden = !isOffered;
    if (!isOffered && dialog.open) dialog.close();
    find("overrides").hidden = !me.may.change_settings;
    find("chat-rules").hidden = !me.may.manage_chat;
    overrides.draw(room.state);
    rules.draw(room.state, document.querySelector("[data-chat-rules-button]"));
  };

  const open = () => {
    state.textContent = "";
    draw();
    dialog.showModal();
    if (room.state.me.may.manage_chat) rules.load().catch((error) => { state.textContent = reasonOf(error); });
  };
  for (const button of buttons) button.addEventListener("click", open);
  document.addEventListener("open-settings", open);
  room.on("open reset session.moderation session.settings session.live", draw);
  draw();
}
