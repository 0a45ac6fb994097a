// The panel "chat".

/** Show it in `panel` and keep it true; both arguments as panels.js says. */
export function mountChat(panel, context) {
  panel.available(false);
  void context;
}
