import type { Architecture, InspectedImage } from "./image";
import { NotInspectable, type Tree } from "./tree";

/** `error` stops a publication that requires the policy; `warning` is reported; `info` is a measurement. */
export type Severity = "error" | "warning" | "info";

/** What is wrong, where, in one sentence. The rule itself says why it matters and how it is cured. */
export interface Finding {
  message: string;
  /** File inside the image, package or partition. */
  where?: string;
}

/** What the publisher declares and the rules compare with. */
export interface Expectation {
  provenance: "official" | "based-on";
  firmware: "uefi" | "uefi-preferred" | "legacy-bios";
  architecture: Architecture;
  /** Clouds that the image is published to. */
  clouds: readonly ("aws" | "gcp" | "azure")[];
  /** Archive areas that packages may come from; Debian's own are `main`, `contrib`, `non-free`, `non-free-firmware`. */
  areas: readonly string[];
  /** Hosts that apt may install from. Empty: the publisher's own for an official image, any for one based on another. */
  packageHosts: readonly string[];
  /** `false`: must not be installed and enabled. */
  unattendedUpgrades: boolean;
  ssh: { server: boolean; passwordAuthentication: boolean; rootLogin: boolean };
  /** Most bytes of installed packages; 0: no limit. */
  maximumInstalledBytes: number;
  /** Datasources that are allowed besides those of the clouds. */
  extraDatasources: readonly string[];
  /** Files that the product adds or changes itself, as patterns: `*` within a folder, `**` across folders. */
  ownFiles: readonly string[];
}

export interface Rule {
  /** Stable name, as used to leave the rule out. */
  id: string;
  severity: Severity;
  title: string;
  /** Why a user or a publisher is hurt. */
  reason: string;
  cure: string;
  /** What the rule does not look at, where that is less than its title says. */
  limits?: string;
  /** Finds nothing in a sound image. Throws {@link NotInspectable} when it cannot tell. */
  check(image: InspectedImage, expected: Expectation): Finding[];
}

export interface Verdict {
  rule: Rule;
  outcome: "passed" | "failed" | "not-inspected";
  findings: Finding[];
  /** Why it could not be inspected. */
  why?: string;
}

/** Measures an image with every rule. A rule that cannot see what it needs is `not-inspected`, never `passed`. */
export function inspectImage(
  image: InspectedImage,
  rules: readonly Rule[],
  expected: Expectation,
): Verdict[] {
  return rules.map((rule) => {
    try {
      const findings = rule.check(image, expected);
      return { rule, outcome: findings.length > 0 ? "failed" : "passed", findings };
    } catch (error) {
      if (error instanceof NotInspectable) return notInspected(rule, error.message);
      // A file of the disk was too deep, or too long, for whatever parsed it.
      if (error instanceof RangeError) {
        return notInspected(rule, `what the disk holds is more than can be worked through: ${error.message}`);
      }
      throw error;
    }
  });
}

function notInspected(rule: Rule, why: string): Verdict {
  return { rule, outcome: "not-inspected", findings: [], why };
}

/** The root file system, or a {@link NotInspectable} thrown. */
export function rootOf(image: InspectedImage): Tree {
  if (image.root instanceof NotInspectable) throw image.root;
  return image.root;
}

/** The EFI system partition's file system, or a {@link NotInspectable} thrown. */
export function espOf(image: InspectedImage): Tree {
  if (image.esp instanceof NotInspectable) throw image.esp;
  return image.esp;
}
