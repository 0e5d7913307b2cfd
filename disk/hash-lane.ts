import path from "node:path";
import { Worker } from "node:worker_threads";

type Task =
  | { kind: "bytes"; slot: number; length: number }
  | { kind: "zeros"; length: number }
  | { kind: "pieces"; slot: number; pieces: readonly { start: number; end: number }[] }
  | { kind: "end" };

interface Waiting {
  resolve: (digest: Uint8Array | undefined) => void;
  reject: (error: Error) => void;
}

/**
 * One hash on one thread. Several lanes hash the same bytes at once: SHA-512 alone takes as long as both SHA-256 that a
 * disk needs. Tasks are done in the order in which they are given.
 */
export class HashLane {
  private readonly worker: Worker;
  private readonly waiting: Waiting[] = [];
  private failure: Error | undefined;

  /** @param slots memory that the reader fills, and that must not change until the task on it is done */
  constructor(algorithm: "sha256" | "sha512", slots: readonly SharedArrayBuffer[]) {
    this.worker = new Worker(path.join(__dirname, "hash-worker.js"), {
      workerData: { algorithm, slots },
      // Without the loaders of the main thread: each would cost the start of the thread 100 ms.
      execArgv: [],
    });
    this.worker.on("message", ({ digest }: { digest?: Uint8Array }) => this.waiting.shift()?.resolve(digest));
    this.worker.on("error", (error: Error) => {
      this.failure = error;
      for (const { reject } of this.waiting.splice(0)) reject(error);
    });
  }

  /** The first `length` bytes of a slot come next on the disk. */
  async bytes(slot: number, length: number): Promise<void> {
    await this.run({ kind: "bytes", slot, length });
  }

  /** A hole of `length` bytes comes next. */
  async zeros(length: number): Promise<void> {
    await this.run({ kind: "zeros", length });
  }

  /** Digests of pieces of a slot, one after the other. */
  async pieces(slot: number, pieces: readonly { start: number; end: number }[]): Promise<Buffer> {
    return Buffer.from((await this.run({ kind: "pieces", slot, pieces })) ?? []);
  }

  /** The digest of everything, hex. */
  async digest(): Promise<string> {
    return Buffer.from((await this.run({ kind: "end" })) ?? []).toString("hex");
  }

  /** Ends the thread, whatever it is doing. */
  async stop(): Promise<void> {
    await this.worker.terminate();
  }

  private run(task: Task): Promise<Uint8Array | undefined> {
    return new Promise((resolve, reject) => {
      if (this.failure) {
        reject(this.failure);
        return;
      }
      this.waiting.push({ resolve, reject });
      this.worker.postMessage(task);
    });
  }
}
