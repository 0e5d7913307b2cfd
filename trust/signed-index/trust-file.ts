/** The one file that a stranger needs: product, root and address of the index. Its root is what makes it worth anything. */
import { z } from "zod";
import { reasonOf, TrustProblem } from "../problem";
import { parseStrictly } from "../strict-json";

/** Name in the folder of an index. */
export const TRUST_FILE = "trust.json";

const trustFile = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal("index-trust"),
  product: z.string(),
  /** Where the index is published. Absent: it has to be named. */
  index: z.string().optional(),
  /** TUF metadata of the role root, of any version: what is newer follows from it. */
  root: z.looseObject({}),
});

type TrustFile = z.infer<typeof trustFile>;

/**
 * @param file as named by the user
 * @throws {TrustProblem} when it is not one
 */
export function parseTrustFile(text: string, file: string): TrustFile {
  let value: unknown;
  try {
    value = parseStrictly(text);
  } catch (error) {
    throw new TrustProblem(`${file}: ${reasonOf(error)}; get it again from the publisher`);
  }
  const parsed = trustFile.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new TrustProblem(
    `${file}: not a trust file of an index (${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}); a root alone is for --root`,
  );
}

export function writeTrustFile({ product, index, root }: Omit<TrustFile, "schemaVersion" | "kind">): string {
  const file = {
    schemaVersion: 1,
    kind: "index-trust",
    product,
    ...(index !== undefined && { index }),
    root,
  };
  return `${JSON.stringify(file, null, 1)}\n`;
}
