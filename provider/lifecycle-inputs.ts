/** The inputs of a stack's guard, now and in the state of its last `up`, which any version may have written. */
import { z } from "zod";
import type { CurrentAccess } from "../config/access";
import type { BegunClosings, WantedClosings } from "../config/begun";
import type { Ledger } from "../config/ledger";
import { STATES } from "../config/release";
import { Shape } from "../plugin/shape";
import { byName, flag, number, text, texts } from "./fields";

/** Nothing is there before the first `up`, and version 0.1 had no more than the first two. */
export interface Guarded {
  readonly releases?: Ledger;
  readonly allow?: readonly string[];
  readonly have?: CurrentAccess;
  readonly closings?: WantedClosings;
  /** Number of program runs so far: incremented in each preview and `up`, unchanged in a refresh. */
  readonly looks?: number;
  readonly open?: unknown;
}

const by = <T extends z.ZodType>(value: T) => z.record(text, value);
const values = by(by(byName));
/** By version and cloud, then by architecture and name. */
const observed = by(by(by(by(texts))));

const entry = z.object({
  state: z.enum(STATES),
  protected: flag,
  digests: byName,
  audience: by(by(texts)),
  made: values.optional(),
  fixed: values.optional(),
  sharedAs: by(byName).optional(),
  deprecateOn: text.optional(),
  endOfLife: text.optional(),
  reason: text.optional(),
});

const access = z.object({ has: texts, may: texts.optional(), around: texts.optional() });

const have = z.object({
  images: by(by(by(by(access)))),
  coming: by(by(texts)).optional(),
  made: observed.optional(),
  closings: by(z.object({ closings: number, may: texts })).optional(),
  formerly: observed.optional(),
  fixed: observed.optional(),
  announcedEnds: byName.optional(),
});

export const GUARDED = Shape.of<Guarded>({
  releases: by(entry).optional(),
  allow: texts.optional(),
  have: have.optional(),
  closings: by(texts).optional(),
  looks: number.optional(),
  open: z.unknown().optional(),
});

/** The guard's last entries about closings. */
export const BEGUN = Shape.of<{ begun?: BegunClosings }>({
  begun: by(z.object({ closings: number, from: texts })).optional(),
});
