import ts from "typescript";
import { type Change, changesOf, changesOfCondition } from "./operators";

/** A change of a source file, switched on by its number. */
export interface Mutant {
  readonly id: number;
  readonly file: string;
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
  readonly kind: Change["kind"];
  readonly before: string;
  readonly after: string;
}

/** A source file that holds all of its mutants; without a number it does what it did. */
interface Instrumented {
  readonly text: string;
  readonly mutants: readonly Mutant[];
}

/**
 * Puts every mutant into one text, each behind `globalThis.mutation(id)`, so that the file is compiled once for all
 * of them.
 */
export function instrument(file: string, text: string, firstId: number): Instrumented {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const mutants: Mutant[] = [];

  const note = (node: ts.Node, { kind, text: after = "" }: Change): number => {
    const { line, character } = source.getLineAndCharacterOfPosition(node.getStart(source));
    const id = firstId + mutants.length;
    mutants.push({
      ...{ id, file, kind, after, before: node.getText(source) },
      ...{ line: line + 1, column: character + 1 },
    });
    return id;
  };

  const render = (node: ts.Node): string => {
    if (!mayChange(node)) return node.getText(source);
    const changes = [...changesOf(node), ...(isCondition(node) ? changesOfCondition(node) : [])];
    const numbered = changes.map((change) => ({ id: note(node, change), change }));
    return numbered.reduce((rest, { id, change }) => {
      const on = `globalThis.mutation(${id})`;
      // In braces of its own: an `else` that follows belongs to another `if`.
      return change.text === undefined ? `{ if (!${on}) { ${rest} } }` : `(${on} ? ${change.text} : ${rest})`;
    }, inside(node));
  };

  const inside = (node: ts.Node): string => {
    let rendered = "";
    let at = node.getStart(source);
    ts.forEachChild(node, (child) => {
      const start = child.getStart(source);
      rendered += text.slice(at, start) + render(child);
      at = child.getEnd();
    });
    return rendered + text.slice(at, node.getEnd());
  };

  const start = source.getStart(source);
  return { text: text.slice(0, start) + inside(source) + text.slice(source.getEnd()), mutants };
}

/** True if a node is something that runs, and may be replaced by an expression in parentheses. */
function mayChange(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return false;
  if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return false;
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isEnumDeclaration(node))
    return false;
  if (hasName(parent) && parent.name === node) return false;
  if ((ts.isBindingElement(parent) || ts.isPropertyAssignment(parent)) && namesProperty(parent, node))
    return false;
  // Targets of assignments, and directives.
  if (ts.isBinaryExpression(parent) && isAssignment(parent) && parent.left === node) return false;
  return !(ts.isExpressionStatement(node) && ts.isStringLiteral(node.expression));
}

function hasName(node: ts.Node): node is ts.Node & { readonly name: ts.Node } {
  return "name" in node;
}

function namesProperty(parent: ts.BindingElement | ts.PropertyAssignment, node: ts.Node): boolean {
  return ts.isBindingElement(parent) ? parent.propertyName === node : parent.name === node;
}

function isAssignment({ operatorToken: { kind } }: ts.BinaryExpression): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

function isCondition(node: ts.Node): node is ts.Expression {
  const { parent } = node;
  if (ts.isIfStatement(parent) || ts.isWhileStatement(parent)) return parent.expression === node;
  return ts.isConditionalExpression(parent) && parent.condition === node;
}
