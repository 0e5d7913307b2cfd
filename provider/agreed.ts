import type { Properties } from "../plugin/resource";

/**
 * Whoever is let in was agreed to by the guard. The engine asks no resource that `--target` leaves out or `--exclude` names
 * (`checkInputs` in pkg/resource/deploy/step_generator.go, 3.259), nor tells the program of it: what the guard agreed to last comes along
 * as an input of what gives, and is no difference by itself. States of before have none.
 *
 * @param wanted who is to have it, or where it is to be
 * @throws when the guard was not asked
 */
export function refuseUnagreed(
  wanted: readonly string[],
  { agreed }: Properties,
  spelled: (word: string) => string = (word) => word,
): void {
  if (!Array.isArray(agreed)) return;
  const known = agreed.map((word) => spelled(String(word)));
  const more = wanted.filter((word) => !known.includes(spelled(word)));
  if (more.length > 0) throw new Error(skipped(more));
}

function skipped(more: readonly string[]): string {
  return (
    `the stack's guard (imprimatur:index:Lifecycle) was left out of this update by --target or --exclude, and has not agreed to ` +
    `${more.join(", ")}; run \`imprimatur up\`, or \`pulumi up\` without them`
  );
}
