import { randomBytes, randomInt } from "node:crypto";
import { GoogleError, invalidField, resourceNotFound } from "../errors";
import { type Identity, emailOf } from "../identities";
import { computeTime } from "../time";
import type { Table } from "../../store/journal";
import { without } from "../omit";
import { COMPUTE_V1 } from "./links";

/** One asynchronous change, as kept and (but for `work`, `project` and `serial`) as answered. */
export interface Operation {
  serial: number;
  project: string;
  name: string;
  id: string;
  clientOperationId?: string;
  operationType: string;
  targetLink: string;
  targetId: string;
  user: string;
  status: "PENDING" | "RUNNING" | "DONE";
  progress: number;
  insertTime: string;
  startTime?: string;
  endTime?: string;
  error?: { errors: { code: string; message: string }[] };
  warnings?: { code: string; message: string }[];
  httpErrorStatusCode?: number;
  httpErrorMessage?: string;
  /** What is to be done: it survives a restart, so that an operation goes on where a kill found it. */
  work: Work;
}

/** What an operation does, to the image `project/name`. */
export interface Work {
  /** Names the performer. */
  kind: "insert" | "delete" | "change";
  image: string;
  /** Insert from an archive: the object, of this generation and no other. */
  archive?: { bucket: string; object: string; generation: string };
  /** Insert from another image, `project/name`. */
  source?: string;
  /** Change: the new values; a field that is null goes. */
  fields?: Record<string, unknown>;
}

/** Does the work of one kind of operation. An {@link OperationFailure} ends the operation with its error. */
export type Performer = (work: Work, run: Run) => Promise<void>;

/** One run of an operation. */
export interface Run {
  /** Percent done. */
  report(progress: number): void;
  /** Aborted when the stand-in stops. */
  signal: AbortSignal;
}

export class OperationFailure extends Error {
  override name = "OperationFailure";
  constructor(
    /** One of Compute Engine's error codes. */
    readonly code: string,
    message: string,
    readonly httpStatus = 400,
    readonly httpMessage = "BAD REQUEST",
  ) {
    super(message);
  }
}

/** Longest that `wait` keeps a client: two minutes, then it answers with the operation as it is. */
const WAIT_LIMIT_MS = 120_000;

export class Operations {
  private readonly performers = new Map<string, Performer>();
  private readonly failed = new Map<string, (work: Work) => void>();
  private readonly waiting = new Map<string, Set<() => void>>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly running = new Set<Promise<void>>();
  private readonly stopping = new AbortController();
  private serial = 0;

  /**
   * @param intercept asked before an operation's work begins; may return the failure that it shall end with, or that it never ends
   * @param delay milliseconds between an operation's states
   */
  constructor(
    private readonly table: Table<Operation>,
    private readonly delay: { pending: number; running: number },
    private readonly intercept: (operation: Operation) => OperationFailure | "hangs" | undefined,
  ) {
    for (const { serial } of table.values()) this.serial = Math.max(this.serial, serial);
  }

  /** @param onFailure tidies up after an operation of this kind that failed */
  register(kind: Work["kind"], performer: Performer, onFailure?: (work: Work) => void): void {
    this.performers.set(kind, performer);
    if (onFailure) this.failed.set(kind, onFailure);
  }

  /** Goes on with what was not done when the stand-in was last stopped or killed. */
  resume(): void {
    for (const operation of this.table.values()) if (operation.status !== "DONE") this.schedule(operation);
  }

  /** Begins a change. The same `requestId` again gives the operation that it began. */
  start(
    caller: Identity,
    project: string,
    requestId: string | null,
    change: Pick<Operation, "operationType" | "targetLink" | "targetId" | "work" | "warnings">,
  ): object {
    const now = Date.now();
    const operation: Operation = {
      serial: ++this.serial,
      project,
      name: `operation-${now}-${randomBytes(7).toString("hex").slice(0, 13)}-${randomBytes(4).toString("hex")}-${randomBytes(4).toString("hex")}`,
      id: numericId(),
      ...(requestId === null ? {} : { clientOperationId: requestId }),
      user: emailOf(caller),
      status: "PENDING",
      progress: 0,
      insertTime: computeTime(now),
      ...change,
    };
    this.table.set(operation.name, operation);
    this.schedule(operation);
    return present(operation);
  }

