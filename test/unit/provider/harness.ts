import { randomBytes } from "node:crypto";
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { blockMapRoot } from "../../../disk/block-map";
import type { Call, Properties, ResourceHandler } from "../../../plugin/resource";
import { mapOf, openBlocks } from "../../../provider/disk-blocks";
import { plugin } from "../../../provider/main";
import type { CloudOptions, RunningCloud } from "../../../rehearsal/cloud";

export const BLOCK = 524_288;

/** A project folder with an inspected disk, a stand-in cloud, and the plugin's handlers pointed at both. */
export class Harness {
  readonly folder = mkdtempSync(join(tmpdir(), "provider-"));
  readonly requests: string[] = [];
  readonly shown: string[] = [];
  size = 0;
  root = "";
  dataBlocks = 0;
  private cloud: RunningCloud | undefined;
  private readonly home = process.cwd();
  private readonly before = { ...process.env };

  async start(start: (options: CloudOptions) => Promise<RunningCloud>, pace = 0): Promise<RunningCloud> {
    const directory = join(this.folder, "cloud");
    mkdirSync(directory);
    this.cloud = await start({ directory, pace, log: (line) => this.requests.push(line) });
    Object.assign(process.env, this.cloud.environment(), { XDG_CACHE_HOME: join(this.folder, "cache") });
    return this.cloud;
  }

  async stop(): Promise<void> {
    process.chdir(this.home);
    await this.cloud?.stop();
    process.env = this.before;
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Makes the folder a project's, and the working directory. */
  project(): void {
    writeFileSync(join(this.folder, "Pulumi.yaml"), "name: imprimatur\n");
    process.chdir(this.folder);
  }

  /** A raw disk of `size` bytes whose blocks `blocks` hold data that does not compress. */
  async disk(size: number, blocks: readonly number[]): Promise<void> {
    const file = openSync(join(this.folder, "demo.raw"), "w");
    ftruncateSync(file, size);
    for (const index of blocks) {
      const length = Math.min(BLOCK, size - index * BLOCK);
      writeSync(file, randomBytes(length), 0, length, index * BLOCK);
    }
    closeSync(file);
    this.project();
    writeFileSync(
      join(this.folder, "demo.json"),
      JSON.stringify({ images: { x86_64: { file: "demo.raw" } } }),
    );
    const digests = new Map<number, Buffer>();
    for await (const { index, sha256 } of openBlocks({
      imageFile: "demo.json",
      architecture: "x86_64",
      size,
    })) {
      digests.set(index, sha256);
    }
    this.size = size;
    this.root = blockMapRoot(mapOf(size, digests));
    this.dataBlocks = digests.size;
  }

  /** Inputs that every upload has. */
  diskInputs(): Properties {
    return {
      imageFile: "demo.json",
      architecture: "x86_64",
      size: this.size,
      sha256: "5a".repeat(32),
      blockMapRoot: this.root,
      dataBlocks: this.dataBlocks,
    };
  }

  handler(type: string): ResourceHandler & Required<Pick<ResourceHandler, "update">> {
    const handler = plugin.resources[`imprimatur:${type}`];
    if (!handler) throw new Error(`no handler for ${type}`);
    return handler as ResourceHandler & Required<Pick<ResourceHandler, "update">>;
  }

  call(signal = new AbortController().signal): Call {
    const urn = "urn:pulumi:dev::imprimatur::imprimatur:test:Thing::x";
    const keep = (line: string) => this.shown.push(line);
    return { urn, name: "x", signal, timeoutSeconds: 0, log: (_severity, line) => keep(line), status: keep };
  }

  /** Reads a resource back as a refresh does. */
  async inputsSeen(
    type: string,
    id: string,
    inputs: Properties,
    outputs: Properties,
  ): Promise<Properties | undefined> {
    return (await this.handler(type).read(id, { inputs, outputs }, this.call()))?.inputs;
  }
}

/** The error of work that has to fail. */
export async function failure(
  work: Promise<unknown>,
): Promise<Error & { id?: string; outputs?: Properties }> {
  return work.then(
    () => Promise.reject(new Error("it did not fail")),
    (error: unknown) => error as Error,
  );
}
