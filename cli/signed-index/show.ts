/** `imprimatur index show`: an index as a user sees it, and how long each of its roles is good. */
import type { OpenedIndex } from "../../trust/signed-index/client";
import { readRepository, type Repository } from "../../trust/signed-index/repository";
import { missingFor } from "../../trust/signed-index/build";
import { ROLES } from "../../trust/signed-index/roles";
import { onInterrupt } from "../interrupt";
import type { Io } from "../io";
import { whileWaiting } from "../waiting";
import { isIndexed, type IndexOptions } from "../verify-index";
import { anchorOf, openAnchored } from "./anchor";
import { aboutIndex, folderOf, type FolderOptions } from "./folder";

export interface Shown {
  readonly place: string;
  readonly product: string;
  readonly version?: number;
  /** Until when each role is good (RFC 3339); of a URL only the timestamp's is known. */
  readonly expires: Readonly<Record<string, string>>;
  readonly roles?: readonly { role: string; threshold: number; keys: readonly string[] }[];
  /** Signatures that a root still needs; empty: it has all, and the next update or refresh publishes it. */
  readonly pending?: readonly string[];
  readonly releases: OpenedIndex["list"]["releases"];
  readonly newest: OpenedIndex["list"]["newest"];
  /** Why it is not what users should be given, a line each. */
  readonly problems: readonly string[];
}

interface ShowOptions extends IndexOptions, Pick<FolderOptions, "product"> {
  /** Days: what expires sooner is a problem. */
  readonly within: number;
}

export async function showIndex(options: ShowOptions, io: Io): Promise<Shown> {
  const isUsers = options.trust !== undefined || options.root !== undefined;
  return isUsers && isIndexed(options) ? showPublished(options, io) : showFolder(options);
}

async function showPublished(options: ShowOptions, io: Io): Promise<Shown> {
  const { place } = anchorOf(options);
  const index = await whileWaiting(io, `waiting for ${place}`, () =>
    onInterrupt((signal) => openAnchored(options, { signal })),
  );
  const { list, version, expires, outdated, notes } = index;
  return {
    ...{ place, product: list.product, version, releases: list.releases, newest: list.newest },
    expires: { timestamp: expires },
    problems: [
      ...(outdated === undefined ? [] : [outdated]),
      ...notes,
      ...soon({ timestamp: expires }, options),
    ],
  };
}

function showFolder(options: ShowOptions): Shown {
  const folder = folderOf(options);
  const repository = readRepository(folder);
  const { root, current, pending } = repository;
  const expires = expiriesOf(repository);
  const missing = pending && missingFor(root, pending);
  return {
    ...{ place: folder, product: aboutIndex(folder).product },
    ...(current && { version: current.timestamp.signed.version }),
    expires,
    roles: ROLES.map((role) => {
      const { threshold, keyIDs } = root.signed.roles[role]!;
      return { role, threshold, keys: keyIDs };
    }),
    ...(missing && { pending: missing }),
    ...{ releases: current?.list.releases ?? [], newest: current?.list.newest ?? [] },
    problems: [
      ...(current ? [] : ["it says nothing yet: run `imprimatur index update`"]),
      ...soon(expires, options),
    ],
  };
}

function expiriesOf({ root, current }: Repository): Record<string, string> {
  const { timestamp, snapshot, targets } = current ?? {};
  const roles = { root, targets, snapshot, timestamp };
  return Object.fromEntries(
    Object.entries(roles).flatMap(([role, metadata]) => (metadata ? [[role, metadata.signed.expires]] : [])),
  );
}

function soon(expires: Readonly<Record<string, string>>, { within }: ShowOptions): string[] {
  const cures: Record<string, string> = { root: "rotate", timestamp: "refresh" };
  return Object.entries(expires).flatMap(([role, date]) => {
    const days = (Date.parse(date) - Date.now()) / 86_400_000;
    if (days > within) return [];
    const when = days < 0 ? `expired on ${date}` : `expires on ${date}`;
    return [`the ${role} ${when}: run \`imprimatur index ${cures[role] ?? "update"}\``];
  });
}

/** For people: a line for each fact. */
export function renderIndex({ place, product, version, expires, roles, pending, ...rest }: Shown): string {
  const { releases, newest, problems } = rest;
  const dates = Object.entries(expires).map(([role, date]) => `${role} until ${date}`);
  return [
    `${place}: index of ${product}${version === undefined ? "" : `, version ${version}`}; good: ${dates.join(", ")}`,
    ...(roles ?? []).map(
      ({ role, threshold, keys }) =>
        `${role}: ${threshold} of ${keys.length}: ${keys.map((id) => id.slice(0, 16)).join(", ")}`,
    ),
    ...(pending
      ? [
          pending.length > 0
            ? `a new root waits for ${pending.join(" and ")}`
            : "a new root has all signatures; the next update or refresh publishes it",
        ]
      : []),
    ...releases.map(
      ({ version, state, reason }) =>
        `${version}: ${state}${reason === undefined ? "" : `, because: ${reason}`}`,
    ),
    ...newest.map(
      ({ variant, architecture, version }) =>
        `newest${variant === undefined ? "" : ` of ${variant}`} for ${architecture}: ${version}`,
    ),
    ...problems.map((line) => `problem: ${line}`),
    "",
  ].join("\n");
}
