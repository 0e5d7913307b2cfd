import { type Cloud, CLOUDS } from "../facts/clouds";
import { TAG } from "../facts/tags";
import { CLOUD_CONFIGS } from "../config/clouds";
import { ARCHITECTURES, compareVersions } from "../config/release";
import type { Step } from "./preview";

/** The release, image and place that a step concerns. */
export interface Subject {
  readonly release?: string;
  readonly cloud?: string;
  readonly architecture?: string;
  readonly region?: string;
}

/** Clouds by the prefix of a resource type: ours, and their native provider's package. */
const CLOUD_OF: ReadonlyMap<string, Cloud> = new Map(
  CLOUDS.flatMap((cloud) => [
    [cloud, cloud],
    [CLOUD_CONFIGS[cloud].nativeProvider.package, cloud],
  ]),
);

/**
 * Derives the subjects of steps from their types, inputs and names: `<product>-<version>-<architecture>[-<region>]`.
 */
export class Subjects {
  private readonly versions: readonly string[];

  /** @param versions all past and present releases of the stack */
  constructor(
    private readonly product: string | undefined,
    versions: Iterable<string>,
  ) {
    // Longest first: `1.0-1` begins with another version.
    this.versions = [...versions].sort((a, b) => b.length - a.length || compareVersions(a, b));
  }

  of({ type, name, now, old }: Step): Subject {
    const inputs = now ?? old ?? {};
    const release = this.releaseIn(name) ?? releaseTag(inputs);
    const rest = name.slice(name.indexOf(release ?? "") + (release ?? "").length);
    const architecture = ARCHITECTURES.find(
      (architecture) => inputs.architecture === architecture || `-${rest}-`.includes(`-${architecture}-`),
    );
    const region = text(inputs.region);
    const cloud = CLOUD_OF.get(type.replace(/^imprimatur:/, "").split(":")[0] ?? "");
    return {
      release,
      cloud,
      architecture,
      region,
    };
  }

  private releaseIn(name: string): string | undefined {
    if (this.product === undefined || !name.startsWith(`${this.product}-`)) return undefined;
    const rest = `${name.slice(this.product.length + 1)}-`;
    return this.versions.find((version) => rest.startsWith(`${version}-`));
  }
}

/** A pointer is named after its path; its tags name the release it points to. */
function releaseTag({ tags }: Readonly<Record<string, unknown>>): string | undefined {
  return tags !== null && typeof tags === "object"
    ? text((tags as Record<string, unknown>)[TAG.release])
    : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
