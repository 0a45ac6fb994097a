// For tools/messages.py: what the pages' scripts say through static/js/shared/gettext.js, read by ESLint's own parser.
// Reads {name: source, …} from stdin, writes [[name, line, function, [each argument as text, null where it is no literal]], …].
import { readFileSync } from "node:fs";
import { parse } from "espree";

const MARKS = new Set(["gettext", "ngettext", "pgettext"]);

/** The text of a literal, also of several joined by `+`; else null. */
function textOf(node) {
  if (node.type === "Literal") return typeof node.value === "string" ? node.value : null;
  if (node.type === "TemplateLiteral") return node.expressions.length === 0 ? node.quasis[0].value.cooked : null;
  if (node.type !== "BinaryExpression" || node.operator !== "+") return null;
  const [left, right] = [textOf(node.left), textOf(node.right)];
  return left === null || right === null ? null : left + right;
}

/** Each call of a mark, and each other use of one, which is a call whose arguments nobody knows. */
function* uses(node, parent) {
  if (!node || typeof node !== "object") return;
  if (Array.isArray(node)) {
    for (const each of node) yield* uses(each, parent);
    return;
  }
  if (node.type === "ImportSpecifier" && node.imported.name === node.local.name) return;
  if (node.type === "Identifier" && MARKS.has(node.name)) {
    const isCalled = parent.type === "CallExpression" && parent.callee === node;
    yield [node.loc.start.line, node.name, isCalled ? parent.arguments.map(textOf) : []];
  }
  for (const [key, child] of Object.entries(node)) if (key !== "loc") yield* uses(child, node);
}

const sources = JSON.parse(readFileSync(0, "utf8"));
const found = Object.entries(sources).flatMap(([name, source]) => {
  const tree = parse(source, { ecmaVersion: "latest", sourceType: "module", loc: true });
  return [...uses(tree, null)].map((use) => [name, ...use]);
});
process.stdout.write(JSON.stringify(found));
