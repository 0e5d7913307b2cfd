import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isSignedBy } from "../../../trust/signed-index/metadata";
import { readRepository } from "../../../trust/signed-index/repository";
import { publishIn } from "../../unit/cli/publication";
import { runCli } from "../../unit/cli/run-cli";

/** Begins an index whose roles are all signed by one key of a KMS, in the project's folder, and updates it with a record. */
export async function expectIndexSignedBy(kms: string, folder: string): Promise<void> {
  const index = join(folder, "index-with-kms");
  const roles = ["root", "targets", "timestamp"].flatMap((role) => [`--${role}`, kms]);
  const begun = await runCli(["index", "init", "--product", "demo", "--index", index, ...roles]);
  expect(begun).toMatchObject({ code: 0, err: "" });
  const { recordOf } = await publishIn(folder);
  mkdirSync(join(folder, "records-with-kms"));
  writeFileSync(join(folder, "records-with-kms", "1.0.sigstore.json"), await recordOf("1.0"));
  const from = [
    "--records",
    join(folder, "records-with-kms"),
    "--records-only",
    "--key",
    join(folder, "publisher.pem"),
  ];
  const updated = await runCli(["index", "update", "--index", index, ...from, "--sign", kms]);
  expect(updated).toMatchObject({ code: 0, err: "" });
  const { root, current } = readRepository(index);
  for (const role of ["targets", "snapshot", "timestamp"] as const)
    expect(isSignedBy(root, role, current![role])).toBe(true);
  expect(current?.list.releases.map(({ version }) => version)).toEqual(["1.0"]);
  expect(isSignedBy(root, "root", root)).toBe(true);
  expect(Object.values(root.signed.keys).map(({ scheme }) => scheme)).toEqual(["ecdsa-sha2-nistp256"]);
}