  /** The operation that a `requestId` began, if any. Refuses an id of the wrong form. */
  withRequestId(project: string, requestId: string | null): object | undefined {
    if (requestId === null) return undefined;
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(requestId) || /^[0-]+$/.test(requestId)) {
      throw invalidField("requestId", requestId, "Must be a valid UUID, and not the zero UUID.");
    }
    for (const operation of this.table.values()) {
      if (operation.project === project && operation.clientOperationId === requestId)
        return present(operation);
    }
    return undefined;
  }

  list(project: string): Operation[] {
    return [...this.table.values()].filter((operation) => operation.project === project);
  }

  find(project: string, name: string): Operation {
    const operation = this.table.get(name);
    if (operation?.project !== project)
      throw resourceNotFound(`projects/${project}/global/operations/${name}`);
    return operation;
  }

  delete(project: string, name: string): void {
    if (this.find(project, name).status !== "DONE") {
      throw new GoogleError(
        400,
        "resourceNotReady",
        `The resource 'projects/${project}/global/operations/${name}' is not ready`,
      );
    }
    this.table.delete(name);
  }

  /** Resolves when the operation is done, or after two minutes, or when the stand-in stops. */
  async wait(project: string, name: string): Promise<Operation> {
    if (this.find(project, name).status !== "DONE" && !this.stopped) {
      await new Promise<void>((resolve) => {
        const listeners = this.waiting.get(name) ?? new Set();
        this.waiting.set(name, listeners);
        const timer = setTimeout(done, WAIT_LIMIT_MS);
        function done() {
          clearTimeout(timer);
          listeners.delete(done);
          resolve();
        }
        listeners.add(done);
      });
    }
    return this.find(project, name);
  }

  /** Resolves when nothing is being done any more; what was not finished is done again at the next start. */
  async stop(): Promise<void> {
    this.stopping.abort();
    for (const timer of this.timers) clearTimeout(timer);
    await Promise.all(this.running);
    for (const listeners of this.waiting.values()) for (const done of [...listeners]) done();
  }

  private schedule(operation: Operation): void {
    this.after(this.delay.pending, () => {
      this.update(operation.name, { status: "RUNNING", startTime: computeTime() });
      this.after(this.delay.running, () => {
        const run = this.perform(operation).finally(() => this.running.delete(run));
        this.running.add(run);
      });
    });
  }

  private async perform(operation: Operation): Promise<void> {
    let outcome: Partial<Operation> = {};
    try {
      const forced = this.intercept(operation);
      if (forced === "hangs") return;
      if (forced) throw forced;
      await this.performer(operation)(operation.work, {
        report: (progress) => this.update(operation.name, { progress }),
        signal: this.stopping.signal,
      });
    } catch (error) {
      if (this.stopped) return;
      const failure =
        error instanceof OperationFailure
          ? error
          : new OperationFailure(
              "INTERNAL_ERROR",
              `Internal error. Please try again. (${String(error)})`,
              503,
              "SERVICE UNAVAILABLE",
            );
      this.failed.get(operation.work.kind)?.(operation.work);
      outcome = {
        error: { errors: [{ code: failure.code, message: failure.message }] },
        httpErrorStatusCode: failure.httpStatus,
        httpErrorMessage: failure.httpMessage,
      };
    }
    this.update(operation.name, { ...outcome, status: "DONE", progress: 100, endTime: computeTime() });
    for (const done of [...(this.waiting.get(operation.name) ?? [])]) done();
    this.waiting.delete(operation.name);
  }

  private get stopped(): boolean {
    return this.stopping.signal.aborted;
  }

  private performer(operation: Operation): Performer {
    const performer = this.performers.get(operation.work.kind);
    if (!performer) throw new Error(`nobody performs "${operation.work.kind}"`);
    return performer;
  }

  /** After a stop nothing is written any more: the work is done again at the next start. */
  private update(name: string, change: Partial<Operation>): void {
    const operation = this.table.get(name);
    if (operation && !this.stopped) this.table.set(name, { ...operation, ...change });
  }

  private after(milliseconds: number, then: () => void): void {
    if (this.stopped) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      then();
    }, milliseconds);
    this.timers.add(timer);
  }
}

/** An operation as it is answered. */
export function present(operation: Operation) {
  const { project } = operation;
  const shown = without(operation, "serial", "project", "work");
  return {
    kind: "compute#operation",
    ...shown,
    selfLink: `${COMPUTE_V1}/projects/${project}/global/operations/${operation.name}`,
  };
}

/** An id as Compute Engine gives them: up to 19 digits, as text. */
export function numericId(): string {
  return `${randomInt(1, 9)}${String(randomInt(0, 1e9)).padStart(9, "0")}${String(randomInt(0, 1e9)).padStart(9, "0")}`;
}
