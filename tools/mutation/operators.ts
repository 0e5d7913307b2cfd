import ts from "typescript";

/** One small change of an expression or a statement. */
export interface Change {
  /** The kind of change, as the report says it. */
  readonly kind: "boundary" | "negation" | "logic" | "arithmetic" | "constant" | "removed" | "selection";
  /** The text that takes the node's place; none where the statement is left out. */
  readonly text: string | undefined;
}

/** Binary operators and what takes their place. */
const OPERATORS: Readonly<Record<string, readonly (readonly [Change["kind"], string])[]>> = {
  "<": [
    ["boundary", "<="],
    ["negation", ">="],
  ],
  "<=": [
    ["boundary", "<"],
    ["negation", ">"],
  ],
  ">": [
    ["boundary", ">="],
    ["negation", "<="],
  ],
  ">=": [
    ["boundary", ">"],
    ["negation", "<"],
  ],
  "===": [["negation", "!=="]],
  "!==": [["negation", "==="]],
  "&&": [["logic", "||"]],
  "||": [["logic", "&&"]],
  "+": [["arithmetic", "-"]],
  "-": [["arithmetic", "+"]],
  "*": [["arithmetic", "/"]],
  "/": [["arithmetic", "*"]],
  "%": [["arithmetic", "*"]],
};

/** Methods of arrays and of Math, and what takes their place. */
const METHODS: ReadonlyMap<string, string> = new Map([
  ["some", "every"],
  ["every", "some"],
  ["min", "max"],
  ["max", "min"],
  ["startsWith", "endsWith"],
  ["endsWith", "startsWith"],
]);
/** Methods without which the receiver is still of the same type. */
const LEFT_OUT = ["filter", "sort", "toSorted", "reverse", "toReversed", "slice", "trim", "toLowerCase"];

/** @returns the changes of this node alone, not of what is inside it */
export function changesOf(node: ts.Node): readonly Change[] {
  if (ts.isBinaryExpression(node)) return ofBinary(node);
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken)
    return [{ kind: "negation", text: node.operand.getText() }];
  if (ts.isNumericLiteral(node)) return [{ kind: "constant", text: `(${node.getText()} + 1)` }];
  if (ts.isBigIntLiteral(node)) return [{ kind: "constant", text: `(${node.getText()} + 1n)` }];
  if (node.kind === ts.SyntaxKind.TrueKeyword) return [{ kind: "constant", text: "false" }];
  if (node.kind === ts.SyntaxKind.FalseKeyword) return [{ kind: "constant", text: "true" }];
  if (ts.isStringLiteral(node)) return ofString(node);
  if (ts.isArrayLiteralExpression(node) && node.elements.length > 0)
    return [{ kind: "constant", text: "[]" }];
  if (ts.isCallExpression(node)) return ofCall(node);
  if (ts.isExpressionStatement(node) && !startsWithSuper(node)) return [{ kind: "removed", text: undefined }];
  return [];
}

/** @returns the negation of a condition that has no operator of its own to change */
export function changesOfCondition(condition: ts.Expression): readonly Change[] {
  const inner = withoutParentheses(condition);
  const changedItself = changesOf(inner).some(({ kind }) => kind === "negation" || kind === "logic");
  return changedItself ? [] : [{ kind: "negation", text: `!(${condition.getText()})` }];
}

function ofBinary(node: ts.BinaryExpression): readonly Change[] {
  const operator = node.operatorToken.getText();
  const [left, right] = [node.left.getText(), node.right.getText()];
  if (operator === "??") return [{ kind: "logic", text: `(${left})` }];
  // A sum with a text in it is a message.
  if (operator === "+" && [node.left, node.right].some(isText)) return [];
  return (OPERATORS[operator] ?? []).map(([kind, other]) => ({ kind, text: `${left} ${other} ${right}` }));
}

/** Texts with a space are messages, whose wording no test should hold; keys and codes have none. */
function ofString(node: ts.StringLiteral): readonly Change[] {
  if (/\s/.test(node.text)) return [];
  return [{ kind: "constant", text: node.text === "" ? '"mutated"' : '""' }];
}

function ofCall(node: ts.CallExpression): readonly Change[] {
  const { expression: callee } = node;
  if (!ts.isPropertyAccessExpression(callee) || ts.isOptionalChain(node)) return [];
  const other = METHODS.get(callee.name.text);
  const receiver = callee.expression.getText();
  if (other !== undefined) {
    const rest = node.getText().slice(callee.getText().length);
    return [{ kind: "selection", text: `${receiver}.${other}${rest}` }];
  }
  return LEFT_OUT.includes(callee.name.text) ? [{ kind: "selection", text: receiver }] : [];
}

function isText(node: ts.Node): boolean {
  return ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
}

function startsWithSuper({ expression }: ts.ExpressionStatement): boolean {
  return ts.isCallExpression(expression) && expression.expression.kind === ts.SyntaxKind.SuperKeyword;
}

function withoutParentheses(node: ts.Expression): ts.Expression {
  return ts.isParenthesizedExpression(node) ? withoutParentheses(node.expression) : node;
}
