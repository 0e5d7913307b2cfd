import { join } from "node:path";
import { isSignedBy } from "../../../trust/signed-index/metadata";
import { readRepository } from "../../../trust/signed-index/repository";
import { runCli } from "../../unit/cli/run-cli";

/** Begins an index whose roles are all signed by one key of a KMS, in the project's folder. */
export async function expectIndexSignedBy(kms: string, folder: string): Promise<void> {
  const index = join(folder, "index-with-kms");
  const roles = ["root", "targets", "timestamp"].flatMap((role) => [`--${role}`, kms]);
  const begun = await runCli(["index", "init", "--product", "demo", "--index", index, ...roles]);
  expect(begun).toMatchObject({ code: 0, err: "" });
  const { root } = readRepository(index);
  expect(isSignedBy(root, "root", root)).toBe(true);
  expect(Object.values(root.signed.keys).map(({ scheme }) => scheme)).toEqual(["ecdsa-sha2-nistp256"]);
}
