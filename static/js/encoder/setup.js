// What the host types into an encoder: the key stays out of the page until it is asked for.
import { copyText } from "../shared/clipboard.js";
import { confirmIn } from "../shared/controls.js";
import { gettext } from "../shared/gettext.js";
import { callApi } from "../shared/page.js";

/**
 * Mount on templates/sessions/encoder_setup.html.
 * @param {PageElement} box
 */
export function mountEncoderSetup(box) {
  const part = (name) => box.querySelector(`[data-encoder="${name}"]`);
  const field = box.querySelector("#encoder-key");
  const covered = field.value;
  const { api = "", csrf: csrfToken } = box.dataset;
  /** @type {any} what the API said, null until it is asked */
  let setup = null;

  const say = (words) => {
    part("result").textContent = words;
  };

  /** Run `action`; a refusal is said beside the buttons. */
  async function attempt(action) {
    try {
      await action();
    } catch (error) {
      say(error.message || gettext("That did not work. Reload the page and try again."));
    }
  }

  async function load() {
    setup ??= await callApi(api);
    return setup;
  }

  const keyOf = (loaded) => loaded.rtmp?.stream_key ?? loaded.whip_token;

  function cover() {
    field.type = "password";
    field.value = covered;
    part("show").setAttribute("aria-pressed", "false");
    part("show").querySelector(".label").textContent = gettext("Show");
  }

  function uncover() {
    field.value = keyOf(setup);
    field.type = "text";
    part("show").setAttribute("aria-pressed", "true");
    part("show").querySelector(".label").textContent = gettext("Hide");
  }

  function copy(button, text) {
    const select = () => {
      field.value = text;
      field.type = "text";
      field.select();
    };
    return copyText({ text, button, done: gettext("Copied"), select });
  }

  part("show").addEventListener("click", () =>
    attempt(async () => {
      if (field.type === "text") {
        cover();
        return;
      }
      await load();
      uncover();
    }),
  );
  part("copy").addEventListener("click", () => attempt(async () => copy(part("copy"), keyOf(await load()))));
  part("token")?.addEventListener("click", () =>
    attempt(async () => {
      setup = null; // an older token may have run out
      await copy(part("token"), (await load()).whip_token);
    }),
  );
  part("rotate").addEventListener("click", async () => {
    if (!(await confirmIn(part("dialog")))) return;
    part("rotate").disabled = true;
    await attempt(async () => {
      setup = await callApi(`${api}/rotate`, { method: "POST", csrfToken });
      if (field.type === "text") uncover();
      say(gettext("The key was changed. Enter the new one in your encoder."));
    });
    part("rotate").disabled = false;
  });
}
