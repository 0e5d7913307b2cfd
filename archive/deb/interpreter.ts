import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fieldsOf } from "../../facts/deb822";
import { ArchiveProblem } from "../problem";
import type { ArchivedPackage, ArchivedSystem } from "./installed";
import { unpackDeb } from "./unpack";

/** dpkg's names of the architectures whose programs this process can run. */
const HERE: Partial<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

/** The image's own Python, of the archive's signed packages. */
export interface Interpreter {
  /** Of the package and so of what it compiles, hex. */
  readonly sha256: string;
  /** Of Python 3. */
  readonly minor: number;
  /** Program and arguments that start it on this machine. */
  readonly command: readonly string[];
}

/**
 * Unpacks the Python that an image has into `folder`, once, with the packages that it needs to start.
 *
 * @returns why there is none, if this machine cannot run it
 * @throws {ArchiveProblem} when a package cannot be read
 */
export async function unpackPython(
  { packages, open }: ArchivedSystem,
  folder: string,
): Promise<Interpreter | string> {
  const found = packages.find(({ name }) => /^python3\.\d+-minimal$/.test(name));
  if (!found) return "the image has no Python";
  const own = process.platform === "linux" ? HERE[process.arch] : undefined;
  if (found.architecture !== own)
    return `this machine cannot run Python for ${found.architecture} to compile their sources`;
  const version = found.name.slice("python".length, -"-minimal".length);
  const target = join(folder, `python-${found.sha256}`);
  if (!existsSync(target)) {
    const unfinished = `${target}.${randomUUID()}`;
    makeFolder(unfinished);
    try {
      for (const each of neededBy(found, packages)) await unpackDeb(await open(each), each.name, unfinished);
      renameSync(unfinished, target);
    } catch (error) {
      rmSync(unfinished, { recursive: true, force: true });
      // Another run was first.
      if (!existsSync(target)) throw error;
    }
  }
  const command = commandIn(target, version);
  if (command === undefined) return "the archive's Python has no dynamic linker among its packages";
  return { sha256: found.sha256, minor: Number(version.split(".")[1]), command };
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw new ArchiveProblem(
      `${folder}: cannot be made (${code}), and the image's Python is unpacked there; set XDG_CACHE_HOME to a folder that can be written`,
    );
  }
}

/** It, its library, and what these two depend on: the C library among them. */
function neededBy(found: ArchivedPackage, packages: readonly ArchivedPackage[]): ArchivedPackage[] {
  const byName = new Map(
    packages
      .filter(({ architecture }) => [found.architecture, "all"].includes(architecture))
      .map((each) => [each.name, each]),
  );
  const needed = new Set([found]);
  for (let depth = 0; depth < 2; depth++)
    for (const { contents } of [...needed])
      for (const name of dependenciesIn(contents.control)) {
        const other = byName.get(name);
        if (other) needed.add(other);
      }
  return [...needed];
}

function dependenciesIn(control: string): string[] {
  const fields = fieldsOf(control);
  return ["pre-depends", "depends"].flatMap((field) =>
    (fields.get(field) ?? "").split(/[,|]/).map((each) => /^\s*([a-z0-9.+-]+)/.exec(each)?.[1] ?? ""),
  );
}

/** By its own dynamic linker and C library: this machine's may be older. */
function commandIn(folder: string, version: string): string[] | undefined {
  const libraries = ["lib", "usr/lib"].flatMap((path) => {
    const multiarch = existsSync(join(folder, path)) ? readdirSync(join(folder, path)) : [];
    return multiarch.filter((name) => name.endsWith("-linux-gnu")).map((name) => join(folder, path, name));
  });
  const linker = libraries
    .flatMap((path) => readdirSync(path).map((name) => join(path, name)))
    .find((file) => /\/ld-linux[\w-]*\.so\.\d+$/.test(file));
  const python = join(folder, "usr/bin", `python${version}`);
  if (linker === undefined) return undefined;
  return [linker, "--library-path", libraries.join(":"), python, "-I", "-S", "-B", "-X", "utf8"];
}
