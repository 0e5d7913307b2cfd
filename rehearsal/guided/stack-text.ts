/** The stack file that a guided rehearsal writes, and how a release is added to one that is there. */
import { definitionFor } from "../../facts/hyper-v";
import { STACK_SCHEMA } from "../place";
import type { Inspected } from "./inspected-disk";

export interface Release {
  product: string;
  version: string;
  imageFile: string;
}

/** No name can be taken for it: none of its words is a name (config/protected-names.ts). */
export const PLACEHOLDER = "the original system";

/** A stack file that fits the disk. */
export function stackText(
  { product, version, imageFile }: Release,
  { bootMode }: Pick<Inspected, "bootMode">,
): string {
  const needed = Object.entries(definitionFor(bootMode)).map(([key, value]) => `${key}: ${value}`);
  const definition =
    needed.length === 0
      ? ""
      : `
    # The disk starts by BIOS, which generation 1 does: without trusted launch, and without NVMe.
    definition: {${needed.join(", ")}}`;
  return `# yaml-language-server: $schema=${STACK_SCHEMA}
# Written for a rehearsal, with its values: not for a real account. Every key is explained in docs/config.md.
config:
  imprimatur:product:
    name: ${product}
    # Who answers for the images, as users know them.
    publisher: Me
    # "official" is for the makers of a system; an image made from another one's says what it is based on.
    provenance:
      basedOn: ${PLACEHOLDER}
  imprimatur:releases:
    - version: "${version}"
      # staged -> published -> deprecated -> withdrawn; removing the entry deletes the release everywhere.
      state: published
      imageFile: ${imageFile}
      # A rehearsal is torn down at once. Remove this line before somebody uses the images.
      protect: false
  # Nothing becomes public, and nothing public is deleted, unless it is named here or with 'imprimatur up --allow'.
  imprimatur:allow:
    - make-public:${version}
  # Signs which cloud images hold which bytes; the rehearsal's key is in its environment. Yours: docs/verify.md.
  imprimatur:record: {}
  imprimatur:aws:
    homeRegion: eu-central-1
    # A region is published to by naming it; {} takes everything from below.
    regions:
      eu-central-1: {}
      eu-west-1: {}
      us-east-1: {}
      us-west-2: {}
      ap-southeast-1: {}
    sharing:
      # Everyone. For single accounts instead: accounts: ["123456789012"]
      public: true
  # A cloud that you do not publish to: leave its block out.
  imprimatur:gcp:
    # The rehearsal's own; in a real cloud yours.
    project: rehearsal-publisher
    bucket:
      # What is uploaded passes through it. Its name is unique on all of Google Cloud.
      name: ${product}-archives
      location: eu
    sharing:
      public: true
  imprimatur:azure:
    resourceGroup:
      name: ${product}
    location: westeurope${definition}
    gallery:
      name: ${product.replaceAll("-", "_")}
      sharing:
        # Everyone. For single subscriptions instead of this: subscriptions: ["01234567-…"]
        community:
          publicNamePrefix: rehearsal
          publisherUri: https://images.example
          publisherContact: images@images.example
          eula: https://images.example/eula
    regions:
      westeurope: {}
      eastus: {}
`;
}

/** Lines that the engine writes into a stack file of its own. */
const ENGINES = /^(encryptionsalt|secretsprovider|encryptedkey):.*\n?/gm;

/** The engine's own lines, to be kept when the rest is written again. */
export function engineLines(text: string): string {
  return (text.match(ENGINES) ?? []).join("");
}

/** True for a stack file that is as it was written, for whichever version and disk. */
export function isUntouched(text: string, release: Release, folder: string): boolean {
  const [, version = ""] = /^ {4}- version: "([^"\n]*)"$/m.exec(text) ?? [];
  const written = { ...release, version, imageFile: `${folder}/${version}.json` };
  const own = text.replace(ENGINES, "").trimEnd();
  return ["uefi", "legacy-bios"].some((bootMode) => stackText(written, { bootMode }).trimEnd() === own);
}

/** The text with the release in front of the others, public; `undefined` when its lists are not written as lists of lines. */
export function withRelease(text: string, { version, imageFile }: Release): string | undefined {
  const releases = /^( +)imprimatur:releases:[ \t]*\n(?= *(- |#))/m;
  const allow = /^( +)imprimatur:allow:[ \t]*\n(?= *(- |#))/m;
  if (!releases.test(text) || !allow.test(text)) return undefined;
  return text
    .replace(
      releases,
      (line, indent: string) =>
        `${line}${indent}  - version: "${version}"\n${indent}    state: published\n${indent}    imageFile: ${imageFile}\n${indent}    protect: false\n`,
    )
    .replace(allow, (line, indent: string) => `${line}${indent}  - make-public:${version}\n`);
}
