import { once } from "node:events";
import { Unpack } from "tar";
import { GIB } from "../../facts/units";
import { type Compression, decompress } from "../decompress";
import { ArchiveProblem } from "../problem";
import { debMembers } from "./members";

const MOST_DATA = GIB;

/**
 * Unpacks the files of a .deb into a folder, as the user who runs this: without owners, setuid or paths that lead out.
 *
 * @param name for messages
 * @throws {ArchiveProblem} for a .deb that is damaged, and when the folder cannot be written
 */
export async function unpackDeb(deb: Buffer, name: string, folder: string): Promise<void> {
  const data = debMembers(deb, name).find((each) => /^data\.tar(\.(xz|gz|zst))?$/.test(each.name))!;
  const how = data.name.slice("data.tar".length) as Compression | ".zst";
  let problem: string | undefined;
  const target = new Unpack({
    ...{ cwd: folder, preserveOwner: false, processUmask: 0o077, noMtime: true },
    // Absolute links, which it makes relative, are told too.
    onwarn: (code, message) => {
      if (code !== "TAR_ENTRY_INFO") problem ??= String(message);
    },
  });
  target.on("error", (error: Error) => (problem ??= error.message));
  const end = once(target, "close").catch(() => {});
  for await (const part of decompress(data.bytes, how, { name, mostBytes: MOST_DATA }))
    target.write(Buffer.from(part.buffer, part.byteOffset, part.byteLength));
  target.end();
  await end;
  if (problem !== undefined)
    throw new ArchiveProblem(
      `${folder}: ${name} cannot be unpacked there (${problem}); make room, or set XDG_CACHE_HOME to a folder that can be written`,
    );
}
