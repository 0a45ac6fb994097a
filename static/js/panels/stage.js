// The panel "stage".

/** Show it in `panel` and keep it true; both arguments as panels.js says. */
export function mountStagePanel(panel, context) {
  panel.available(false);
  void context;
}
