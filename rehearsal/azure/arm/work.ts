import { randomUUID } from "node:crypto";
import { type Pace, secondsAt } from "../../pace";
import { type Delay, RECORDED, SECONDS } from "../delays";
import type { Contents, Job, Operation, State } from "../state";
import { ArmError } from "./errors";

/** Performs one kind of job. Its result is the operation's output; an exception is its error. */
export type Worker = (job: Job) => Promise<Record<string, unknown> | void>;

/**
 * Accepted work: jobs with due times, and the operations that clients poll. An operation ends with its last job; it
 * fails if one of its jobs fails.
 */
export class Work {
  private readonly timers = new Map<Job, NodeJS.Timeout>();
  private readonly running = new Set<Promise<void>>();
  private readonly waiting = new Map<string, (() => void)[]>();
  private workers: Readonly<Record<string, Worker>> = {};
  private stopped = false;

  constructor(
    private readonly state: State,
    readonly pace: Pace,
    private readonly log: (line: string) => void,
  ) {}

  private get contents(): Contents {
    return this.state.contents;
  }

  /** Starts processing, including leftovers of a former run. */
  resume(workers: Readonly<Record<string, Worker>>): void {
    this.workers = workers;
    for (const job of this.contents.jobs) this.arm(job);
  }

  /** Stops taking jobs and waits for running ones; the rest stays in the state for the next run. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    await Promise.all(this.running);
  }

  /** Opens an operation, whose id its jobs refer to. */
  begin(subscription: string, location: string): Operation {
    const now = Date.now();
    const operation: Operation = {
      id: randomUUID(),
      subscription,
      location,
      status: "InProgress",
      started: new Date(now).toISOString(),
      due: now,
    };
    this.contents.operations[operation.id] = operation;
    return operation;
  }

  /** Duration at this cloud's pace. */
  seconds(delay: Delay): number {
    return secondsAt(this.pace, delay, SECONDS, RECORDED);
  }

  /** Accepts a job due after `seconds`. Returns the due time in milliseconds since 1970. */
  add(job: Omit<Job, "due" | "operation">, seconds: number, operation?: Operation): number {
    const due = Date.now() + seconds * 1000;
    if (operation) operation.due = Math.max(operation.due, due);
    const accepted: Job = { ...job, due, ...(operation && { operation: operation.id }) };
    this.contents.jobs.push(accepted);
    this.arm(accepted);
    return due;
  }

  /** At pace 0 operations appear synchronous: waits until the operation is over. Otherwise returns at once. */
  async settle(operation: Operation): Promise<void> {
    this.state.save();
    if (this.pace !== 0 || operation.status !== "InProgress") return;
    await new Promise<void>((resolve) => {
      this.waiting.set(operation.id, [...(this.waiting.get(operation.id) ?? []), resolve]);
    });
  }

  private arm(job: Job): void {
    if (this.stopped) return;
    const start = () => {
      this.timers.delete(job);
      const run = this.run(job).finally(() => this.running.delete(run));
      this.running.add(run);
    };
    this.timers.set(job, setTimeout(start, Math.max(0, job.due - Date.now())));
  }

  private async run(job: Job): Promise<void> {
    const operation = job.operation === undefined ? undefined : this.contents.operations[job.operation];
    try {
      const worker = this.workers[job.kind];
      if (!worker) throw new Error(`no worker for jobs of kind ${job.kind}`);
      const output = await worker(job);
      if (operation && output) operation.output = output;
    } catch (error) {
      if (!(error instanceof ArmError)) this.log(`${job.kind} of ${job.resource}: ${String(error)}`);
      const failure =
        error instanceof ArmError
          ? { status: error.status, body: error.body }
          : { status: 500, body: { code: "InternalServerError", message: String(error) } };
      if (operation) operation.error ??= failure;
    }
    this.contents.jobs.splice(this.contents.jobs.indexOf(job), 1);
    if (operation && !this.contents.jobs.some((other) => other.operation === operation.id)) {
      operation.status = operation.error ? "Failed" : "Succeeded";
      operation.ended = new Date().toISOString();
    }
    this.state.save();
    if (operation && operation.status !== "InProgress") {
      for (const resolve of this.waiting.get(operation.id) ?? []) resolve();
      this.waiting.delete(operation.id);
    }
  }
}
