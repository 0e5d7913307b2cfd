/** `archive.ts RAW ARCHIVE`: the archive that Compute Engine takes, as the upload makes it. */
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { Disk } from "../../disk/disk";
import { gzip } from "../../disk/gzip";
import { sparseTar } from "../../disk/sparse-tar";
import { whenAsked } from "./when-asked";

async function main([raw = "", archive = ""]: string[]): Promise<void> {
  const disk = await Disk.open(raw);
  await pipeline(gzip(sparseTar(disk)), createWriteStream(archive));
  await disk.close();
}

void whenAsked(() => main(process.argv.slice(2)));
