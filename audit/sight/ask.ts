/** Checks, place by place, whether a withdrawn release is still accessible. */
import { setTimeout as pause } from "node:timers/promises";
import { CloudFailure } from "../../clouds/failure";
import type { Deployment } from "../deployment";
import { CLOUD_AUDITS, cloudsOf } from "../clouds";
import type { Place } from "./place";

export interface Answer extends Pick<Place, "cloud" | "called" | "by"> {
  readonly state: "closed" | "open" | "unasked";
  /** Reason why the query failed. */
  readonly why?: string;
  /** Milliseconds from `since` to the result. */
  readonly after: number;
}

interface Question {
  /** Places before the withdrawal: a deleted version is in no state any more. */
  readonly places: readonly Place[];
  /** Start of the withdrawal, milliseconds since 1970. */
  readonly since: number;
  readonly signal: AbortSignal;
  /** Milliseconds until a place must be closed: clouds are eventually consistent. */
  readonly patience: number;
  readonly pause?: (milliseconds: number) => Promise<unknown>;
  readonly now?: () => number;
}

/** Places of the release, and the credentials to check each with. */
export function placesOf(deployment: Deployment, version: string, env: NodeJS.ProcessEnv): Place[] {
  return cloudsOf(deployment).flatMap((cloud) => CLOUD_AUDITS[cloud].load().places(deployment, version, env));
}

/** Milliseconds between two checks. */
const PACE = 2_000;

/** All places concurrently, each until it is closed or patience ends. */
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
