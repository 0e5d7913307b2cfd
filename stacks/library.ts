/** Exports for a Pulumi program of the user's own, from `imprimatur`; docs/install.md shows one. */
import { type Published, publishProduct } from "../components/publish";
import { leaveFailuresToTheEngine } from "./failures";
import type { LoadedStack } from "./load";

export type { Published } from "../components/publish";
export type { StackInput } from "../config/stack";
export { type LoadedStack, loadStack, stackOf } from "./load";

/**
 * Publishes the stack's product, as the ready program does with the stack file's: once in a program, for the guard looks at one.
 *
 * @param stack of {@link loadStack}, which reads the stack file, or of {@link stackOf}, which takes its values
 */
export function publish(stack: LoadedStack): Published {
  leaveFailuresToTheEngine();
  return publishProduct(stack);
}
