/** Differences between a stack and a cloud: their wording, no I/O. */
import type { Cloud } from "../facts/clouds";

/**
 * - `missing`: wanted, does not exist
 * - `changed`: exists with other values
 * - `extra`: exists, not wanted
 * - `hidden`: exists, but not accessible to those it is meant for
 */
type Kind = "missing" | "changed" | "extra" | "hidden";

/** Subject of a finding. */
export interface Subject {
  readonly cloud: Cloud;
  /** `global` for objects without a region. */
  readonly region: string;
  /** Version; absent if it belongs to no release. */
  readonly release?: string;
  readonly object: { readonly kind: string; readonly id: string };
}

export interface Finding extends Subject {
  readonly field: string;
  readonly expected: string;
  readonly found: string;
  readonly kind: Kind;
  /** `up`: `pulumi up --refresh` repairs it. `none`: manual action is needed, as `cure` describes. */
  readonly repair: "up" | "none";
  readonly cure: string;
  /** `stranger`: as seen by an account unrelated to the publisher. */
  readonly seenBy: "owner" | "stranger";
}

const SET_BY_UP = "`pulumi up --refresh` sets it again";

type Difference = Pick<Finding, "field" | "expected" | "found" | "kind"> & Partial<Finding>;

/** An owner's finding that the next `up` repairs, unless `difference` overrides this. */
export function finding(subject: Subject, difference: Difference): Finding {
  const { cloud, region, release, object } = subject;
  return {
    cloud,
    region,
    release,
    object,
    repair: "up",
    cure: SET_BY_UP,
    seenBy: "owner",
    ...difference,
  };
}

/** The whole object is gone. */
export function missingObject(subject: Subject, cure: string, repair: Finding["repair"] = "up"): Finding {
  return finding(subject, {
    field: "existence",
    expected: "there",
    found: "not there",
    kind: "missing",
    repair,
    cure,
  });
}

/**
 * Objects visible to a stranger although private, or invisible although public.
 *
 * @param cures for a hidden and for a visible object
 */
export function sightFindings(
  subject: Subject,
  { open, visible }: { readonly open: boolean; readonly visible: boolean },
  cures: { readonly hidden: string; readonly seen: string },
): Finding[] {
  if (visible === open) return [];
  return [
    finding(subject, {
      field: "visibility",
      expected: open ? "seen by others" : "seen by nobody else",
      found: open ? "not seen" : "seen",
      kind: open ? "hidden" : "extra",
      repair: "none",
      cure: open ? `nothing that the owner sees explains it: ${cures.hidden}` : cures.seen,
      seenBy: "stranger",
    }),
  ];
}

interface TagRules {
  /** The cloud's word for it. */
  readonly word?: "tag" | "label";
  /** True if extra tags are a difference; default: false, they are others'. */
  readonly whole?: boolean;
  /** Command that removes an extra tag; absent: `up` does. */
  readonly removal?: (key: string) => string;
}

/** `aws:` and `goog-` are reserved prefixes of tags set by the clouds. */
const CLOUDS_OWN = /^(aws:|goog-)/;

/** Missing or different tags. The cloud's own tags are never a difference. */
export function tagFindings(
  subject: Subject,
  expected: Readonly<Record<string, string>>,
  found: Readonly<Record<string, string>>,
  { word = "tag", whole = false, removal }: TagRules = {},
): Finding[] {
  const wanted = Object.entries(expected).flatMap(([key, value]) => {
    if (found[key] === value) return [];
    const there = found[key] !== undefined;
    return [
      finding(subject, {
        field: `${word} ${key}`,
        expected: value,
        found: found[key] ?? "none",
        kind: there ? "changed" : "missing",
      }),
    ];
  });
  if (!whole) return wanted;
  const extra = Object.entries(found).filter(([key]) => expected[key] === undefined && !CLOUDS_OWN.test(key));
  return [
    ...wanted,
    ...extra.map(([key, value]) =>
      finding(subject, {
        field: `${word} ${key}`,
        expected: "none",
        found: value,
        kind: "extra",
        ...(removal
          ? { repair: "none" as const, cure: removal(key) }
          : { cure: "`pulumi up --refresh` takes it away" }),
      }),
    ),
  ];
}

/** True if both are in the same minute: AWS keeps no seconds, and each cloud formats dates differently. */
export function sameMinute(one: string | undefined, other: string | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return Math.abs(Date.parse(one) - Date.parse(other)) < 60_000;
}

/** Members of the first list that are not in the second. */
export function difference<T>(first: readonly T[], second: readonly T[]): T[] {
  return first.filter((item) => !second.includes(item));
}

export function sortFindings(findings: readonly Finding[]): Finding[] {
  const key = ({ release = "", cloud, region, object, field, seenBy }: Finding) =>
    [release, cloud, region, object.kind, object.id, field, seenBy].join("\n");
  return [...findings].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
