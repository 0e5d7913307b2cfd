import { type ChildProcess, spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { KIB } from "../../../facts/units";
import type { BlockMap } from "../../store/block-map";
import type { BlockStore } from "../../store/blocks";
import type { Instance } from "../state/records";
import { type MetadataService, serveMetadata } from "./metadata";
import { type Accelerator, findQemu, qemuArguments } from "./qemu";

/** "Only the most recent 64 KB of console output is available" (EC2 API reference, GetConsoleOutput, 2026-11). */
const CONSOLE_BYTES = 64 * KIB;

/**
 * Ends the machine when this process is gone for any reason: standard input closes even if the parent is killed. A
 * shell's background command does not read stdin itself.
 */
const WITH_PARENT = `exec 3<&0
"$@" </dev/null 3<&- & machine=$!
{ cat <&3 >/dev/null; kill -9 $machine 2>/dev/null; } &
wait $machine`;

interface Running {
  child?: ChildProcess;
  metadata?: MetadataService;
  ended: boolean;
}

interface MachineOptions {
  /** Folder of files on this machine, one per instance. */
  readonly folder: string;
  readonly store: BlockStore;
  readonly log: (line: string) => void;
  /** The guest powered off. */
  readonly onPowerOff: (instance: Instance) => void;
}

/** Source of a machine's root volume. */
interface RootVolume {
  readonly map: BlockMap;
  /** Bytes. */
  readonly size: number;
}

/**
 * The machines behind instances: QEMU runs the bytes of the image's snapshot. A machine starts at the first read of
 * its console; an unread instance costs nothing. Without QEMU, or with `IMPRIMATUR_REHEARSAL_MACHINES=none`, consoles
 * stay empty.
 */
export class Machines {
  private readonly running = new Map<string, Running>();
  /** Console texts of images that are not run, by `region/image`: a requested fault. */
  private readonly texts = new Map<string, string>();

  constructor(private readonly options: MachineOptions) {
    // Leftovers of a killed server, whose machines ended with it.
    fs.rmSync(options.folder, { recursive: true, force: true });
  }

  /** Instances of the image show this text and run nothing. */
  setText(region: string, imageId: string, text: string): void {
    this.texts.set(`${region}/${imageId}`, text);
  }

  clearTexts(): void {
    this.texts.clear();
  }

  /** The last 64 KiB of the console; starts the machine at the first read. */
  console(instance: Instance, memory: number, volume: () => RootVolume | undefined): Buffer {
    const text = this.texts.get(`${instance.region}/${instance.imageId}`);
    if (text !== undefined) return Buffer.from(text).subarray(-CONSOLE_BYTES);
    const root = this.running.has(instance.id) ? undefined : volume();
    if (root) this.start(instance, memory, root);
    return this.lastShown(instance.id);
  }

  /** Console output so far; starts nothing. */
  lastShown(id: string): Buffer {
    const file = this.file(id, "console");
    return fs.existsSync(file) ? fs.readFileSync(file).subarray(-CONSOLE_BYTES) : Buffer.alloc(0);
  }

  /** Ends a machine; its console output is kept until it is forgotten. */
  end(id: string): void {
    const running = this.running.get(id);
    if (!running) return;
    running.ended = true;
    running.child?.stdin?.destroy();
    running.metadata?.close();
    for (const name of ["volume", "variables"]) fs.rmSync(this.file(id, name), { force: true });
  }

  forget(id: string): void {
    this.end(id);
    this.running.delete(id);
    fs.rmSync(path.join(this.options.folder, id), { recursive: true, force: true });
  }

  close(): void {
    for (const id of this.running.keys()) this.end(id);
  }

  private start(instance: Instance, memory: number, root: RootVolume): void {
    const running: Running = { ended: false };
    this.running.set(instance.id, running);
    void this.run(instance, memory, root, running).catch((error: unknown) => {
      this.options.log(`machine ${instance.id}: ${error instanceof Error ? error.message : String(error)}`);
    });
  }

  private async run(instance: Instance, memory: number, root: RootVolume, running: Running): Promise<void> {
    const { log, onPowerOff } = this.options;
    const setting = process.env["IMPRIMATUR_REHEARSAL_MACHINES"] ?? "tcg";
    const accelerator = (["kvm", "tcg"] as Accelerator[]).find((each) => each === setting);
    const qemu = accelerator ? findQemu(instance) : `machines are off (${setting})`;
    if (accelerator === undefined || typeof qemu === "string") {
      log(`machine ${instance.id} is not run, its console stays empty: ${JSON.stringify(qemu)}`);
      return;
    }
    const files = {
      volume: this.file(instance.id, "volume"),
      console: this.file(instance.id, "console"),
      variables: this.file(instance.id, "variables"),
    };
    fs.mkdirSync(path.dirname(files.volume), { recursive: true });
    await this.writeVolume(root, files.volume, running);
    if (qemu.firmware) fs.copyFileSync(qemu.firmware.variables, files.variables);
    running.metadata = await serveMetadata(instance);
    if (running.ended) return running.metadata.close();
    const metadataPort = running.metadata.port;
    const args = qemuArguments(instance, qemu, files, { accelerator, memory, metadataPort });
    const child = spawn("/bin/sh", ["-c", WITH_PARENT, "machine", qemu.program, ...args], {
      stdio: ["pipe", "ignore", "pipe"],
    });
    running.child = child;
    child.stderr
      .setEncoding("utf8")
      .on("data", (text: string) => log(`machine ${instance.id}: ${text.trim()}`));
    child.once("exit", (status) => {
      child.stdin.destroy();
      if (!running.ended && status === 0) onPowerOff(instance);
    });
    log(`machine ${instance.id} runs ${instance.imageId} with ${accelerator}`);
  }

  /** Writes the snapshot's blocks to a sparse file of the volume's size. */
  private async writeVolume({ map, size }: RootVolume, file: string, running: Running): Promise<void> {
    const { store } = this.options;
    const target = await fs.promises.open(file, "w", 0o600);
    try {
      await target.truncate(size);
      for (const [index, name] of map.blocks) {
        if (running.ended) return;
        if (store.isZero(name)) continue;
        const data = await store.get(name);
        const at = index * store.blockSize;
        await target.write(data, 0, Math.min(data.length, size - at), at);
      }
    } finally {
      await target.close();
    }
  }

  private file(id: string, name: string): string {
    return path.join(this.options.folder, id, name);
  }
}
