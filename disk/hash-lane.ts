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
 * One hash on one thread. Several lanes hash the same bytes at once: SHA-512 alone takes as long as the two SHA-256
 * of a disk together. Tasks are processed in order.
 */
export class HashLane {
  private readonly worker: Worker;
  private readonly waiting: Waiting[] = [];
  private failure: Error | undefined;

  /** @param slots memory that the reader fills, unchanged until its task is done */
  constructor(algorithm: "sha256" | "sha512", slots: readonly SharedArrayBuffer[]) {
    this.worker = new Worker(path.join(__dirname, "hash-worker.js"), {
      workerData: { algorithm, slots },
      // Without the main thread's loaders: each would delay the start of the thread by 100 ms.
      execArgv: [],
    });
    this.worker.on("message", ({ digest }: { digest?: Uint8Array }) => this.waiting.shift()?.resolve(digest));
    this.worker.on("error", (error: Error) => {
      this.failure = error;
      for (const { reject } of this.waiting.splice(0)) reject(error);
    });
  }

  /** Hashes the first `length` bytes of a slot next. */
  async bytes(slot: number, length: number): Promise<void> {
    await this.run({ kind: "bytes", slot, length });
  }

  /** Hashes a hole of `length` bytes next. */
  async zeros(length: number): Promise<void> {
    await this.run({ kind: "zeros", length });
  }

  /** Digests of pieces of a slot, in order. */
  async pieces(slot: number, pieces: readonly { start: number; end: number }[]): Promise<Buffer> {
    return Buffer.from((await this.run({ kind: "pieces", slot, pieces })) ?? []);
  }

  /** The digest of everything, hex. */
  async digest(): Promise<string> {
    return Buffer.from((await this.run({ kind: "end" })) ?? []).toString("hex");
  }

  /** Terminates the thread immediately. */
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
