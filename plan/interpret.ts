/** Interprets the engine's steps on one type of resource as statements about the publication; each cloud has a table of interpreters. */
import { UNKNOWN } from "../facts/engine";
import { BLOCK_SIZE } from "../facts/units";
import type { Step } from "./preview";
import type { Statement } from "./statement";
import type { Subject } from "./subject";

type Properties = Readonly<Record<string, unknown>>;

/** Changes that the lifecycle statements report, so that the steps that follow from them are not reported again. */
export interface AlreadyReported {
  /** Releases by cloud, as `aws 20261120.0`, whose users change. */
  readonly audiences: ReadonlySet<string>;
  /** Releases whose state or dates change. */
  readonly marks: ReadonlySet<string>;
  /** Images, as {@link nameOfImage} has them, that become the latest version of a gallery or are it no longer. */
  readonly latest: ReadonlySet<string>;
}

/** @returns statements about one resource, before those of the same kind are merged */
export type Interpreter = (step: Step, subject: Subject, reported: AlreadyReported) => Statement[];

/** Properties that hold a release's state or dates in the clouds. */
const MARKS = ["deprecationTime", "deprecated", "obsolete", "state", "replacement", "endOfLifeDate"];

/** The closing count has no counterpart in a cloud, and the affected grantees are reported elsewhere. */
const COUNT = "closings";

/** An object that users start from, registered or copied. */
export function image(object: string, made: "register" | "copy"): Interpreter {
  return (step, subject, reported) =>
    step.op === "create"
      ? [{ kind: made, ...about(subject), object, count: 1, ...INTERNAL }]
      : changesOf(object)(step, subject, reported);
}

/** An upload. `object` is its result; absent: another resource reports it. */
export function upload(object?: string): Interpreter {
  return (step, subject, reported) => {
    const { op, now, changed, resumes } = step;
    const isSent = op === "create" || op === "create-replacement";
    const isSentAgain = op === "update" && (resumes || changed.includes("neededFor"));
    if (isSent || isSentAgain) {
      const blocks = typeof now?.dataBlocks === "number" ? now.dataBlocks : 0;
      return [{ kind: "upload", ...about(subject), bytes: blocks * BLOCK_SIZE, count: 1, ...INTERNAL }];
    }
    return object === undefined ? [] : changesOf(object)(step, subject, reported);
  };
}

/** Created together with an upload and reported by the upload's statement; its other changes are statements of their own. */
export function container(object: string): Interpreter {
  return (step, subject, reported) =>
    step.op === "create" ? [] : changesOf(object)(step, subject, reported);
}

/** A bucket, resource group, gallery or definition: created once. `name` is the property that holds its name. */
export function place(object: string, name: string): Interpreter {
  return (step, subject, reported) => {
    const called = textOf((step.now ?? step.old)?.[name]) ?? step.name;
    const names = { names: [called] };
    if (step.op === "create") return [{ kind: "prepare", ...about(subject), object, ...names, ...INTERNAL }];
    return changesOf(object)(step, subject, reported).map((fact) => ({ ...fact, ...names }));
  };
}

/** The gate: reads back what was made. */
export const verification: Interpreter = ({ op }, subject) =>
  ["create", "create-replacement", "update"].includes(op)
    ? [{ kind: "verify", ...about(subject), count: 1, ...INTERNAL }]
    : [];

/** The other gate: an instance that is launched from what was made. */
export const bootCheck: Interpreter = ({ op, now }, subject) =>
  now?.launch === true && ["create", "create-replacement", "update"].includes(op)
    ? [{ kind: "launch", ...about(subject), count: 1, ...INTERNAL }]
    : [];

/** The signed record. A deleted release leaves its record to those who still run the image. */
export const signature: Interpreter = ({ op }, subject) => {
  const operation = op === "create-replacement" ? "create" : op;
  if (operation !== "create" && operation !== "update") return [];
  return [{ kind: "sign", ...about(subject), operation, count: 1, ...INTERNAL }];
};

