import { z } from "zod";
import type { Build } from "./build";
import type { Evidence } from "./evidence";
import type { Problem } from "./problem";
import type { Product } from "./product";
import type { Release } from "./release";

const needed = z.enum(["required", "optional"]);

/** Evidence that an image file must hold before its release is published. */
export const checks = z
  .strictObject({
    input: needed.optional().meta({
      description:
        "`required`: the raw disk is in a list of digests with a trusted signature (`inspect --sums`). Default: `required` of an official product.",
    }),
    signers: z
      .array(
        z.string().regex(/^[0-9A-F]{40}([0-9A-F]{24})?$/, {
          error: "an OpenPGP fingerprint: 40 or 64 hex digits, upper case, no spaces",
        }),
      )
      .min(1, { error: "at least one fingerprint" })
      .optional()
      .meta({
        description:
          "OpenPGP fingerprints, of primary keys, of who may sign that list; naming them makes `input` required. Default: whoever has a key in the keyring that `inspect` was given.",
        examples: ["DF9B9C49EAA9298432589D76DA87E80D6294BE9B"],
      }),
    policy: needed.optional().meta({
      description:
        "`required`: the image policy is passed (`inspect --policy`); of an official product, as declared for an official one. Default: `required` of an official product.",
    }),
    contents: needed.optional().meta({
      description:
        "`required`: every file is compared with the distribution's signed archive (`inspect --archive`). Default: `optional`; the image policy compares with the image's own lists, which whoever changes a file can change too.",
    }),
    boot: needed.optional().meta({
      description: "`required`: the disk boots (`imprimatur boot --image-file`).",
    }),
    record: needed.optional().meta({
      description:
        "`required`: a record of the release is signed with the publisher's key (`imprimatur:record`). Default: `required` of an official product.",
    }),
  })
  .prefault({})
  .meta({
    description:
      "What must have been found of every disk of a published release; the image file keeps it. A release can be staged without, and one that users have can always be deprecated or withdrawn. Default: `optional`, but for what an official product promises.",
  });

export type Checks = z.output<typeof checks>;

interface Check {
  /** The needed evidence; the architecture follows it. */
  needs: string;
  /** The missing evidence; `undefined`: none is missing. */
  lacks: (found: Evidence, product: Product, checks: Checks) => string | undefined;
  cure: (imageFile: string) => string;
}

type CheckName = "input" | "policy" | "contents" | "boot" | "record";

/** Checks of the disk itself. */
const CHECKS: Readonly<Record<Exclude<CheckName, "record">, Check>> = {
  input: {
    needs: "a signed input",
    lacks: ({ input }, _product, { signers }) => {
      if (input === undefined || input === "unsigned") return "an unsigned one";
      if (input.proof === undefined)
        return "one whose signed list is not in the image file, so that nobody can check it";
      const { fingerprint, user } = input.signer;
      if (signers === undefined || signers.includes(fingerprint)) return undefined;
      return `one signed by ${fingerprint} (${user}), whom imprimatur:checks.signers does not name`;
    },
    cure: () => "Run `imprimatur inspect` with --sums, --signature and --keyring",
  },
  policy: {
    needs: "a passed image policy",
    lacks: ({ policy }, { provenance }) => {
      if (policy === undefined) return "none: it was not measured";
      if (policy.outcome === "failed") return `a failed one: ${policy.failed.join(", ")}`;
      const unofficial = provenance === "official" && policy.declared.provenance !== "official";
      return unofficial ? "one that was measured as based on another product" : undefined;
    },
    cure: () => "Run `imprimatur inspect --policy` with the product and version, and mend what it finds",
  },
  contents: {
    needs: "contents that were compared with the archive",
    lacks: ({ contents }) => (contents === undefined ? "none: they were not compared" : undefined),
    cure: () =>
      "Run `imprimatur inspect --archive <mirror>` with the product and version, and mend what it finds",
  },
  boot: {
    needs: "a passed boot check",
    lacks: ({ boot }) => {
      if (boot === undefined) return "none: it was not started";
      return boot.outcome === "failed" ? `a failed one: ${boot.problems.join(", ")}` : undefined;
    },
    cure: (imageFile) => `Run \`imprimatur boot --image-file ${imageFile}\``,
  },
};

/** Defaults: "official" promises that the disk is signed, was inspected, and that images are signed. */
const PROMISED: Partial<Record<CheckName, "required">> = {
  input: "required",
  policy: "required",
  record: "required",
};

function isRequired(name: CheckName, checks: Checks, { provenance }: Product): boolean {
  if (checks[name] !== undefined) return checks[name] === "required";
  if (name === "input" && checks.signers !== undefined) return true;
  return provenance === "official" && PROMISED[name] !== undefined;
}

/** Images of published releases that lack required evidence. Not judged without their image files. */
export function checkProblems(checks: Checks, product: Product, builds: readonly Build[]): Problem[] {
  const required = Object.entries(CHECKS).filter(([name]) => isRequired(name as CheckName, checks, product));
  return builds.flatMap(({ release, index, architecture, image }) => {
    if (release.state !== "published" || image === undefined) return [];
    return required.flatMap(([name, { needs, lacks, cure }]): Problem[] => {
      const given = lacks(image, product, checks);
      if (given === undefined) return [];
      return [
        {
          path: ["releases", index, "imageFile"],
          needs: `${needs} of the ${architecture} image, because imprimatur:checks.${name} is required`,
          given,
          cure: `${cure(release.imageFile)}, or leave the release staged`,
        },
      ];
    });
  });
}

/** A stack that publishes without the record it requires. */
export function missingRecordProblems(
  checks: Checks,
  product: Product,
  releases: readonly Release[],
): Problem[] {
  const published = releases.some(({ state }) => state === "published");
  if (!published || !isRequired("record", checks, product)) return [];
  const why =
    checks.record === undefined ? "the product is official" : "imprimatur:checks.record is required";
  return [
    {
      path: ["record"],
      needs: `what signs a record of each published release, because ${why}`,
      given: undefined,
      cure: "Add `imprimatur:record: {}` and a release key (docs/verify.md), or say `record: optional` in imprimatur:checks",
    },
  ];
}
