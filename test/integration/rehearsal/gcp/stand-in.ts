import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { GIB } from "../../../../facts/units";
import type { RunningCloud } from "../../../../rehearsal/cloud";
import { start } from "../../../../rehearsal/gcp";

/** The stand-in Google Cloud in its own folder, and requests to it without a client library. */
export class StandIn {
  private constructor(
    readonly directory: string,
    public cloud: RunningCloud,
  ) {}

  static async start(pace = 0): Promise<StandIn> {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), "gcp-stand-in-"));
    return new StandIn(directory, await start({ directory, pace }));
  }

  get environment(): Record<string, string> {
    return this.cloud.environment();
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.cloud.port}`;
  }

  get project(): string {
    return this.environment.GCP_PROJECT ?? "";
  }

  /** Stops it and starts it on the same state, at the same port. */
  async restart(pace = 0): Promise<void> {
    const { port } = this.cloud;
    await this.cloud.stop();
    this.cloud = await start({ directory: this.directory, pace, port });
  }

  async end(): Promise<void> {
    await this.cloud.stop();
    fs.rmSync(this.directory, { recursive: true, force: true });
  }

  fetch(
    method: string,
    where: string,
    options: { token?: string; body?: string | Uint8Array; headers?: Record<string, string> } = {},
  ) {
    const { token = this.environment.ADMINISTRATOR_GCP_TOKEN, body, headers } = options;
    return fetch(where.startsWith("http") ? where : `${this.endpoint}${where}`, {
      method,
      // A kept-alive connection would be dead after a restart.
      headers: { connection: "close", ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : Buffer.from(body) }),
    });
  }

  /** Status and JSON of the response to a request by the publisher. */
  async ask(method: string, where: string, json?: object): Promise<{ status: number; body: Json }> {
    const answer = await this.fetch(method, where, json === undefined ? {} : { body: JSON.stringify(json) });
    const text = await answer.text();
    return { status: answer.status, body: (text === "" ? {} : JSON.parse(text)) as Json };
  }

  async bucket(name: string): Promise<void> {
    const { status } = await this.ask("POST", `/storage/v1/b?project=${this.project}`, {
      name,
      location: "EU",
    });
    if (status !== 200) throw new Error(`bucket not made: ${status}`);
  }

  async upload(bucket: string, name: string, bytes: Uint8Array): Promise<void> {
    const where = `/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${encodeURIComponent(name)}`;
    const answer = await this.fetch("POST", where, { body: bytes });
    if (answer.status !== 200) throw new Error(`object not made: ${await answer.text()}`);
  }

  images(rest = ""): string {
    return `/compute/v1/projects/${this.project}/global/images${rest}`;
  }

  /** Begins an operation and waits for its end. */
  async operate(method: string, where: string, json?: object): Promise<Json> {
    const begun = await this.ask(method, where, json);
    if (begun.status !== 200) return begun.body;
    const name = String(begun.body.name);
    const ended = await this.ask(
      "POST",
      `/compute/v1/projects/${this.project}/global/operations/${name}/wait`,
    );
    return ended.body;
  }

  importArchive(name: string, bucket: string, object: string, fields: object = {}): Promise<Json> {
    const source = `https://storage.googleapis.com/${bucket}/${object}`;
    return this.operate("POST", this.images(), { name, rawDisk: { source }, ...fields });
  }
}

/** JSON of unknown shape, read by tests. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = Record<string, any>;

/** A raw disk with one KiB of data at each offset, and GNU tar's archive of it. */
interface MadeArchive {
  archive: Buffer;
  /** Index and SHA-256 of the blocks that hold the data. */
  blocks: [number, string][];
  remove: () => void;
}

/** Makes a raw disk of 1 GiB, or of another size. */
export function makeArchive(places: readonly number[], size = GIB): MadeArchive {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gcp-disk-"));
  const handle = fs.openSync(path.join(folder, "disk.raw"), "w+");
  fs.ftruncateSync(handle, size);
  places.forEach((at, index) => fs.writeSync(handle, Buffer.alloc(1024, (index % 255) + 1), 0, 1024, at));
  const indices = [...new Set(places.map((at) => Math.floor(at / BLOCK)))].sort((a, b) => a - b);
  const blocks = indices.map((index): [number, string] => {
    const block = Buffer.alloc(BLOCK);
    fs.readSync(handle, block, 0, BLOCK, index * BLOCK);
    return [index, createHash("sha256").update(block).digest("hex")];
  });
  fs.closeSync(handle);
  const file = path.join(folder, "disk.tar.gz");
  execFileSync("tar", ["--format=oldgnu", "-Sczf", file, "-C", folder, "disk.raw"]);
  return { archive: fs.readFileSync(file), blocks, remove: () => fs.rmSync(folder, { recursive: true }) };
}

const BLOCK = 512 * 1024;