/** Sharing, as a list of grantees; `public` is everyone. */
export function sharing(granteesOf: (inputs: Properties) => readonly string[]): Interpreter {
  return (step, subject, reported) => {
    if (reported.audiences.has(`${subject.cloud} ${subject.release}`) || isPartOfReplacement(step)) return [];
    const [before, after] = [step.old, step.now].map((inputs) => (inputs ? granteesOf(inputs) : []));
    const gained = after?.filter((grantee) => !before?.includes(grantee)) ?? [];
    const lost = before?.filter((grantee) => !after?.includes(grantee)) ?? [];
    if (step.op === "update" && gained.length + lost.length === 0)
      return changesOf("sharing")(step, subject, { ...reported, marks: new Set() });
    return [
      ...gained.map((grantee): Statement => ({
        kind: "share",
        ...about(subject),
        grantees: [grantee],
        ...VISIBLE,
      })),
      ...lost.map((grantee): Statement => ({
        kind: "unshare",
        ...about(subject),
        grantees: [grantee],
        ...HARM,
      })),
    ];
  };
}

/** A moving name. `value` is the property that says where it points. */
export function pointer(object: string, name: string, value: string): Interpreter {
  return (step, subject, reported) => {
    const { op, old, now, changed } = step;
    if (isPartOfReplacement(step)) return [];
    if (op === "update" && !changed.includes(value) && !changed.includes(name))
      return changesOf(object)(step, subject, reported);
    const [from, to] = [known(old?.[value]), known(now?.[value])];
    const names = [textOf((now ?? old)?.[name]) ?? step.name];
    const fact = { ...about(subject), object, names };
    return op === "delete"
      ? [{ kind: "unpoint", ...fact, ...HARM }]
      : [
          {
            kind: "point",
            ...fact,
            ...(from !== undefined && { from }),
            ...(to !== undefined && { to }),
            ...VISIBLE,
          },
        ];
  };
}

/** The cloud's own deprecation field of an image, which follows from the release's state and dates. */
export function deprecationNote(object: string): Interpreter {
  return (step, subject, reported) =>
    step.op === "update" && !reported.marks.has(subject.release ?? "")
      ? changesOf(object)(step, subject, reported)
      : [];
}

/** A resource with nothing of its own in a cloud, or reported with its parent; only updates are statements. */
export function detail(object: string): Interpreter {
  return (step, subject, reported) =>
    step.op === "update" ? changesOf(object)(step, subject, reported) : [];
}

export const silent: Interpreter = () => [];

/** A resource type unknown to this version. */
export const unknown: Interpreter = ({ op, type, name }, subject) => {
  if (op === "create-replacement" || op === "delete-replaced") return [];
  const isHarm = op === "delete" || op === "replace";
  return [
    {
      kind: "other",
      ...about(subject),
      operation: op,
      object: type,
      names: [name],
      count: 1,
      ...(isHarm ? HARM : INTERNAL),
    },
  ];
};

/** Replaced, deleted or updated. */
export function changesOf(object: string): Interpreter {
  return ({ op, changed }, subject, { marks }) => {
    const fact = { ...about(subject), object, count: 1 };
    if (op === "replace") return [{ kind: "replace", ...fact, ...HARM }];
    if (op === "delete") return [{ kind: "delete", ...fact, ...HARM }];
    if (op !== "update") return [];
    const isTold = (property: string) =>
      property === COUNT || (marks.has(subject.release ?? "") && MARKS.includes(property));
    const properties = changed.filter((property) => !isTold(property));
    if (properties.length === 0 && changed.length > 0) return [];
    return [{ kind: "update", ...fact, properties, ...INTERNAL }];
  };
}

export const INTERNAL = { visibleToStrangers: false, dangerous: false } as const;
export const VISIBLE = { visibleToStrangers: true, dangerous: false } as const;
export const HARM = { visibleToStrangers: false, dangerous: true } as const;

/** `20261120.0 x86_64` */
export function nameOfImage({
  release,
  architectures,
}: Pick<Statement, "release" | "architectures">): string {
  return [release, ...(architectures ?? [])].join(" ");
}

export function about({ release, cloud, region, architecture }: Subject) {
  return {
    release,
    cloud,
    ...(region !== undefined && { regions: [region] }),
    ...(architecture !== undefined && { architectures: [architecture] }),
  };
}

/** Children of a replaced image are replaced with it; the image's own statement reports that. */
function isPartOfReplacement({ op }: Step): boolean {
  return op.includes("replace");
}

function known(value: unknown): string | undefined {
  return value === UNKNOWN ? undefined : textOf(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== UNKNOWN ? value : undefined;
}
