// What can be done with a shared screen: let it change places with the people, and enlarge it to read and move about in it.
import { drawing, make } from "../shared/elements.js";
import { gettext } from "../shared/gettext.js";

function toolButton(name, label, act) {
  const aria = { label, pressed: "false" };
  const button = make("button", { type: "button", className: "share-tool", title: label, aria }, drawing(`icon-${name}`, "icon"));
  button.addEventListener("click", act);
  return button;
}

/**
 * Mount the buttons in `container`, whose `places` are the elements of screens and cameras.
 * Returns `draw({hasLarge, hasSmall, isShare})`: whether something stands large with something beside it, and whether that
 * is a shared screen, which alone may change places and be enlarged. A tap on what stands small makes it large, too.
 */
export function mountShare(container, places) {
  const tools = make("div", { className: "share-tools" });
  const swap = toolButton("swap", gettext("Swap screen and people"), () => change(container.dataset.large === "screens" ? "cameras" : "screens"));
  const enlarge = toolButton("enlarge", gettext("Enlarge the screen"), () => zoom(places.screen.dataset.zoom !== "on"));
  tools.append(swap, enlarge);
  container.append(tools);

  function zoom(isOn) {
    places.screen.dataset.zoom = isOn ? "on" : "off";
    enlarge.setAttribute("aria-pressed", String(isOn));
    // What can be moved about in is reached with the keyboard.
    if (isOn) places.screen.tabIndex = 0;
    else places.screen.removeAttribute("tabindex");
  }

  function change(large) {
    container.dataset.large = large;
    swap.setAttribute("aria-pressed", String(large === "cameras"));
    enlarge.hidden = large === "cameras";
    if (large === "cameras") zoom(false);
  }

  container.addEventListener("click", ({ target }) => {
    const { large } = container.dataset;
    if (tools.hidden) return;
    if (large === "screens" && places.camera.contains(target)) change("cameras");
    else if (large === "cameras" && places.screen.contains(target)) change("screens");
  });

  return function draw({ hasLarge, hasSmall, isShare }) {
    tools.hidden = !hasLarge || !isShare;
    swap.hidden = !hasSmall;
    if (tools.hidden) zoom(false);
    if (!hasLarge) {
      delete container.dataset.large;
    } else if (tools.hidden || !hasSmall || !container.dataset.large) {
      change("screens");
    }
  };
}
