/** Changes of releases due on a given day by the stack's policy: proposals, and reasons to hold them back. Pure. */
import { describePeriod, noticeOf, periodOf, type Policy } from "./policy";
import { type Architecture, compareVersions, type Release, releasedAt } from "./release";
import { seriesOf } from "./variant";

/** Guards that may hold a proposal back; each can be overridden by name. */
export const GUARDS = ["last-good", "launched", "launches-unknown"] as const;
type Guard = (typeof GUARDS)[number];

/** A release as the policy sees it. */
interface DatedRelease {
  readonly release: Release;
  readonly architectures: readonly Architecture[];
}

/** The latest launch of any AMI of a release. */
export interface Launch {
  readonly image: string;
  readonly region: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** By version; `unknown`: AWS was not queried. Releases without launches are absent. */
export type Launches = ReadonlyMap<string, Launch> | "unknown";

export interface Proposal {
  readonly version: string;
  readonly from: Release["state"];
  readonly to: "deprecated" | "withdrawn" | "removed";
  /** New values of the release's keys; RFC 3339. */
  readonly dates: { readonly deprecateOn?: string; readonly endOfLife?: string };
  /** Reason, by the policy. */
  readonly because: string;
}

/** A change that is due and that a guard holds back. */
interface RetainedRelease {
  readonly version: string;
  readonly to: Proposal["to"];
  readonly because: string;
  readonly guard: Guard;
  /** Reason to hold it back. */
  readonly against: string;
}

export interface Retention {
  readonly proposals: readonly Proposal[];
  readonly keptBack: readonly RetainedRelease[];
}

interface RetentionArgs {
  readonly policy: Policy;
  readonly releases: readonly DatedRelease[];
  /** The day, milliseconds since 1970. */
  readonly on: number;
  /** `unknown` only if AWS could not be queried; a stack without AWS has no launches. */
  readonly launches: Launches;
  /** Overridden guards: `launched`, or `launched:20261120.0`. */
  readonly override: readonly string[];
}

/** At most one step per release: a release due for deletion is withdrawn first, which users notice. */
export function retentionOn(args: RetentionArgs): Retention {
  const proposals: Proposal[] = [];
  const keptBack: RetainedRelease[] = [];
  const oldestFirst = [...args.releases].sort((a, b) =>
    compareVersions(a.release.version, b.release.version),
  );
  const gone = new Set<string>();
  for (const aged of oldestFirst) {
    const due = dueOn(args, aged);
    if (due === undefined) continue;
    const { version } = aged.release;
    const guard = guardsOf(args, aged, due, gone).find(
      ({ guard: name }) => !isOverridden(args.override, name, version),
    );
    if (guard) {
      keptBack.push({ version, to: due.to, because: due.because, ...guard });
      continue;
    }
    gone.add(version);
    proposals.push({ version, from: aged.release.state, ...due });
  }
  return { proposals, keptBack };
}

type Due = Pick<Proposal, "to" | "because" | "dates">;

function dueOn(args: RetentionArgs, aged: DatedRelease): Due | undefined {
  switch (aged.release.state) {
    case "staged":
      return undefined;
    case "published":
      return deprecationOn(args, aged);
    case "deprecated":
      return withdrawalOn(args, aged.release);
    case "withdrawn":
      return removalOn(args, aged.release);
  }
}

function deprecationOn(args: RetentionArgs, aged: DatedRelease): Due | undefined {
  const { policy, on } = args;
  const { release } = aged;
  const because = whyDeprecate(args, aged);
  if (because === undefined) return undefined;
  // An announced date that has passed stays; a future one is moved to today.
  const told = release.deprecateOn;
  const latest = release.endOfLife === undefined ? on : Math.min(on, Date.parse(release.endOfLife));
  const deprecateOn = told !== undefined && Date.parse(told) <= on ? told : spell(latest);
  const end = endByPolicy(policy, release);
  // An announced end of life is never moved.
  // Users of a release that is older than the policy's end of life get the notice that the policy means them to have.
  const earliest = Date.parse(deprecateOn) + noticeOf(policy);
  const endOfLife = release.endOfLife ?? (end === undefined ? undefined : spell(Math.max(end, earliest)));
  return { to: "deprecated", because, dates: { deprecateOn, ...(endOfLife !== undefined && { endOfLife }) } };
}

function whyDeprecate(
  { policy, releases, on }: RetentionArgs,
  { release, architectures }: DatedRelease,
): string | undefined {
  if (release.deprecateOn !== undefined && Date.parse(release.deprecateOn) <= on)
    return `its deprecateOn is ${release.deprecateOn}`;
  const { keep, deprecateAfter } = policy;
  if (keep === undefined && deprecateAfter === undefined) return undefined;
  // Both say when, and `keep` which ones: the newest stay however old they are.
  const age = deprecateAfter === undefined ? undefined : ageReason(deprecateAfter, release, on);
  if (deprecateAfter !== undefined && age === undefined) return undefined;
  if (keep === undefined) return age;
  const newer = (architecture: Architecture) =>
    releases.filter(
      (other) =>
        other.release.state === "published" &&
        other.release.variant === release.variant &&
        other.architectures.includes(architecture) &&
        compareVersions(other.release.version, release.version) > 0,
    ).length;
  // Kept while among the newest of any of its architectures.
  if (architectures.length === 0 || architectures.some((architecture) => newer(architecture) < keep))
    return undefined;
  const kept = `${keep} newer ${keep === 1 ? "release is" : "releases are"} published, and the policy keeps ${keep}`;
  return age === undefined ? kept : `${age}; ${kept}`;
}

function ageReason(deprecateAfter: string, release: Release, on: number): string | undefined {
  const released = releasedAt(release);
  return released !== undefined && released + periodOf(deprecateAfter) <= on
    ? `it was released on ${day(released)}, and the policy deprecates after ${describePeriod(deprecateAfter)}`
    : undefined;
}

function withdrawalOn({ policy, on }: RetentionArgs, release: Release): Due | undefined {
  const told = release.endOfLife === undefined ? undefined : Date.parse(release.endOfLife);
  const end = told ?? endByPolicy(policy, release);
  if (end === undefined || end > on) return undefined;
  const because =
    told === undefined
      ? `it is older than ${describePeriod(policy.endOfLife ?? "")}`
      : `its support ended on ${day(end)}`;
  return { to: "withdrawn", because, dates: {} };
}

function removalOn({ policy, on }: RetentionArgs, release: Release): Due | undefined {
  if (policy.deleteAfter === undefined) return undefined;
  const end = release.endOfLife === undefined ? endByPolicy(policy, release) : Date.parse(release.endOfLife);
  const since = end ?? releasedAt(release);
  if (since === undefined || since + periodOf(policy.deleteAfter) > on) return undefined;
  const what = end === undefined ? "was released" : "ended";
  return {
    to: "removed",
    because: `it ${what} on ${day(since)}, and the policy deletes ${describePeriod(policy.deleteAfter)} later`,
    dates: {},
  };
}

function guardsOf(
  { policy, releases, on, launches }: RetentionArgs,
  { release, architectures }: DatedRelease,
  { to }: Due,
  gone: ReadonlySet<string>,
): Pick<RetainedRelease, "guard" | "against">[] {
  const found: Pick<RetainedRelease, "guard" | "against">[] = [];
  // The release that users get by default: Google's family and Azure's latest follow it, so this keeps a gallery's
  // latest version too.
  const alone = architectures.filter(
    (architecture) =>
      !releases.some(
        (other) =>
          other.release.version !== release.version &&
          other.release.state === "published" &&
          other.release.variant === release.variant &&
          !gone.has(other.release.version) &&
          other.architectures.includes(architecture),
      ),
  );
  if (alone.length > 0) {
    const series = alone.map((architecture) => seriesOf({ release, architecture }));
    const against = `no other release of ${series.join(" and ")} is published: it is the last good one, and the latest`;
    found.push({ guard: "last-good", against });
  }
  if (to === "deprecated") return found;
  if (launches === "unknown") {
    found.push({ guard: "launches-unknown", against: "AWS was not asked when its AMIs were launched last" });
    return found;
  }
  const launch = launches.get(release.version);
  if (launch && launch.at + periodOf(policy.unusedFor) > on) {
    const against = `${launch.image} in ${launch.region} was launched on ${day(launch.at)}, within ${describePeriod(policy.unusedFor)}`;
    found.push({ guard: "launched", against });
  }
  return found;
}

function isOverridden(override: readonly string[], guard: Guard, version: string): boolean {
  return override.includes(guard) || override.includes(`${guard}:${version}`);
}

function endByPolicy(policy: Policy, release: Release): number | undefined {
  const released = releasedAt(release);
  return policy.endOfLife === undefined || released === undefined
    ? undefined
    : released + periodOf(policy.endOfLife);
}

/** RFC 3339 in whole minutes, like every date in a stack file. */
function spell(time: number): string {
  return new Date(Math.floor(time / 60_000) * 60_000).toISOString().replace(".000Z", "Z");
}

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
