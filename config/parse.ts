import type { z } from "zod";
import type { Build, BuiltImage } from "./build";
import { checkProblems, missingRecordProblems } from "./checks";
import type { Problem } from "./problem";
import { policyProblems } from "./policy";
import { provenanceProblems } from "./provenance";
import { type Architecture, ARCHITECTURES, releaseProblems } from "./release";
import { CLOUD_RULES, CLOUDS, type Cloud, stackConfig, type StackConfig } from "./stack";
import { keysAt, translateIssue } from "./translate";

/** The images that a release's image file describes, by architecture. */
export type Images = Readonly<Partial<Record<Architecture, BuiltImage>>>;

export interface ParseOptions {
  /** The images that the image files describe, by the path that a release gives; without them they are not checked. */
  readonly images?: ReadonlyMap<string, Images>;
}

export type Parsed =
  | { readonly config: StackConfig; readonly problems?: undefined }
  | { readonly config?: undefined; readonly problems: readonly Problem[] };

/**
 * Checks the values of a stack file, keyed without `imprimatur:`, and fills in the defaults. Pure. Every problem is
 * reported at once: a part that is well formed is checked against the clouds' rules even when another part is not.
 */
export function parseStackConfig(
  values: Readonly<Record<string, unknown>>,
  options: ParseOptions = {},
): Parsed {
  const whole = stackConfig.safeParse(values, { reportInput: true });
  const problems = whole.success
    ? []
    : whole.error.issues.flatMap((issue) => translateIssue(issue, stackConfig, values));
  const parts = whole.success ? whole.data : wellFormedParts(values, whole.error);
  problems.push(...ruleProblems(parts, options));
  const { checks, product, releases } = parts;
  if (!("record" in values) && checks && product && releases) {
    problems.push(...missingRecordProblems(checks, product, releases));
  }
  if (problems.length > 0 || !whole.success) return { problems };
  return { config: whole.data };
}

function ruleProblems(parts: Partial<StackConfig>, options: ParseOptions): Problem[] {
  const { product, releases = [] } = parts;
  const builds = buildsOf(releases, options);
  const problemsOf = <C extends Cloud>(cloud: C): Problem[] => {
    const config = parts[cloud];
    return config === undefined || product === undefined ? [] : CLOUD_RULES[cloud](config, product, builds);
  };
  const ofPolicy = parts.policy === undefined ? [] : policyProblems(parts.policy);
  const { checks } = parts;
  const ofChecks = checks && product ? checkProblems(checks, product, builds) : [];
  const ofProduct = [...provenanceProblems(parts), ...ofChecks];
  return [
    ...releaseProblems(releases),
    ...ofProduct,
    ...ofPolicy,
    ...CLOUDS.flatMap((cloud) => problemsOf(cloud)),
  ];
}

/**
 * One build per release and architecture. While an image file is not read its architectures are not known; one stands
 * for them all, so that names are checked for their alphabet and releases for collisions.
 */
function buildsOf(releases: StackConfig["releases"], { images }: ParseOptions): Build[] {
  return releases.flatMap((release, index): Build[] => {
    const known = images?.get(release.imageFile);
    if (known === undefined) return [{ release, index, architecture: "x86_64" }];
    return ARCHITECTURES.flatMap((architecture) => {
      const image = known[architecture];
      return image === undefined ? [] : [{ release, index, architecture, image }];
    });
  });
}

/** The top-level keys whose values are right, or wrong only in holding unknown keys besides. */
function wellFormedParts(values: Readonly<Record<string, unknown>>, error: z.ZodError): Partial<StackConfig> {
  const parts: Record<string, unknown> = {};
  for (const key of keysAt(stackConfig, [])) {
    const issues = error.issues.filter((issue) => issue.path[0] === key);
    if (!issues.every((issue) => issue.code === "unrecognized_keys")) continue;
    const value = structuredClone(values[key]);
    for (const issue of issues) {
      if (issue.code !== "unrecognized_keys") continue;
      let holder = value;
      for (const step of issue.path.slice(1)) holder = (holder as Record<PropertyKey, unknown>)[step];
      for (const unknown of issue.keys) delete (holder as Record<string, unknown>)[unknown];
    }
    const parsed = stackConfig.shape[key as keyof StackConfig].safeParse(value);
    if (parsed.success) parts[key] = parsed.data;
  }
  return parts;
}
