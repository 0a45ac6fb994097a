// The panel "people".

/** Show it in `panel` and keep it true; both arguments as panels.js says. */
export function mountPeople(panel, context) {
  panel.available(false);
  void context;
}
