/** Sources of the catalogue and of announcements. */
import { createHash } from "node:crypto";
import path from "node:path";
import { type CatalogueSources, productsOf } from "../../catalogue/catalogue";
import type { Catalogue, CatalogueSigner } from "../../catalogue/model";
import { keyPath } from "../../catalogue/paths";
import { nameOf, type SignedRecord, versionOf } from "../../trust/records";
import { readPublicKey } from "../../trust/public-key";
import { readText } from "../../trust/read-text";
import type { Io } from "../io";
import { Refusal, UsageProblem } from "../problem";
import { type SignerOptions, signerProblems } from "../signer-options";
import { trustedRecords } from "../trusted-records";
import { findSboms } from "./sboms";
import type { SourceOptions } from "./source-options";
import { knownStacks, type StackOptions } from "./stacks";

export interface Sources {
  readonly catalogue: Catalogue;
  readonly sources: CatalogueSources;
}

/**
 * Verifies every record, and asks for the state of the stacks.
 *
 * @throws {UsageProblem} when it is not said whose word counts
 * @throws {Refusal} with each record that is not signed by whom it should be, by name
 */
export async function readSources(options: SourceOptions, io: Io): Promise<Sources> {
  checkOptions(options);
  const { trusted: records, refused } = await trustedRecords({ ...options, record: undefined }, io);
  if (refused.length > 0)
    throw new Refusal(
      [...refused, "nothing was made: a catalogue holds only what its publisher signed"].join("\n"),
    );
  assertDistinct(records);
  const products = [...new Set(records.map((record) => nameOf(record).product))];
  const stacks = await knownStacks(options, products, io);
  const foldersOf = (record: SignedRecord) => {
    const { product, version } = nameOf(record);
    const stackFile = stacks.find((stack) => stack.product === product)?.stackFile;
    const release = stackFile?.config.releases.find((release) => release.version === version);
    return release === undefined ? [] : [path.dirname(release.imageFile)];
  };
  const sources = { records, stacks, sboms: findSboms(records, foldersOf, io), now: new Date() };
  return { sources, catalogue: catalogueOf(options, sources) };
}

function catalogueOf(options: SourceOptions, sources: CatalogueSources): Catalogue {
  const products = productsOf(sources);
  const publishers = [...new Set(products.map(({ publisher }) => publisher))];
  return {
    title: options.title ?? `Cloud images by ${publishers.join(", ")}`,
    ...(options.url !== undefined && { url: options.url.replace(/\/+$/, "") }),
    builtOn: sources.now.toISOString(),
    signers: signersOf(options),
    products,
  };
}

function signersOf({ key, certificateIdentity, certificateOidcIssuer }: SignerOptions): CatalogueSigner[] {
  const keys = key.map((file, index): CatalogueSigner => {
    const pem = readText(file);
    const der = readPublicKey(pem, file).export({ format: "der", type: "spki" });
    return { fingerprint: createHash("sha256").update(der).digest("hex"), file: keyPath(index), pem };
  });
  return certificateIdentity !== undefined && certificateOidcIssuer !== undefined
    ? [...keys, { identity: certificateIdentity, issuer: certificateOidcIssuer }]
    : keys;
}

function checkOptions(options: SourceOptions): void {
  const { url } = options;
  const problems = [
    ...signerProblems(options),
    ...(url === undefined || isSite(url)
      ? []
      : [`--url needs an address as https://images.example.org, but has ${JSON.stringify(url)}`]),
    ...stackProblems(options),
  ];
  if (problems.length > 0) throw new UsageProblem(problems.join("\n"));
}

/** Options of the stacks that contradict each other, a line each. */
export function stackProblems({ stack, state, recordsOnly }: StackOptions): string[] {
  const asked = [...(stack.length > 0 ? ["--stack"] : []), ...(state.length > 0 ? ["--state"] : [])];
  return [
    ...(recordsOnly && asked.length > 0
      ? [`--records-only leaves the stacks' state out: leave it out, or ${asked.join(" and ")}`]
      : []),
    ...(asked.length > 1 ? ["--stack asks the engine, and --state reads files: give one of the two"] : []),
  ];
}

function isSite(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, search, hash } = new URL(url);
  return /^https?:$/.test(protocol) && search === "" && hash === "";
}

/** Two records of one release, as of a copy beside the original, would be one page. */
export function assertDistinct(records: readonly SignedRecord[]): void {
  const first = new Map<string, string>();
  for (const record of records) {
    const name = `${nameOf(record).product} ${versionOf(record)}`;
    const other = first.get(name);
    if (other !== undefined)
      throw new Refusal(`${other} and ${record.file} are both records of ${name}; leave the older one out`);
    first.set(name, record.file);
  }
}
