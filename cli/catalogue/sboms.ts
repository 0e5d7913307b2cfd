/** Bills of materials that signed records name by their digest. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import path from "node:path";
import type { SbomFile } from "../../catalogue/catalogue";
import { ARCHITECTURES } from "../../config/release";
import { imageFileIn, type SignedRecord } from "../../trust/records";
import { readText } from "../../trust/read-text";
import type { Io } from "../io";
import { Refusal } from "../problem";

/**
 * Looks beside each record, and beside the image file. One that is not at hand is said, and left out.
 *
 * @param foldersOf where else a record's bills of materials may be
 * @throws {Refusal} when there is one of its name, and none is what was signed
 */
export function findSboms(
  records: readonly SignedRecord[],
  foldersOf: (record: SignedRecord) => readonly string[],
  io: Io,
): ReadonlyMap<string, SbomFile> {
  const found = new Map<string, SbomFile>();
  const problems: string[] = [];
  for (const record of records) {
    const { version } = record.statement.predicate;
    const { images } = imageFileIn(record);
    for (const architecture of ARCHITECTURES) {
      const sbom = images[architecture]?.sbom;
      if (sbom === undefined || found.has(sbom.sha256)) continue;
      const names = [`${version}-${architecture}.cdx.json`, path.basename(sbom.file)];
      const folders = [path.dirname(record.file), ...foldersOf(record)];
      const candidates = folders
        .flatMap((folder) => names.map((name) => path.join(folder, name)))
        .filter((file) => existsSync(file))
        .map((file) => ({ file, text: readText(file) }));
      const right = candidates.find(({ text }) => digestOf(text) === sbom.sha256);
      if (right) found.set(sbom.sha256, right);
      else if (candidates[0])
        problems.push(
          `${candidates[0].file}: its SHA-256 is ${digestOf(candidates[0].text)}, and the signed record ${record.file} says ${sbom.sha256}; put the file back that \`imprimatur inspect --sbom\` wrote for this release`,
        );
      else
        io.err(
          `${record.file}: its bill of materials ${sbom.file} is not beside it: the packages of ${architecture} are left out\n`,
        );
    }
  }
  if (problems.length > 0) throw new Refusal(problems.join("\n"));
  return found;
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
