import { type Answers, yamlText } from "./answers";

/**
 * The stack file of a new project: its first release is staged, which is private and at home, so that nothing is
 * published before somebody says so.
 *
 * @param sections the blocks of the clouds
 * @param signWith key in a KMS that signs the records; absent: a key file
 */
export function stackText(answers: Answers, sections: readonly string[], signWith?: string): string {
  const { product, publisher, basedOn, disk, version } = answers;
  const release = [
    `    - version: "${version}"`,
    "      # staged (private, at home), then published, deprecated, withdrawn. Removing the entry deletes it everywhere.",
    "      state: staged",
    `      imageFile: ${yamlText(imageFileOf(answers))}`,
  ];
  const releases =
    disk === undefined
      ? [
          "  # imprimatur inspect images/… makes an image file; then:",
          "  imprimatur:releases: []",
          ...release.map(commented),
        ]
      : ["  imprimatur:releases:", ...release];
  return `# yaml-language-server: $schema=../node_modules/imprimatur/config/stack.schema.json
# What is published, where and to whom. 'imprimatur plan' says what a change of this file would do; editors
# complete it, and node_modules/imprimatur/docs/config.md explains every key.
config:
  imprimatur:product:
    name: ${yamlText(product)}
    # Who answers for the images, as users know them.
    publisher: ${yamlText(publisher)}
${provenanceLines(basedOn)}
${releases.join("\n")}
  # Signs for each release which cloud images hold which bytes. Its key: IMPRIMATUR_SIGNING_KEY, or signWith: { kms: … }
  imprimatur:record:${signWith === undefined ? " {}" : `\n    signWith:\n      kms: ${signWith}`}
${sections.join("")}`;
}

/** Image file of the first release, relative to the project's folder. */
export function imageFileOf({ product, version }: Pick<Answers, "product" | "version">): string {
  return `images/${product}/${version}.json`;
}

function provenanceLines(basedOn: string | undefined): string {
  if (basedOn !== undefined) return `    provenance:\n      basedOn: ${yamlText(basedOn)}`;
  return `    # Built by the publisher from its own sources. A published release of an official product needs a signed input and a
    # passed image policy: imprimatur inspect --policy --sums SHA512SUMS --signature … --keyring …
    provenance: official`;
}

function commented(line: string): string {
  return `  # ${line.slice(2)}`;
}
