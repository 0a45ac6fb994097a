// The panel "polls".

/** Show it in `panel` and keep it true; both arguments as panels.js says. */
export function mountPolls(panel, context) {
  panel.available(false);
  void context;
}
