/** What differs between a stack and a cloud: the words of it, and no I/O. */
import type { Cloud } from "../config/stack";

/**
 * - `missing`: it should be there
 * - `changed`: it is there, and otherwise than it should be
 * - `extra`: it should not be there
 * - `hidden`: it is there, and those it is meant for do not get it
 */
export type Kind = "missing" | "changed" | "extra" | "hidden";

/** What a finding is about. */
export interface Subject {
  readonly cloud: Cloud;
  /** `global` where a thing has no region. */
  readonly region: string;
  /** Version; absent where a thing belongs to no release. */
  readonly release?: string;
  readonly object: { readonly kind: string; readonly id: string };
}

export interface Finding extends Subject {
  readonly field: string;
  readonly expected: string;
  readonly found: string;
  readonly kind: Kind;
  /** `up`: `pulumi up --refresh` makes it right again. `none`: somebody has to, as `cure` says. */
  readonly repair: "up" | "none";
  readonly cure: string;
  /** `stranger`: what an account sees that has nothing to do with the publisher. */
  readonly seenBy: "owner" | "stranger";
}

export const SET_BY_UP = "`pulumi up --refresh` sets it again";

type Difference = Pick<Finding, "field" | "expected" | "found" | "kind"> & Partial<Finding>;

/** A finding of the owner's that the next `up` repairs, unless `difference` says otherwise. */
export function finding(subject: Subject, difference: Difference): Finding {
  const { cloud, region, release, object } = subject;
  return {
    cloud,
    region,
    ...(release !== undefined && { release }),
    object,
    repair: "up",
    cure: SET_BY_UP,
    seenBy: "owner",
    ...difference,
  };
}

/** The whole thing is gone. */
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
 * What a stranger sees although it is for nobody, or does not see although it is for everyone.
 *
 * @param cures where to look when it is hidden, and when it is seen
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

export interface TagRules {
  /** What the cloud calls them. */
  readonly word?: "tag" | "label";
  /** Whether a tag that is not expected is a difference; default: no, it is somebody else's. */
  readonly whole?: boolean;
  /** The command that takes away an extra one; absent: `up` does. */
  readonly removal?: (key: string) => string;
}

/** `aws:` and `goog-` are reserved for the clouds, which set such tags by themselves. */
const CLOUDS_OWN = /^(aws:|goog-)/;

/** Tags that are missing or hold something else. Tags of the cloud itself are never a difference. */
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

/** Whether two instants are the same minute: AWS keeps no seconds, and every cloud spells dates in its own way. */
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
