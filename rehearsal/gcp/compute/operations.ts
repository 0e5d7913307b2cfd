import { randomBytes, randomInt } from "node:crypto";
import { GoogleError, invalidField, resourceNotFound } from "../errors";
import { type Identity, emailOf } from "../identities";
import { computeTime } from "../time";
import type { Table } from "../../store/journal";
import { without } from "../omit";
import { COMPUTE_V1 } from "./links";

/** One asynchronous change, as stored and (except `work`, `project` and `serial`) as returned. */
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
  /** The pending work: survives a restart, so that an operation resumes after a kill. */
  work: Work;
}

/** The work of an operation on the image `project/name`. */
export interface Work {
  /** Names the performer. */
  kind: "insert" | "delete" | "change";
  image: string;
  /** Insert from an archive: exactly this generation of the object. */
  archive?: { bucket: string; object: string; generation: string };
  /** Insert from another image, `project/name`. */
  source?: string;
  /** Change: the new values; null removes a field. */
  fields?: Record<string, unknown>;
}

/** Performs one kind of operation. An {@link OperationFailure} ends the operation with its error. */
type Performer = (work: Work, run: Run) => Promise<void>;

/** One run of an operation. */
export interface Run {
  /** Percent done. */
  report(progress: number): void;
  /** Aborted when the stand-in stops. */
  signal: AbortSignal;
}

/** Warnings of an operation that succeeds. */
export interface OperationWarning {
  readonly warning: { readonly code: string; readonly message: string };
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

/** Longest duration of `wait`: two minutes, then it returns the operation as it is. */
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
   * @param intercept called before an operation's work begins; may return a failure or warning to end it with, or that it never
   * ends
   * @param delay milliseconds between an operation's states
   */
  constructor(
    private readonly table: Table<Operation>,
    private readonly delay: { pending: number; running: number },
    private readonly intercept: (
      operation: Operation,
    ) => OperationFailure | OperationWarning | "hangs" | undefined,
  ) {
    for (const { serial } of table.values()) this.serial = Math.max(this.serial, serial);
  }

  /** @param onFailure cleans up after a failed operation of this kind */
  register(kind: Work["kind"], performer: Performer, onFailure?: (work: Work) => void): void {
    this.performers.set(kind, performer);
    if (onFailure) this.failed.set(kind, onFailure);
  }

  /** Resumes operations interrupted by a stop or kill. */
  resume(): void {
    for (const operation of this.table.values()) if (operation.status !== "DONE") this.schedule(operation);
  }

  /** Starts a change. A repeated `requestId` returns the operation it started. */
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

  /** The operation started by a `requestId`, if any. Refuses a malformed id. */
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

  /** Resolves when all work has stopped; unfinished work is repeated at the next start. */
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
      if (forced instanceof OperationFailure) throw forced;
      if (forced) outcome = { warnings: [forced.warning] };
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

  /** After a stop nothing is written: the work is repeated at the next start. */
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

/** An operation in a response. */
export function present(operation: Operation) {
  const { project } = operation;
  const shown = without(operation, "serial", "project", "work");
  return {
    kind: "compute#operation",
    ...shown,
    selfLink: `${COMPUTE_V1}/projects/${project}/global/operations/${operation.name}`,
  };
}

/** An id in Compute Engine's form: up to 19 digits, as a string. */
export function numericId(): string {
  return `${randomInt(1, 9)}${String(randomInt(0, 1e9)).padStart(9, "0")}${String(randomInt(0, 1e9)).padStart(9, "0")}`;
}
