// The rules for the pages' scripts. Types are judged by `tsc` (tsconfig.json), layout by eye.
import js from "@eslint/js";
import globals from "globals";

/** A sentence, as far as can be told from outside: it begins large, and has more than one word. */
const SENTENCE = "/^[\\p{Lu}“%].*\\S \\S/su";
const WORD = "/\\p{L}\\p{L}/u";
/** What people read or hear, wherever it is set; and the functions that say what they are given. */
const READ = "/^(textContent|innerText|title|placeholder|alt|label|ariaLabel)$/";
const SAYS = "/^(action|announce|announceNow|say|setToggle)$/";
const untranslated = [
  `Literal[value=${SENTENCE}]:not(CallExpression[callee.name=/gettext$/] *):not(NewExpression > *)`,
  `TemplateElement[value.raw=${SENTENCE}]`,
  `AssignmentExpression[left.property.name=${READ}] > Literal[value=${WORD}]`,
  `AssignmentExpression[left.property.name=${READ}] > ConditionalExpression > Literal[value=${WORD}]`,
  `Property[key.name=${READ}] > Literal[value=${WORD}]`,
  `CallExpression[callee.name=${SAYS}] > Literal[value=${WORD}]`,
  `CallExpression[callee.property.name="setAttribute"][arguments.0.value=/^(aria-label|aria-valuetext|title)$/] > Literal:nth-child(2)`,
].map((selector) => ({ selector, message: "People read this: say it through static/js/shared/gettext.js." }));

export default [
  js.configs.recommended,
  {
    files: ["static/js/**/*.js"],
    languageOptions: { ecmaVersion: 2024, sourceType: "module", globals: globals.browser },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "array-callback-return": "error",
      "consistent-return": "error",
      curly: ["error", "multi-line"],
      "default-case-last": "error",
      "dot-notation": "error",
      eqeqeq: "error",
      "max-lines": ["error", 400],
      "no-alert": "error",
      "no-console": "error",
      "no-else-return": "error",
      "no-eval": "error",
      "no-implicit-coercion": "error",
      "no-implicit-globals": "error",
      "no-implied-eval": "error",
      "no-lonely-if": "error",
      "no-new-func": "error",
      "no-param-reassign": "error",
      "no-promise-executor-return": "error",
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: "Text is text, never markup: build elements." },
        { property: "outerHTML", message: "Text is text, never markup: build elements." },
        { property: "insertAdjacentHTML", message: "Text is text, never markup: build elements." },
      ],
      "no-restricted-syntax": ["error", ...untranslated],
      "no-return-assign": "error",
      "no-self-compare": "error",
      "no-sequences": "error",
      "no-shadow": "error",
      "no-throw-literal": "error",
      "no-unmodified-loop-condition": "error",
      "no-unused-expressions": "error",
      "no-use-before-define": ["error", { classes: false, functions: false, variables: false }],
      "no-useless-concat": "error",
      "no-useless-rename": "error",
      "no-useless-return": "error",
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-arrow-callback": "error",
      "prefer-const": "error",
      "prefer-rest-params": "error",
      "prefer-template": "error",
      radix: "error",
    },
  },
  { files: ["*.config.mjs", "tools/**/*.mjs"], languageOptions: { globals: globals.node } },
  { ignores: [".*/**", "node_modules/**", "static/vendor/**"] },
];
