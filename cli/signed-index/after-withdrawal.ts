/** A withdrawal reaches users who hold a record only through the index: it is signed in the same command where its keys are at hand. */
import { shellWord } from "../../facts/shell";
import { hasIndex } from "../../trust/signed-index/repository";
import type { Io } from "../io";
import { aboutIndex, folderOf } from "./folder";
import { KEYS_VARIABLE, signNames } from "./keys";
import { updateIndex } from "./update";

/**
 * @param product of the stack
 * @returns `false`: the index still says that the release is good; what to do was said
 */
export async function indexWithdrawal(product: string, stack: string, io: Io): Promise<boolean> {
  const folder = folderOf({ product });
  if (!hasIndex(folder)) return true;
  const command = `imprimatur index update --product ${shellWord(product)}`;
  if (signNames([]).length === 0) {
    io.err(
      `imprimatur: the index ${folder} still says that it is good, and ${KEYS_VARIABLE} names no keys here; where they are, run \`${command} --sign <key of targets> --sign <key of timestamp>\`, and upload it\n`,
    );
    return false;
  }
  try {
    const options = { product, records: "records", stack: [stack], state: [], sign: [], key: [] };
    const { changes, version } = await updateIndex(options, io);
    const { url } = aboutIndex(folder);
    const where = url === undefined ? "where it is published" : `to ${url}`;
    for (const line of changes) io.out(`index: ${line}\n`);
    io.out(
      `${folder}: version ${version} is signed; upload it ${where}, timestamp.json last: users learn of it from there\n`,
    );
    return true;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    io.err(
      `imprimatur: the index ${folder} still says that it is good: ${reason}\nimprimatur: then run \`${command}\`\n`,
    );
    return false;
  }
}
