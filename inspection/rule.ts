import type { Cloud } from "../facts/clouds";
import type { Architecture, InspectedImage } from "./image";
import { NotInspectable, type Tree } from "./tree";

/** `error` stops a publication that requires the policy; `warning` is reported; `info` is a measurement. */
export type Severity = "error" | "warning" | "info";

/** The problem and its location, in one sentence. The rule has the reason and the cure. */
export interface Finding {
  message: string;
  /** File inside the image, package or partition. */
  where?: string;
}

/** The publisher's declarations, which the rules compare with. */
export interface Expectation {
  provenance: "official" | "based-on";
  firmware: "uefi" | "uefi-preferred" | "legacy-bios";
  architecture: Architecture;
  /** Target clouds of the image. */
  clouds: readonly Cloud[];
  /** Allowed archive areas of packages; Debian's own are `main`, `contrib`, `non-free`, `non-free-firmware`. */
  areas: readonly string[];
  /** Allowed hosts for apt. Empty: the publisher's own for an official image, any for a derived one. */
  packageHosts: readonly string[];
  /** `false`: must not be installed and enabled. */
  unattendedUpgrades: boolean;
  ssh: { server: boolean; passwordAuthentication: boolean; rootLogin: boolean };
  /** Maximum bytes of installed packages; 0: no limit. */
  maximumInstalledBytes: number;
  /** Allowed datasources in addition to the clouds'. */
  extraDatasources: readonly string[];
  /** Files that the product adds or changes, as patterns: `*` within a folder, `**` across folders. */
  ownFiles: readonly string[];
}

export interface Rule {
  /** Stable name, used to disable the rule. */
  id: string;
  severity: Severity;
  title: string;
  /** Harm to a user or a publisher. */
  reason: string;
  cure: string;
  /** Limits of the check, where it covers less than its title. */
  limits?: string;
  /** Returns no findings for a sound image. Throws {@link NotInspectable} if undecidable. */
  check(image: InspectedImage, expected: Expectation): Finding[];
}

export interface Verdict {
  rule: Rule;
  outcome: "passed" | "failed" | "not-inspected";
  findings: Finding[];
  /** Reason why it could not be inspected. */
  why?: string;
}

/** Measures an image with every rule. A rule whose input is unreadable is `not-inspected`, never `passed`. */
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
      // A file on the disk was too deep or too long for a parser.
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

/**
 * The root file system.
 *
 * @throws {NotInspectable} when it is unreadable
 */
export function rootOf(image: InspectedImage): Tree {
  if (image.root instanceof NotInspectable) throw image.root;
  return image.root;
}

/**
 * The EFI system partition's file system.
 *
 * @throws {NotInspectable} when it is unreadable
 */
export function espOf(image: InspectedImage): Tree {
  if (image.esp instanceof NotInspectable) throw image.esp;
  return image.esp;
}
