const colours = ["rgb", "rgba", "hsl", "hsla", "hwb", "lab", "lch", "oklab", "oklch", "color", "light-dark"];

export default {
  extends: "stylelint-config-standard",
  reportNeedlessDisables: true,
  rules: {
    // Colours are tokens.
    "color-named": "never",
    "color-no-hex": true,
    "function-disallowed-list": colours,
    // It looks at the last part of a selector alone, whether or not two can meet in one element (`.site-nav a:hover`,
    // `.site-footer a`), and would have rules stand by their weight instead of by their subject.
    "no-descending-specificity": null,
    // Safari knows these two only so.
    "property-no-vendor-prefix": [true, { ignoreProperties: ["-webkit-box-decoration-break", "-webkit-text-size-adjust"] }],
  },
  overrides: [
    {
      files: ["static/css/tokens.css"],
      rules: {
        "color-no-hex": null,
        "function-disallowed-list": null,
        // A table: one registered colour a line.
        "at-rule-empty-line-before": ["always", { ignoreAtRules: ["property"] }],
        "declaration-block-single-line-max-declarations": 3,
      },
    },
  ],
};
