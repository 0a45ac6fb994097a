// The dialog in which whoever is on stage, or comes backstage, changes the name that everybody sees.
import { make } from "../shared/elements.js";
import { gettext, interpolate } from "../shared/gettext.js";
import { reasonOf } from "../shared/page.js";

const LONGEST = 50;

/**
 * Open it, with the present name in its field. `call` asks the session's API, `announce` reads out.
 * @param {{room: Realtime, call: Call, announce: (text: string) => void}} context
 */
export function openRename({ room, call, announce }) {
  const field = make("input", { id: "own-name", type: "text", autocomplete: "name", dir: "auto", required: true, value: room.state?.me.username ?? "" });
  field.setAttribute("aria-describedby", "own-name-help own-name-failure");
  const failure = make("p", { id: "own-name-failure", className: "errorlist", role: "alert" });
  const save = make("button", { type: "submit", className: "button primary", textContent: gettext("Save name") });
  const cancel = make("button", { type: "button", className: "button", textContent: gettext("Cancel") });
  const help = gettext("Everybody sees it at once: on your picture, in lists, and in what you write from now on. It is your name in other webinars, too.");
  const form = make(
    "form",
    { noValidate: true },
    make("h2", { id: "own-name-title", textContent: gettext("Change your name") }),
    make(
      "div",
      { className: "field" },
      make("label", { htmlFor: "own-name", textContent: gettext("Your name") }),
      field,
      failure,
      make("span", { id: "own-name-help", className: "helptext", textContent: help }),
    ),
    make("div", { className: "form-actions" }, cancel, save),
  );
  const dialog = make("dialog", { className: "dialog", aria: { labelledby: "own-name-title" } }, form);
  cancel.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    failure.textContent = "";
    const wanted = field.value.trim();
    if ([...wanted].length > LONGEST) {
      failure.textContent = interpolate(gettext("Use at most %(count)s characters."), { count: LONGEST });
      field.focus();
      return;
    }
    save.disabled = true;
    try {
      const { username } = await call("participants/me", { method: "PATCH", body: { name: wanted } });
      dialog.close();
      announce(interpolate(gettext("You are shown as %(name)s."), { name: username }));
    } catch (error) {
      failure.textContent = reasonOf(error);
      field.focus();
    } finally {
      save.disabled = false;
    }
  });
  document.body.append(dialog);
  dialog.showModal();
  field.select();
}
