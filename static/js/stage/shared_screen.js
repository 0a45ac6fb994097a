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
 * Mount the buttons in `container`, whose `places` are the elements of screens and cameras; `setEnlarged(is)` makes a screen large that the
 * crew arranged small, for this person alone.
 * Returns `draw({hasLarge, hasSmall, isShare, mayEnlarge, isEnlarged})`: whether something stands large with something beside it, and
 * whether that is a shared screen, which alone may change places and be enlarged; and what `arrangement` says of a small one. A tap on what
 * stands small makes it large, too.
 */
export function mountShare(container, places, setEnlarged) {
  const tools = make("div", { className: "share-tools" });
  const swap = toolButton("swap", "", press);
  const enlarge = toolButton("enlarge", gettext("Enlarge the screen"), () => zoom(places.screen.dataset.zoom !== "on"));
  tools.append(swap, enlarge);
  container.append(tools);
  let mayEnlarge = false;
  let isEnlarged = false;

  function zoom(isOn) {
    places.screen.dataset.zoom = isOn ? "on" : "off";
    enlarge.setAttribute("aria-pressed", String(isOn));
    // What can be moved about in is reached with the keyboard.
    if (isOn) places.screen.tabIndex = 0;
    else places.screen.removeAttribute("tabindex");
  }

  function press() {
    if (mayEnlarge) setEnlarged(!isEnlarged);
    else change(container.dataset.large === "screens" ? "cameras" : "screens");
  }

  function change(large) {
    container.dataset.large = large;
    drawSwap(large === "cameras");
    enlarge.hidden = large === "cameras";
    if (large === "cameras") zoom(false);
  }

  function drawSwap(isPressed) {
    swap.title = mayEnlarge ? gettext("Show the screen large") : gettext("Swap screen and people");
    swap.setAttribute("aria-label", swap.title);
    swap.setAttribute("aria-pressed", String(isPressed));
  }

  container.addEventListener("click", ({ target }) => {
    const { large } = container.dataset;
    if (tools.hidden) return;
    if (mayEnlarge) {
      if (!isEnlarged && target.closest(".tile[data-kind=screen]")) setEnlarged(true);
      else if (isEnlarged && places.camera.contains(target)) setEnlarged(false);
    } else if (large === "screens" && places.camera.contains(target)) change("cameras");
    else if (large === "cameras" && places.screen.contains(target)) change("screens");
  });

  return function draw(shown) {
    const { hasLarge, hasSmall } = shown;
    const isShare = hasLarge && shown.isShare;
    ({ mayEnlarge, isEnlarged } = shown);
    tools.hidden = !isShare && !mayEnlarge;
    swap.hidden = !hasSmall;
    if (!isShare) zoom(false);
    if (!hasLarge) delete container.dataset.large;
    else if (!isShare || mayEnlarge || !hasSmall || !container.dataset.large) change("screens");
    if (!isShare) enlarge.hidden = true;
    drawSwap(mayEnlarge ? isEnlarged : container.dataset.large === "cameras");
  };
}
