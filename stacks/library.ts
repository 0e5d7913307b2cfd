/** What a Pulumi program of the user's own imports from `imprimatur`; docs/install.md shows one. */
import { type Published, publishProduct } from "../components/publish";
import { leaveFailuresToTheEngine } from "./failures";
import type { LoadedStack } from "./load";

export type { Published } from "../components/publish";
export type { StackInput } from "../config/stack";
export { type LoadedStack, loadStack, stackOf } from "./load";

let isFirst = true;

/**
 * Publishes one product, as the ready program does with the stack file's. Several products may be published by one program.
 *
 * @param stack of {@link loadStack}, which reads the stack file, or of {@link stackOf}, which takes its values
 */
export function publish(stack: LoadedStack): Published {
  if (isFirst) leaveFailuresToTheEngine();
  isFirst = false;
  return publishProduct(stack);
}
