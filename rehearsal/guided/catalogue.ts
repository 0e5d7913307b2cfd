import { join } from "node:path";
import { runProduct } from "./product";

/** Result of building the catalogue: the last line of its output, or why there is none. */
export type BuiltCatalogue = { readonly line: string } | { readonly problem: string };

/**
 * The site of what was published, as `imprimatur catalogue build` makes it. It is beside the point of a publication:
 * a failure is told, and ends nothing.
 *
 * @param key the public key, relative to the project
 */
export async function buildCatalogue(
  env: Readonly<Record<string, string>>,
  { product, stack, key, folder }: { product: string; stack: string; key: string; folder: string },
): Promise<BuiltCatalogue> {
  const args = ["catalogue", "build", "--key", key, "--stack", stack, "--records", `records/${product}`];
  try {
    const { status, out, err } = await runProduct([...args, "--output", join(folder, "catalogue")], env);
    return status === 0 ? { line: out } : { problem: err || `exit ${status}` };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}
