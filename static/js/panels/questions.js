// The panel "questions".

/** Show it in `panel` and keep it true; both arguments as panels.js says. */
export function mountQuestions(panel, context) {
  panel.available(false);
  void context;
}
