// On every page: the browser's time zone, the theme, copying, dialogs, dismissing. Pages are whole without it.
import { copyText } from "./clipboard.js";
import { find, make } from "./elements.js";
import { isEscape } from "./keys.js";
import { longMoment, shortMoment } from "./moments.js";

const YEAR = 60 * 60 * 24 * 365;

/** Remember `name` for a year, for our own pages only. */
function setCookie(name, value, seconds = YEAR) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${encodeURIComponent(value)}; Path=/; Max-Age=${seconds}; SameSite=Lax${secure}`;
}

/** Tell the server the browser's zone; times on a page that was made without knowing it are written anew. */
function tellTimeZone(root) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone) return;
  document.cookie = `time_zone=${zone}; Path=/; Max-Age=${YEAR}; SameSite=Lax`;
  for (const place of root.querySelectorAll("[data-browser-zone]")) place.textContent = zone.replaceAll("_", " ");
  if (document.documentElement.dataset.zone === "known") return;
  for (const input of root.querySelectorAll("[data-zone-input]")) input.value = zone;
  for (const time of root.querySelectorAll("time[data-style]")) writeTime(time, zone);
}

function writeTime(time, timeZone) {
  const moment = new Date(time.dateTime);
  const withYear = /\d{4}/.test(time.textContent.split(",")[0]); // what year it is, the server knows
  time.textContent = time.dataset.style === "long" ? longMoment(moment, timeZone) : shortMoment(moment, timeZone, withYear);
  time.title = timeZone.replaceAll("_", " ");
}

/** Light, dark, or as the system has it. */
function mountThemeSwitch(group) {
  const root = document.documentElement;
  const mark = () => {
    for (const button of group.children) {
      button.setAttribute("aria-pressed", String(button.dataset.theme === (root.dataset.theme ?? "")));
    }
  };
  group.addEventListener("click", (event) => {
    const chosen = event.target.closest("button")?.dataset.theme;
    if (chosen === undefined) return;
    if (chosen) root.dataset.theme = chosen;
    else delete root.dataset.theme;
    setCookie("theme", chosen, chosen ? YEAR : 0);
    mark();
  });
  mark();
  group.hidden = false;
}

/** A button that copies the text of the field it names, and says so; one that is not seen appears only where it must be copied by hand. */
function mountCopy(button) {
  const source = find(button.dataset.copy);
  button.addEventListener("click", () => {
    if (!source.matches(".visually-hidden")) source.select();
    return copyText({ text: source.value, button, done: button.dataset.done, select: () => source.select() });
  });
  button.hidden = false;
}

/** A link to a page that asks for confirmation asks here instead, in the dialog it names. */
function mountDialog(link) {
  const dialog = find(link.dataset.dialog);
  if (!dialog?.showModal) return;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    dialog.showModal();
  });
  for (const close of dialog.querySelectorAll("[data-close]")) {
    close.addEventListener("click", (event) => {
      event.preventDefault();
      dialog.close();
    });
  }
}

/** The colour picker and the text beside it are one value. */
function mountColor(field) {
  const picker = field.querySelector('input[type="color"]');
  const text = field.querySelector('input[type="text"]');
  picker.value = /^#[0-9a-f]{6}$/i.test(text.value) ? text.value.toLowerCase() : picker.value;
  picker.addEventListener("input", () => { text.value = picker.value; });
  text.addEventListener("input", () => { if (/^#[0-9a-f]{6}$/i.test(text.value)) picker.value = text.value.toLowerCase(); });
  picker.hidden = false;
}

/** A menu closes when the person goes elsewhere. */
function mountMenu(menu) {
  document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
  menu.addEventListener("keydown", (event) => {
    if (!isEscape(event) || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

/** A form is sent once, however often the button is pressed. */
function mountForm(form) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "true";
    setTimeout(() => { delete form.dataset.sent; }, 8000);
  });
}

/** What was sent while the server had no time for it is sent again by itself. */
function mountAgain(form) {
  const seconds = Number(form.dataset.sendAgain);
  setTimeout(() => form.requestSubmit(), seconds * 1000);
}

/** A file that is too large is refused here, before minutes of sending: the form stays as it is. */
function mountUpload(input) {
  const said = make("p", { className: "errorlist", hidden: true });
  said.setAttribute("role", "alert");
  input.after(said);
  input.addEventListener("change", () => {
    const isTooLarge = (input.files[0]?.size ?? 0) > Number(input.dataset.maxBytes);
    said.textContent = isTooLarge ? input.dataset.tooLarge : "";
    said.hidden = !isTooLarge;
    input.setCustomValidity(said.textContent);
    input.toggleAttribute("aria-invalid", isTooLarge);
  });
}

/** Bring the parts inside `root` to life; for parts that arrive later too. */
export function mount(root) {
  const each = (selector, start) => root.querySelectorAll(selector).forEach(start);
  each("[data-color]", (swatch) => swatch.style.setProperty("background", swatch.dataset.color));
  each("[data-copy]", mountCopy);
  each("[data-dialog]", mountDialog);
  each(".color-field", mountColor);
  each("details.menu", mountMenu);
  each("input[type=file][data-max-bytes]", mountUpload);
  each('form[method="post"]', mountForm);
  each("form[data-send-again]", mountAgain);
  tellTimeZone(root);
}

mount(document);
document.querySelectorAll("[data-theme-switch]").forEach(mountThemeSwitch);
document.addEventListener("click", ({ target }) => {
  if (target instanceof Element) target.closest("[data-dismiss]")?.closest(".notice").remove();
});
