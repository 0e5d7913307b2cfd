/** Changes of the releases' life, from the stack's guard. */
import { isAllowed } from "../config/allow";
import type { CurrentAccess } from "../config/access";
import type { Ledger, ReleaseEntry } from "../config/ledger";
import { type Change, changesBetween, isGuarded, unnamedChanges, describeChange } from "../config/lifecycle";
import { isShared } from "../config/release";
import { CLOUD_STATEMENTS } from "./clouds";
import type { Preview } from "./preview";
import type { Standing, Standings } from "./standing";
import type { Publication, Statement } from "./statement";

const GUARD = "imprimatur:index:Lifecycle";

export interface ReleaseChanges {
  readonly standings: Standings;
  readonly statements: readonly Statement[];
  readonly guards: Publication["guards"];
  /** Guarded changes that the stack file or the command line names. */
  readonly named: readonly string[];
  /** Those of the stack file. */
  readonly inFile: readonly string[];
  /** Absent: the guard does not change, or says nothing of it. */
  readonly have?: CurrentAccess;
  /** Name of the product, and every version that the stack has or had. */
  readonly product?: string;
  readonly versions: ReadonlySet<string>;
}

/** @param allow named by the command line, in addition to the stack file */
export function releaseChanges({ steps, config }: Preview, allow: readonly string[]): ReleaseChanges {
  const guard = steps.find(({ type }) => type === GUARD);
  const [old, now] = [ledgerIn(guard?.old), ledgerIn(guard?.now)];
  const allowed = guard?.now?.allow ?? config.allow;
  const inFile = Array.isArray(allowed) ? (allowed as string[]) : [];
  const named = [...inFile, ...allow];
  // Plans of version 0.1 have no current access.
  const have = guard?.now?.have as CurrentAccess | undefined;
  const changes = guard === undefined ? [] : changesBetween(old, now, have);
  const product = guard?.name ?? productIn(config);
  return {
    // An unchanged guard is not in a preview; its releases are then those of the stack file.
    standings: guard
      ? { before: standingOf(old), after: standingOf(now) }
      : { before: standingIn(config), after: standingIn(config) },
    statements: [
      ...changes.filter((change) => !isToldBetter(change, changes)).map((change) => said(change, named)),
      ...dateChanges(old, now, changes),
      // By the last `up`'s intent: after a failure none of this is new.
      ...Object.values(CLOUD_STATEMENTS).flatMap(({ limits }) => limits?.(old, now) ?? []),
    ],
    guards: unnamedChanges(changes, named).flatMap((change) =>
      isGuarded(change) ? [guardOf(change, describeChange(change).replace(/ in global$/, ""))] : [],
    ),
    named,
    inFile,
    ...(have && { have }),
    product,
    versions: new Set([
      ...[now, old, have?.images ?? {}].flatMap((known) => Object.keys(known)),
      ...versionsIn(config),
    ]),
  };
}

/** A region that is left and whose images are deleted is reported by the deletion, which must be named. */
function isToldBetter({ kind, version, ...change }: Change, changes: readonly Change[]): boolean {
  if (kind !== "lost-region") return false;
  const cloud = "cloud" in change ? change.cloud : undefined;
  return changes.some((other) => {
    return other.kind === "delete-published" && other.version === version && other.cloud === cloud;
  });
}

function said(change: Change, named: readonly string[]): Statement {
  const { kind, version } = change;
  return {
    kind,
    release: version,
    ...("cloud" in change && change.cloud !== undefined && { cloud: change.cloud }),
    ...("regions" in change && change.regions !== undefined && { regions: [...change.regions] }),
    ...("grantees" in change && { grantees: [...change.grantees] }),
    ...(kind === "make-public" && { grantees: ["public"] }),
    ...("from" in change && { from: change.from, to: change.to }),
    ...effectOf(kind),
    ...(isGuarded(change) && {
      guarded: { kind: change.kind, named: isAllowed(named, change.kind, version) },
    }),
  };
}

function effectOf(kind: Change["kind"]): Pick<Statement, "visibleToStrangers" | "dangerous"> {
  const more = ["publish", "restore", "new-region", "make-public", "widen"].includes(kind);
  return { visibleToStrangers: more, dangerous: !more && kind !== "stage" };
}

export function guardOf(
  { kind, version }: Pick<Change, "version"> & { kind: Publication["guards"][number]["kind"] },
  says: string,
) {
  return {
    kind,
    release: version,
    says,
    cure: `add "${kind}:${version}" to imprimatur:allow, or run with --allow ${kind}:${version}`,
  };
}

/**
 * Changes of announced dates; an earlier end of support has its own statement. An earlier date, or a first one, is a
 * loss for those who can see the release.
 */
function dateChanges(old: Ledger, now: Ledger, changes: readonly Change[]): Statement[] {
  return Object.entries(now).flatMap(([version, after]) => {
    const before: ReleaseEntry | undefined = old[version];
    if (before === undefined) return [];
    const isShortened = changes.some(
      (change) => change.version === version && change.kind === "shorten-end-of-life",
    );
    return (["deprecateOn", "endOfLife"] as const).flatMap((property): Statement[] => {
      const [from, to] = [before[property], after[property]];
      if (from === to || (property === "endOfLife" && isShortened)) return [];
      const isEarlier = to !== undefined && (from === undefined || Date.parse(to) < Date.parse(from));
      const isLoss = isEarlier && isShared(before.state) && isShared(after.state);
      return [
        {
          kind: "set-dates",
          release: version,
          properties: [property],
          from,
          to,
          visibleToStrangers: isShared(after.state) && !isLoss,
          dangerous: isLoss,
        },
      ];
    });
  });
}

function standingOf(ledger: Ledger): Standing {
  return new Map(
    Object.entries(ledger).map(([version, { state, audience, digests }]) => {
      const clouds = Object.keys(audience).filter((cloud) => Object.keys(audience[cloud] ?? {}).length > 0);
      return [version, { state, clouds, architectures: Object.keys(digests) }];
    }),
  );
}

function standingIn({ releases }: Preview["config"]): Standing {
  if (!Array.isArray(releases)) return new Map();
  return new Map(
    releases.flatMap((release: unknown) =>
      isMapping(release) && typeof release.version === "string" && typeof release.state === "string"
        ? [[release.version, { state: release.state }] as const]
        : [],
    ),
  );
}

function ledgerIn(inputs: Readonly<Record<string, unknown>> | undefined): Ledger {
  return (inputs?.releases ?? {}) as Ledger;
}

function productIn({ product }: Preview["config"]): string | undefined {
  const name: unknown = isMapping(product) ? product.name : undefined;
  return typeof name === "string" ? name : undefined;
}

function versionsIn({ releases }: Preview["config"]): string[] {
  if (!Array.isArray(releases)) return [];
  return releases.flatMap((release: unknown) =>
    isMapping(release) && typeof release.version === "string" ? [release.version] : [],
  );
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
