/** Asks, place by place, whether a release that was taken back can still be had. */
import { setTimeout as pause } from "node:timers/promises";
import { CloudFailure } from "../../clouds/failure";
import type { Deployment } from "../deployment";
import { placesOnAws } from "./aws";
import { placesOnAzure } from "./azure";
import { placesOnGcp } from "./gcp";
import type { Place } from "./place";

/** One line per cloud. */
const PLACES = [placesOnAws, placesOnGcp, placesOnAzure];

export interface Answer extends Pick<Place, "cloud" | "called" | "by"> {
  readonly state: "closed" | "open" | "unasked";
  /** Why it could not be asked. */
  readonly why?: string;
  /** Milliseconds from `since` to the answer. */
  readonly after: number;
}

export interface Question {
  /** What was there before it was taken back: a version that is deleted is in no state any more. */
  readonly places: readonly Place[];
  /** Milliseconds since 1970: from when the time is counted. */
  readonly since: number;
  readonly signal: AbortSignal;
  /** Milliseconds that a place may take to be seen as closed: clouds tell late what they were told. */
  readonly patience: number;
  readonly pause?: (milliseconds: number) => Promise<unknown>;
  readonly now?: () => number;
}

/** Where the release is, and who is asked there. */
export function placesOf(deployment: Deployment, version: string, env: NodeJS.ProcessEnv): Place[] {
  return PLACES.flatMap((places) => places(deployment, version, env));
}

/** Milliseconds between two questions. */
const PACE = 2_000;

/** Every place at once, each until it is closed or patience ends. */
export function askPlaces(question: Question): Promise<Answer[]> {
  return Promise.all(question.places.map((place) => askOne(place, question)));
}

async function askOne(
  { cloud, called, by, isOpen }: Place,
  { since, signal, patience, pause: rest = pause, now = Date.now }: Question,
): Promise<Answer> {
  const end = now() + patience;
  for (;;) {
    const answer = await isOpen(signal).then(
      (open) => ({ state: open ? ("open" as const) : ("closed" as const) }),
      (error: unknown) => {
        if (!(error instanceof CloudFailure) || error.kind === "cancelled") throw error;
        return { state: "unasked" as const, why: error.message };
      },
    );
    const at = now();
    if (answer.state === "closed" || at + PACE > end)
      return { cloud, called, by, ...answer, after: at - since };
    await rest(PACE);
  }
}
