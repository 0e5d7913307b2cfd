import { createHash } from "node:crypto";
import { fieldsOf } from "../facts/deb822";
import { MIB } from "../facts/units";
import { verifyCleartext, verifyDetached } from "../trust/openpgp";
import { TrustProblem } from "../trust/problem";
import type { Place } from "./place";
import { ArchiveProblem } from "./problem";

/** Debian's largest has 0.2 MB. */
const MOST_BYTES = 16 * MIB;
/** Milliseconds by which an archive's clock may be ahead: Acquire::Max-FutureTime of apt 2.6 is 10 s. */
const AHEAD = 10_000;

/** Fields of a suite's signed Release file (Debian's RepositoryFormat; apt-ftparchive(1)). */
export interface ReleaseFile {
  /** As named by whoever installs from it: `bookworm-updates`. */
  readonly suite: string;
  /** Folder of its files, relative to the archive. */
  readonly folder: string;
  readonly place: Place;
  readonly origin: string;
  readonly label: string;
  /** `Suite`: `oldstable`. */
  readonly archive: string;
  readonly codename: string;
  readonly version: string;
  /** When it was made, RFC 3339. */
  readonly date: string;
  /** When it must have been replaced, RFC 3339; absent for stable suites. */
  readonly validUntil?: string;
  readonly components: readonly string[];
  readonly architectures: readonly string[];
  /** Packages for all architectures have indices of their own. */
  readonly separateAll: boolean;
  readonly byHash: boolean;
  readonly notAutomatic: boolean;
  readonly butAutomaticUpgrades: boolean;
  /** Digest and size of each index, by its path below `folder`. */
  readonly files: ReadonlyMap<
    string,
    { readonly algorithm: "sha256" | "sha512"; readonly digest: string; readonly size: number }
  >;
  readonly signer: { readonly fingerprint: string; readonly user: string };
  /** SHA-256 of the signed file, hex. */
  readonly sha256: string;
}

