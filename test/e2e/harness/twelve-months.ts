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

const RELEASES = 24;
/** Two builds a month for a year: `20260101.0`, `20260115.0`, `20260201.0`, … */
export const VERSIONS = Array.from({ length: RELEASES }, (_, index) => {
  const month = String(Math.floor(index / 2) + 1).padStart(2, "0");
  return `2026${month}${index % 2 === 0 ? "01" : "15"}.0`;
});

/** A release is staged on its day, published on the next, and then gives way to the newer ones. */
const LIFE: readonly ReleaseState[] = ["staged", "published", "published", "deprecated", "withdrawn"];

/** Days with something other than the usual. */
const EVENTS: Readonly<
  Record<number, Omit<Day, "states"> & { readonly states: (usual: Day["states"]) => Day["states"] }>
> = {
  9: {
    what: "the newest is withdrawn the night after its publication; its successor waits",
    states: (usual) => ({
      ...usual,
      [version(8)]: "withdrawn",
      [version(7)]: "published",
      [version(6)]: "published",
    }),
  },
  10: {
    what: "the withdrawn one stays so, two newer ones go on",
    states: (usual) => ({ ...usual, [version(8)]: "withdrawn" }),
  },
  11: { what: "still", states: (usual) => ({ ...usual, [version(8)]: "withdrawn" }) },
  16: {
    what: "the newest is withdrawn",
    states: (usual) => ({ ...usual, [version(15)]: "withdrawn", [version(13)]: "published" }),
  },
  17: {
    what: "the alarm was false: it is published again",
    states: (usual) => usual,
    reasons: { [version(15)]: "The report was about another image" },
  },
};

/** The year, and the days after it on which the last releases are removed. */
export function twelveMonths(): Day[] {
  const days = RELEASES + LIFE.length;
  return Array.from({ length: days }, (_, day): Day => {
    const usual = Object.fromEntries(
      VERSIONS.flatMap((name, index) => {
        const state = LIFE[day - index];
        return state === undefined ? [] : [[name, state] as const];
      }),
    );
    const event = EVENTS[day];
    if (event) {
      const { what, states, reasons } = event;
      return { what, states: states(usual), ...(reasons && { reasons }) };
    }
    return { what: day < RELEASES ? `${version(day)} is new` : "the last ones go", states: usual };
  });
}

function version(index: number): string {
  return VERSIONS[index] ?? "";
}
