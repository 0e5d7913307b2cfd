import { execFileSync } from "node:child_process";
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MIB } from "../../facts/units";

/** Where the two file systems are in the disk of `npm run image:debian`: tools/image-debian.ts. */
const ESP = MIB;
const ROOT = 257 * MIB;

/** A copy of the Debian disk that is changed in place: debugfs(8) for the root, mtools for the EFI system partition. */
export class SpoiledDisk {
  private readonly folder = mkdtempSync(join(tmpdir(), "spoiled-"));
  readonly path = join(this.folder, "disk.raw");

  constructor(original: string) {
    execFileSync("cp", ["--sparse=always", "--reflink=auto", original, this.path]);
  }

  /** A file's content. */
  read(path: string): Buffer {
    const out = join(this.folder, "read");
    rmSync(out, { force: true });
    this.debugfs(`dump "${path}" ${out}`);
    return readFileSync(out);
  }

  /** Writes a file, in place of one that is there, with these permissions. */
  write(path: string, content: Buffer | string, mode = 0o644): void {
    const from = join(this.folder, "write");
    writeFileSync(from, content);
    this.debugfs(
      `rm "${path}"`,
      `write ${from} "${path}"`,
      `sif "${path}" mode 0${(0o100_000 | mode).toString(8)}`,
    );
  }

  /** Changes a file's content, and keeps its permissions. */
  edit(path: string, change: (content: Buffer) => Buffer | string, mode = 0o644): void {
    this.write(path, change(this.read(path)), mode);
  }

  link(path: string, target: string): void {
    this.debugfs(`rm "${path}"`, `symlink "${path}" "${target}"`);
  }

  debugfs(...commands: string[]): void {
    const file = join(this.folder, "commands");
    writeFileSync(file, `${commands.join("\n")}\n`);
    execFileSync("/usr/sbin/debugfs", ["-w", "-f", file, `${this.path}?offset=${ROOT}`], { stdio: "ignore" });
  }

  /** What debugfs(8) answers. */
  ask(request: string): string {
    return execFileSync("/usr/sbin/debugfs", ["-R", request, `${this.path}?offset=${ROOT}`], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  }

  /** Writes these bytes of the disk. */
  raw(position: number, bytes: Buffer): void {
    const file = openSync(this.path, "r+");
    writeSync(file, bytes, 0, bytes.length, position);
    closeSync(file);
  }

  /** Writes other bytes in place of the first of these in the EFI system partition. */
  rawReplace(before: Buffer, after: Buffer): void {
    const file = openSync(this.path, "r");
    const bytes = Buffer.alloc(ROOT - ESP);
    readSync(file, bytes, 0, bytes.length, ESP);
    closeSync(file);
    const at = bytes.indexOf(before);
    if (at < 0) throw new Error(`nothing to spoil: ${before.toString()}`);
    this.raw(ESP + at, after);
  }

  /** A file of the EFI system partition. */
  readEsp(path: string): Buffer {
    return execFileSync("mtype", ["-i", `${this.path}@@${ESP}`, `::${path}`], this.mtools());
  }

  writeEsp(path: string, content: Buffer | string): void {
    const from = join(this.folder, "esp");
    writeFileSync(from, content);
    execFileSync("mcopy", ["-o", "-i", `${this.path}@@${ESP}`, from, `::${path}`], this.mtools());
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private mtools() {
    return { env: { ...process.env, MTOOLS_SKIP_CHECK: "1" }, maxBuffer: 512 * MIB };
  }
}