export interface Trust {
  /** OpenPGP keyrings, of which one key must have signed. */
  readonly keyring: { readonly file: string; readonly parts: readonly Buffer[] };
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * The Release file of a suite, in the first of the places that has one, with its signature checked.
 *
 * @throws {ArchiveProblem} unknown suite, bad signature, out of date, made in the future, or another suite's
 */
export async function openSuite(suite: string, places: readonly Place[], trust: Trust): Promise<ReleaseFile> {
  // A suite that ends with a slash is a path: a flat archive (sources.list(5)).
  const folder = suite.endsWith("/") ? suite.replace(/\/+$/, "") : `dists/${suite}`;
  for (const place of places) {
    const signed = await signedText(place, folder, trust);
    if (signed) return parse(signed, { suite, folder, place }, trust.now);
  }
  const names = places.map(({ name }) => name).join(" and ");
  throw new ArchiveProblem(
    `${suite}: ${names} ${places.length > 1 ? "have" : "has"} no ${folder}/InRelease; name the archive that has this suite with --archive, or take the suite out of the image's apt sources`,
  );
}

interface Signed {
  file: string;
  text: string;
  /** SHA-256 of the file, hex. */
  sha256: string;
  signer: { fingerprint: string; user: string };
}

/** InRelease, or the Release file with its detached signature. */
async function signedText(
  place: Place,
  folder: string,
  { keyring, now }: Trust,
): Promise<Signed | undefined> {
  const read = (name: string) => place.read(`${folder}/${name}`, MOST_BYTES);
  const named = (name: string) => `${place.name}/${folder}/${name}`;
  try {
    const file = named("InRelease");
    const both = await read("InRelease");
    if (both) {
      // Before the signature, of which a wrong clock would say no more than that it is of the future.
      assertNotAhead(file, fieldsOf(both.toString()).get("date"), now);
      const { text, signer } = await verifyCleartext(
        both,
        keyring.parts,
        { data: file, keyring: keyring.file },
        new Date(now),
      );
      return { file, text, signer, sha256: digestOf(both) };
    }
    const release = await read("Release");
    if (!release) return undefined;
    const signature = await read("Release.gpg");
    if (!signature)
      throw new ArchiveProblem(
        `${named("Release")}: nobody signed it (no InRelease, no Release.gpg); use the archive's own mirror with --archive`,
      );
    const files = { data: named("Release"), signature: named("Release.gpg"), keyring: keyring.file };
    const signer = await verifyDetached(release, signature, keyring.parts, files);
    return { file: files.data, text: release.toString(), signer, sha256: digestOf(release) };
  } catch (error) {
    if (!(error instanceof TrustProblem)) throw error;
    throw new ArchiveProblem(error.message);
  }
}

function parse(
  { file, text, signer, sha256 }: Signed,
  where: Pick<ReleaseFile, "suite" | "folder" | "place">,
  now: number,
): ReleaseFile {
  const fields = fieldsOf(text);
  const field = (name: string) => fields.get(name) ?? "";
  const isSet = (name: string) => field(name).toLowerCase() === "yes";
  const date = Date.parse(field("date"));
  const validUntil = fields.has("valid-until") ? Date.parse(field("valid-until")) : undefined;
  const files = digestsIn(fields);
  if (Number.isNaN(date) || Number.isNaN(validUntil) || files.size === 0)
    throw new ArchiveProblem(
      `${file}: needs a Date, a Valid-Until that is a date if there is one, and SHA256 digests of its indices; use another mirror with --archive`,
    );
  const [archive, codename] = [field("suite"), field("codename")];
  assertSuite(file, where.suite, [archive, codename]);
  assertNotAhead(file, field("date"), now);
  assertCurrent(file, { validUntil, now });
  const architectures = words(field("architectures"));
  return {
    ...where,
    ...{ origin: field("origin"), label: field("label"), archive, codename, version: field("version") },
    date: new Date(date).toISOString(),
    ...(validUntil !== undefined && { validUntil: new Date(validUntil).toISOString() }),
    // Debian's security archive says `updates/main` of what lies in, and is asked for as, `main` (2026-11).
    components: words(field("components")).map((name) => name.slice(name.lastIndexOf("/") + 1)),
    architectures,
    separateAll:
      architectures.includes("all") && !words(field("no-support-for-architecture-all")).includes("Packages"),
    byHash: isSet("acquire-by-hash"),
    notAutomatic: isSet("notautomatic"),
    butAutomaticUpgrades: isSet("butautomaticupgrades"),
    files,
    signer: { fingerprint: signer.fingerprint, user: signer.user },
    sha256,
  };
}

/** A mirror that hands out another suite's file, signed by the same key, hides what is new in this one. */
function assertSuite(file: string, suite: string, own: readonly string[]): void {
  const names = own.filter((name) => name !== "");
  // Flat archives need not name a suite; `bookworm/updates` is an old way to write `bookworm-security`.
  if (suite.endsWith("/") || names.length === 0) return;
  if (names.some((name) => name === suite || name === suite.split("/")[0])) return;
  throw new ArchiveProblem(
    `${file}: signed as ${[...new Set(names)].join(" or ")}, and ${suite} was asked for; use another mirror with --archive`,
  );
}

function assertNotAhead(file: string, made: string | undefined, now: number): void {
  const date = Date.parse(made ?? "");
  if (date > now + AHEAD)
    throw new ArchiveProblem(
      `${file}: made at ${day(date)}, and this machine's clock says ${day(now)}; set the clock`,
    );
}

function day(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, "Z");
}

function assertCurrent(
  file: string,
  { validUntil, now }: { validUntil?: number | undefined; now: number },
): void {
  if (validUntil !== undefined && validUntil < now)
    throw new ArchiveProblem(
      `${file}: valid until ${day(validUntil)}, and this machine's clock says ${day(now)}: the mirror is not kept up to date, or the clock is wrong; use another mirror with --archive, or set the clock`,
    );
}

function digestsIn(fields: ReadonlyMap<string, string>): ReleaseFile["files"] {
  const algorithm = fields.has("sha256") ? "sha256" : "sha512";
  const lines = (fields.get(algorithm) ?? "").split("\n");
  return new Map(
    lines.flatMap((line) => {
      const [, digest, size, path] = /^([0-9a-f]{64,128})\s+(\d+)\s+(\S+)$/.exec(line.trim()) ?? [];
      if (digest === undefined || path === undefined) return [];
      return [[path, { algorithm, digest, size: Number(size) }] as const];
    }),
  );
}

function digestOf(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function words(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}
