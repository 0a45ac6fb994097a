// Some people speak more easily when they do not see themselves. Others see them all the same.
import { find } from "../shared/elements.js";
import { store, stored } from "../shared/storage.js";

const KEEP = "self-view";

/**
 * Mount the switch #self-view, kept by this browser, for our own picture on `stage`.
 * @param {{hideSelf(isHidden: boolean): void}} stage
 */
export function mountSelfView(stage) {
  const hide = find("self-view");
  if (!hide) return;
  hide.checked = stored(KEEP) === "hidden";
  const draw = () => stage.hideSelf(hide.checked);
  hide.addEventListener("change", () => {
    store(KEEP, hide.checked ? "hidden" : "shown");
    draw();
  });
  draw();
}
