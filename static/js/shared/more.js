// People's words that are higher than their place: cut, with a button that shows the rest.
import { make } from "./elements.js";

const WORDS = "[data-words]";
const buttons = new WeakMap(); // words → their button
let last = 0;

/** A button inside another control is none: it stands after that. */
const placeAfter = (words) => words.closest("button, summary, a, label") ?? words;

function moreButton(words, texts) {
  const button = make("button", { type: "button", className: "more", textContent: texts.more });
  words.id ||= `words-${(last += 1)}`;
  button.setAttribute("aria-controls", words.id);
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => {
    const isOpen = words.dataset.words !== "open";
    words.dataset.words = isOpen ? "open" : "cut";
    button.textContent = isOpen ? texts.less : texts.more;
    button.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) words.scrollIntoView({ block: "nearest" });
  });
  return button;
}

/** Give each of `root`, now and later, whose words do not fit the button that it needs, and take it away when they do. `texts`: {more, less}. */
function mountMore(root, texts) {
  const draw = (words) => {
    const present = buttons.get(words);
    const isLong = words.dataset.words === "open" || words.scrollHeight > words.clientHeight + 2;
    if (!words.isConnected || (isLong && present?.isConnected)) return;
    if (isLong) {
      const button = present ?? moreButton(words, texts);
      buttons.set(words, button);
      placeAfter(words).after(button);
    } else {
      present?.remove();
    }
  };
  const sizes = new ResizeObserver((entries) => entries.forEach(({ target }) => draw(target)));
  const watch = (node) => {
    if (node.matches(WORDS)) sizes.observe(node);
    for (const words of node.querySelectorAll(WORDS)) sizes.observe(words);
  };
  watch(root);
  new MutationObserver((changes) => {
    for (const { target, addedNodes } of changes) {
      for (const node of addedNodes) if (node instanceof Element) watch(node);
      const element = target instanceof Element ? target : target.parentElement;
      const around = element?.parentElement && element.closest(WORDS);
      if (around) draw(around);
    }
  }).observe(root, { childList: true, characterData: true, subtree: true });
}

mountMore(document.body, document.body.dataset);
