import { z } from "zod";
import { isFreeKey, TAKEN_KEYS } from "./keys";
import type { Problem } from "./problem";
import { timestamp } from "./timestamp";

/** States of a release, in order. */
export const STATES = ["staged", "published", "deprecated", "withdrawn"] as const;
export type ReleaseState = (typeof STATES)[number];

export const ARCHITECTURES = ["x86_64", "arm64"] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

/** One build of a product, in one of the {@link STATES}. */
export const release = z
  .strictObject({
    version: z
      .string()
      .regex(/^(?=.{1,40}$)[0-9A-Za-z]+([._-][0-9A-Za-z]+)*$/, {
        error: "1 to 40 letters and digits, in parts joined by . _ or -",
      })
      // Versions are keys in the engine's state.
      .refine(isFreeKey, { error: `another word: none of ${TAKEN_KEYS}` })
      .meta({ description: "Version of the build, always in quotes.", examples: ["20261120.0"] }),
    variant: z
      .string()
      .optional()
      .meta({
        description:
          "One of `product.variants`, if it is not the product's own. The version then ends with it, as `20261120.0-refresh`.",
        examples: ["refresh"],
      }),
    state: z.enum(STATES).meta({
      description:
        "`staged`: private, in the home region only. `published`: replicated, verified, shared. `deprecated`: still usable, users are warned. `withdrawn`: no longer shared, kept as evidence.",
    }),
    imageFile: z
      .string()
      .regex(/^(?!\/|[A-Za-z]:|.*\\).+\.json$/, {
        error:
          "the path of an image file (*.json), relative to the project's folder, with / between its parts",
      })
      .meta({
        description: "Image file that `imprimatur inspect` wrote, relative to the project's folder.",
        examples: ["images/debian-13/20261120.0.json"],
      }),
    deprecateOn: timestamp.optional().meta({
      description:
        "When users are told to move on: the deprecation time of every AMI, the deprecation date of the Compute Engine image. AWS lets a public AMI have at most two years from its creation, and gives it those if nothing is said here.",
      examples: ["2028-11-20T00:00:00Z"],
    }),
    endOfLife: timestamp.optional().meta({
      description:
        "When support ends: end-of-life date of the gallery version, obsolete date of the Compute Engine image.",
      examples: ["2029-11-20T00:00:00Z"],
    }),
    releasedOn: timestamp.optional().meta({
      description:
        "When the build was released: what the retention policy counts from. Default: the day at the front of a version as `20261120.0`.",
      examples: ["2026-11-20T00:00:00Z"],
    }),
    reason: z
      .string()
      .regex(/^[^\p{Cc}]{1,200}$/u, { error: "1 to 200 printable characters" })
      .optional()
      .meta({
        description:
          "Why the state is what it is. Needed, and new, when a withdrawn release is published again.",
        examples: ["The report was wrong: bug 12345 is in another package"],
      }),
    protect: z.boolean().optional().meta({
      description:
        "Whether Pulumi refuses to delete or replace the images. Default: true while staged or published, else false. `false` is for rehearsals.",
    }),
  })
  .meta({ description: "One build of the product." });

export const releases = z
  .array(release)
  .meta({ description: "Every build that exists in a cloud. Removing a line deletes the build everywhere." });

export type Release = z.output<typeof release>;

/** Protected unless the release's state, or the stack file, says otherwise. */
export function isProtected({ protect, state }: Release): boolean {
  return protect ?? (state === "staged" || state === "published");
}

/** Release time in milliseconds since 1970: as given, or the date at the front of its version. */
export function releasedAt({
  releasedOn,
  version,
}: Pick<Release, "releasedOn" | "version">): number | undefined {
  if (releasedOn !== undefined) return Date.parse(releasedOn);
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)(?:\D|$)/.exec(version) ?? [];
  const date = `${year}-${month}-${day}`;
  const time = Date.parse(`${date}T00:00:00Z`);
  // JavaScript turns 30 February into a day in March.
  return Number.isNaN(time) || !new Date(time).toISOString().startsWith(date) ? undefined : time;
}

/** True if the release may be used outside the account. */
export function isShared(state: ReleaseState): boolean {
  return state === "published" || state === "deprecated";
}

/** A release and its index in the list. */
export interface ReleaseLine {
  readonly release: Release;
  readonly index: number;
}

/** Rules over more than one release. */
export function releaseProblems(lines: readonly ReleaseLine[]): Problem[] {
  const problems: Problem[] = [];
  for (const { release, index } of lines) {
    const { version, state, deprecateOn, endOfLife, imageFile } = release;
    const first = lines.find((other) => other.release.version === version)?.index ?? index;
    if (first < index) {
      problems.push({
        path: ["releases", index, "version"],
        needs: `a version of its own: releases[${first}] has this one`,
        given: version,
        cure: "Remove one of the two, or give the newer build a new version",
      });
    }
    const sameFile = lines.find((other) => other.release.imageFile === imageFile)?.index ?? index;
    if (sameFile < index && first === index) {
      problems.push({
        path: ["releases", index, "imageFile"],
        needs: `an image file of its own: releases[${sameFile}] names this one`,
        given: imageFile,
        cure: "Run `imprimatur inspect` on this build's raw disk and name the file that it wrote",
      });
    }
    if (state === "deprecated" && deprecateOn === undefined) {
      problems.push({
        path: ["releases", index, "deprecateOn"],
        needs: "the date of the deprecation, because the state is deprecated",
        cure: "Add deprecateOn: when users are told to move on",
      });
    }
    if (
      deprecateOn !== undefined &&
      endOfLife !== undefined &&
      Date.parse(endOfLife) < Date.parse(deprecateOn)
    ) {
      problems.push({
        path: ["releases", index, "endOfLife"],
        needs: `a date not before deprecateOn (${deprecateOn})`,
        given: endOfLife,
      });
    }
  }
  return problems;
}

/** Orders versions naturally: numeric parts as numbers, so that `20261120.10` is newer than `20261120.9`. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split(/[._-]/), b.split(/[._-]/)];
  for (let part = 0; part < Math.max(left.length, right.length); part++) {
    const [x = "", y = ""] = [left[part], right[part]];
    if (x === y) continue;
    const numeric = /^\d+$/.test(x) && /^\d+$/.test(y) ? Number(x) - Number(y) : 0;
    return numeric || (x < y ? -1 : 1);
  }
  return 0;
}
