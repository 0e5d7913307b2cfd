import type { ReleaseState } from "../../../config/release";

/** The stack file's contents on one day. */
export interface Day {
  /** The change on that day, in words. */
  readonly what: string;
  /** State of every release that has a line, oldest first. */
  readonly states: Readonly<Record<string, ReleaseState>>;
  /** The reason for which a withdrawn release is back. */
  readonly reasons?: Readonly<Record<string, string>>;
}

/** How long a product lives, and on which days something other than the usual happens. */
export interface History {
  readonly releases: number;
  /** The newest is withdrawn the night after its publication. */
  readonly withdrawn: number;
  /** The newest is withdrawn, and published again a day later. */
  readonly falseAlarm: number;
}

/** A release every two weeks. */
export const YEAR: History = { releases: 24, withdrawn: 9, falseAlarm: 16 };
export const FOUR_MONTHS: History = { releases: 8, withdrawn: 4, falseAlarm: 8 };

/** Two builds a month: `20260101.0`, `20260115.0`, `20260201.0`, … */
export function versionsOf({ releases }: History): string[] {
  return Array.from({ length: releases }, (_, index) => {
    const month = String(Math.floor(index / 2) + 1).padStart(2, "0");
    return `2026${month}${index % 2 === 0 ? "01" : "15"}.0`;
  });
}

/** A release is staged on its day, published on the next, and then gives way to the newer ones. */
const LIFE: readonly ReleaseState[] = ["staged", "published", "published", "deprecated", "withdrawn"];

type Event = Omit<Day, "states"> & { readonly states: (usual: Day["states"]) => Day["states"] };

/** Its days, and those after it on which the last releases are removed. */
export function daysOf(history: History): Day[] {
  const versions = versionsOf(history);
  const events = eventsOf(history, (index) => versions[index] ?? "");
  return Array.from({ length: versions.length + LIFE.length }, (_, day): Day => {
    const usual = Object.fromEntries(
      versions.flatMap((name, index) => {
        const state = LIFE[day - index];
        return state === undefined ? [] : [[name, state] as const];
      }),
    );
    const event = events[day];
    if (event) {
      const { what, states, reasons } = event;
      return { what, states: states(usual), ...(reasons && { reasons }) };
    }
    return {
      what: day < versions.length ? `${versions[day] ?? ""} is new` : "the last ones go",
      states: usual,
    };
  });
}

function eventsOf(
  { withdrawn, falseAlarm }: History,
  version: (index: number) => string,
): Readonly<Record<number, Event>> {
  const bad = version(withdrawn - 1);
  const suspected = version(falseAlarm - 1);
  return {
    [withdrawn]: {
      what: "the newest is withdrawn the night after its publication; its successor waits",
      states: (usual) => ({
        ...usual,
        [bad]: "withdrawn",
        [version(withdrawn - 2)]: "published",
        [version(withdrawn - 3)]: "published",
      }),
    },
    [withdrawn + 1]: {
      what: "the withdrawn one stays so, two newer ones go on",
      states: (usual) => ({ ...usual, [bad]: "withdrawn" }),
    },
    [withdrawn + 2]: { what: "still", states: (usual) => ({ ...usual, [bad]: "withdrawn" }) },
    [falseAlarm]: {
      what: "the newest is withdrawn",
      states: (usual) => ({
        ...usual,
        [suspected]: "withdrawn",
        [version(falseAlarm - 3)]: "published",
      }),
    },
    [falseAlarm + 1]: {
      what: "the alarm was false: it is published again",
      states: (usual) => usual,
      reasons: { [suspected]: "The report was about another image" },
    },
  };
}
