import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { diskIdentity } from "../../facts/disk-identity";
import { listWords } from "../../facts/words";
import type { System } from "../../archive/upgrades";
import type { Image } from "../../config/image-file";
import { ARCHITECTURES, type Architecture } from "../../config/release";
import { readSbom, type Sbom } from "../../config/sbom";
import { readBytes } from "../../trust/read-text";
import { TrustProblem } from "../../trust/problem";
import { imageFileIn, nameOf, newerReleases, type Records, type SignedRecord } from "../../trust/records";
import { type Speaking, trustedRecords } from "../trusted-records";
import type { Options } from "./options";

interface Named {
  readonly product: string;
  readonly version: string;
  readonly architecture: Architecture;
}

/** As dpkg names them. */
const DEBIAN_ARCHITECTURES: Readonly<Record<Architecture, string>> = { x86_64: "amd64", arm64: "arm64" };

/** A bill of materials with the architecture of its image, in dpkg's words. */
export type SystemSbom = Sbom & System;

/** The bill of materials of an image, as its signed record names it, or why there is none to trust. */
export type PublishedSbom = Named &
  (
    | { readonly sbom: SystemSbom; readonly problem?: undefined }
    | { readonly sbom?: undefined; readonly problem: string }
  );

/** Of the newest release of each product and architecture, or of every one that is not withdrawn (`all`). */
export async function publishedSboms(options: Options, io: Speaking): Promise<PublishedSbom[]> {
  const records = await trustedRecords(options, io);
  const current = records.trusted.filter(({ withdrawal }) => withdrawal === undefined);
  if (current.length === 0)
    throw new TrustProblem(
      `${options.records}: every release in it is withdrawn: there is nothing to look at`,
    );
  return current.flatMap((record) => {
    const { images } = imageFileIn(record);
    const architectures = ARCHITECTURES.filter((architecture) => images[architecture] !== undefined);
    return architectures
      .filter((architecture) => options.all || isNewest(records, record, architecture))
      .map((architecture) => {
        const { product, version } = nameOf(record);
        const image = images[architecture]!;
        return openSbom({ product, version, architecture }, image, { record, folder: options.sboms });
      });
  });
}

function isNewest(records: Records, record: SignedRecord, architecture: Architecture): boolean {
  return newerReleases(records, record).every(
    (other) => imageFileIn(other).images[architecture] === undefined,
  );
}

function openSbom(
  named: Named,
  image: Image,
  { record, folder }: { record: SignedRecord; folder: string | undefined },
): PublishedSbom {
  const evidence = image.sbom;
  const whose = `${named.product} ${named.version} ${named.architecture}`;
  const refused = (why: string): PublishedSbom => ({ ...named, problem: `${whose}: ${why}` });
  if (evidence === undefined)
    return refused(
      "its record names no bill of materials; run \"imprimatur inspect --sbom\" on its disk with --product and --version, and 'imprimatur up'",
    );
  const places = [dirname(record.file), ...(folder === undefined ? [] : [folder])];
  const names = [`${named.version}-${named.architecture}.cdx.json`, basename(evidence.file)];
  const files = places.flatMap((place) => [...new Set(names)].flatMap((name) => filesNamed(name, place)));
  if (files.length === 0)
    return refused(
      `${evidence.file} is not in ${places.join(" or ")}; put it beside the record, or name its folder with --sboms`,
    );
  const found = files
    .map((file) => ({ file, bytes: readBytes(file) }))
    .find(({ bytes }) => createHash("sha256").update(bytes).digest("hex") === evidence.sha256);
  if (found === undefined)
    return refused(
      `${listWords(files)}: not the bill of materials that the signed record names (another sha256); get it from where it was written`,
    );
  const { file, bytes } = found;
  const { sbom, message } = readSbom(bytes.toString(), file);
  if (sbom === undefined) return refused(message);
  if (sbom.disk !== diskIdentity(image))
    return refused(`${file} is of another disk; run "imprimatur inspect --sbom" again`);
  if (sbom.packages.length === 0)
    return refused(
      `${file} has no Debian packages (pkg:deb): ${sbom.system} is looked after by its own tools, not by this command`,
    );
  if (sbom.aptSources.length === 0)
    return refused(
      `${file} names no apt source: the image has none, or an older imprimatur wrote it; run "imprimatur inspect --sbom" again`,
    );
  return { ...named, sbom: { ...sbom, architecture: DEBIAN_ARCHITECTURES[named.architecture] } };
}

/** In a folder and its subfolders. */
function filesNamed(name: string, folder: string): string[] {
  const entries = existsSync(folder) ? readdirSync(folder, { withFileTypes: true, recursive: true }) : [];
  return entries
    .filter((entry) => entry.isFile() && entry.name === name)
    .map((entry) => join(entry.parentPath, entry.name));
}
