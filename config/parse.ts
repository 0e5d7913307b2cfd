import { CLOUDS, type Cloud } from "../facts/clouds";
import type { z } from "zod";
import type { Build, BuiltImage } from "./build";
import { checkProblems, missingRecordProblems } from "./checks";
import { isReplaced, parseLeniently, type Placeholder } from "./lenient-parse";
import type { ConfigPath, Problem } from "./problem";
import { policyProblems } from "./policy";
import { provenanceProblems } from "./provenance";
import { type Architecture, ARCHITECTURES, release, type ReleaseLine, releaseProblems } from "./release";
import { CLOUD_CONFIGS } from "./clouds";
import { onEachSection } from "./sections";
import { stackConfig, type StackConfig } from "./stack";
import { variantProblems } from "./variant";
import { translateIssue } from "./translate";

/** Images of a release's image file, by architecture. */
export type Images = Readonly<Partial<Record<Architecture, BuiltImage>>>;

export interface ParseOptions {
  /** Images of the image files, by the path in a release; without them images are not checked. */
  readonly images?: ReadonlyMap<string, Images>;
}

type Parsed =
  | { readonly config: StackConfig; readonly problems?: undefined }
  | { readonly config?: undefined; readonly problems: readonly Problem[] };

/**
 * Validates the values of a stack file, keyed without `imprimatur:`, and fills in defaults. Pure. Every problem is
 * reported at once: well-formed sections are checked against the clouds' rules even if a neighbour is malformed.
 */
export function parseStackConfig(
  values: Readonly<Record<string, unknown>>,
  options: ParseOptions = {},
): Parsed {
  const whole = stackConfig.safeParse(values, { reportInput: true });
  const problems = whole.success
    ? []
    : whole.error.issues.flatMap((issue) => translateIssue(issue, stackConfig, values));
  const sections = sectionsOf(values);
  problems.push(
    ...ruleProblems(sections, options).filter(({ path }) => !isReplaced(path, sections.replaced)),
  );
  if (problems.length > 0 || !whole.success) return { problems };
  return { config: whole.data };
}

type Parts = Partial<Omit<StackConfig, "releases">>;

/** Input of the rules. */
interface Sections {
  /** Sections as given, or repaired where values are refused. */
  readonly parts: Parts;
  /** Sections exactly as the user wrote them, apart from unknown keys. */
  readonly intact: Parts;
  readonly lines: readonly ReleaseLine[];
  /** Paths about which no rule may report. */
  readonly replaced: readonly ConfigPath[];
}

const PLACEHOLDERS: Readonly<Record<keyof Parts, Placeholder>> = {
  product: () => ({ name: "product", publisher: "Publisher", provenance: "official" }),
  checks: () => ({}),
  policy: () => ({}),
  record: () => ({}),
  allow: () => [],
  ...(Object.fromEntries(CLOUDS.map((cloud) => [cloud, CLOUD_CONFIGS[cloud].placeholder])) as Record<
    Cloud,
    Placeholder
  >),
};

function sectionsOf(values: Readonly<Record<string, unknown>>): Sections {
  const replaced: ConfigPath[] = [];
  const parts: Record<string, unknown> = {};
  const intact: Record<string, unknown> = {};
  for (const [key, sample] of Object.entries(PLACEHOLDERS)) {
    const schema: z.ZodType = stackConfig.shape[key as keyof Parts];
    const mended = parseLeniently(schema, values[key], [key], sample);
    if (mended === undefined) continue;
    parts[key] = mended.value;
    if (mended.replaced.length === 0) intact[key] = mended.value;
    replaced.push(...mended.replaced);
  }
  const list: readonly unknown[] = Array.isArray(values.releases) ? values.releases : [];
  const lines = list.flatMap((line, index): ReleaseLine[] => {
    // Unique, so that no rule over two releases reports a placeholder.
    const sample = () => ({ version: `0.0.${index}`, state: "staged", imageFile: `${index}.json` });
    const mended = parseLeniently(release, line, ["releases", index], sample);
    replaced.push(...(mended?.replaced ?? []));
    return mended === undefined ? [] : [{ release: mended.value, index }];
  });
  return { parts, intact, lines, replaced };
}

function ruleProblems({ parts, intact, lines }: Sections, options: ParseOptions): Problem[] {
  const builds = buildsOf(lines, options);
  const cloudProblems = ({ product }: Parts): Problem[] =>
    product === undefined
      ? []
      : onEachSection(parts, (cloud, section) =>
          CLOUD_CONFIGS[cloud].rules(section, product, builds),
        ).flatMap(([, problems]) => problems);
  // The required evidence depends on the product and the checks: neither may be a placeholder.
  const { product, checks, policy } = intact;
  return [
    ...releaseProblems(lines),
    ...(product ? variantProblems(product, lines) : []),
    ...provenanceProblems({ ...parts, product }),
    ...(checks && product ? checkProblems(checks, product, builds) : []),
    ...(policy ? policyProblems(policy) : []),
    ...cloudProblems(parts),
    ...(checks && product && parts.record === undefined
      ? missingRecordProblems(
          checks,
          product,
          lines.map(({ release }) => release),
        )
      : []),
  ];
}

/**
 * One build per release and architecture. Before an image file is read, its architectures are unknown: one
 * placeholder build lets names be checked for their alphabet and releases for collisions.
 */
function buildsOf(lines: readonly ReleaseLine[], { images }: ParseOptions): Build[] {
  return lines.flatMap(({ release, index }): Build[] => {
    const known = images?.get(release.imageFile);
    if (known === undefined) return [{ release, index, architecture: "x86_64" }];
    return ARCHITECTURES.flatMap((architecture) => {
      const image = known[architecture];
      return image === undefined ? [] : [{ release, index, architecture, image }];
    });
  });
}
