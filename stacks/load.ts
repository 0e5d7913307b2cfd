import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { ReleaseBuild } from "../components/cloud";
import { isNoSuchFile } from "../config/no-such-file";
import type { Problem } from "../config/problem";
import { parseStackConfig } from "../config/parse";
import { compareVersions } from "../config/release";
import { renderProblems } from "../config/render";
import type { StackConfig, StackInput } from "../config/stack";
import { projectFolder } from "../facts/project";
import { readText as readFile } from "../facts/read-file";
import { engineValues } from "./engine-values";
import { imageFilesOf } from "./image-files";
import { unreadSettings } from "./provider-settings";
import { findReserved } from "./reserved";

export interface LoadedStack {
  readonly config: StackConfig;
  /**
   * Each release with its image file, newest first: a replacement is created before the replaced one is deprecated.
   */
  readonly builds: readonly ReleaseBuild[];
}

/**
 * The stack's config and its image files: everything the program reads. No raw disk, no cloud, no clock, so a preview
 * is the same on every machine.
 *
 * @throws `pulumi.RunError` with every problem in one message
 */
export function loadStack(): LoadedStack {
  const file = `stacks/Pulumi.${pulumi.getStack()}.yaml`;
  const all = pulumi.runtime.allConfig();
  const project = projectFolder();
  const assembled = assembleIn(project, engineValues(all));
  const unread = unreadSettings(all, file);
  if (assembled.stack && unread.length === 0) return assembled.stack;
  const { problems, lines } = assembled.stack ? { problems: [], lines: [] } : assembled;
  const text = readText(join(project, file), file);
  const secrets = secretKeys(process.env);
  throw new pulumi.RunError(renderProblems(problems, { file, secrets, text }, [...lines, ...unread]));
}

/**
 * A stack from values of a program, as a stack file has them: `{ product, releases, aws, … }`.
 *
 * @throws `pulumi.RunError` with every problem in one message
 */
export function stackOf(values: StackInput): LoadedStack {
  const assembled = assembleIn(projectFolder(), { ...values });
  if (assembled.stack) return assembled.stack;
  const { problems, lines } = assembled;
  throw new pulumi.RunError(renderProblems(problems, { file: "the program" }, lines));
}

/**
 * Keys of this project whose values contain a secret, which a program receives in clear text: the engine names them
 * in this variable (runtime/config.js of @pulumi/pulumi 3.259, `isConfigSecret`, which is internal).
 */
export function secretKeys({ PULUMI_CONFIG_SECRET_KEYS: names = "[]" }: NodeJS.ProcessEnv): Set<string> {
  const prefix = "imprimatur:";
  const keys = JSON.parse(names) as string[];
  return new Set(keys.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length)));
}

/** A valid stack, or all its problems: those of the stack file, and lines about its image files. */
type AssembledStack =
  | { readonly stack: LoadedStack }
  | { readonly stack?: undefined; readonly problems: readonly Problem[]; readonly lines: readonly string[] };

/**
 * The pure part of {@link loadStack}: `read` returns a file's text, or `undefined` when there is no such file, and
 * throws {@link UnreadableFile} where it cannot be read.
 */
export function assembleStack(
  values: Readonly<Record<string, unknown>>,
  read: (path: string) => string | undefined,
): AssembledStack {
  const { imageFiles, problems, lines } = imageFilesOf(values, read);
  const images = new Map([...imageFiles].map(([path, { images }]) => [path, images]));
  const { config, problems: ofConfig = [] } = parseStackConfig(values, { images });
  if (config === undefined || problems.length + lines.length > 0) {
    return { problems: [...ofConfig, ...problems], lines };
  }
  const builds = config.releases.flatMap((release) => {
    const imageFile = imageFiles.get(release.imageFile);
    return imageFile === undefined ? [] : [{ release, imageFile }];
  });
  builds.sort((a, b) => compareVersions(b.release.version, a.release.version));
  return { stack: { config, builds } };
}

/** {@link assembleStack} with the files of a project; values that must not reach a cloud are problems too. */
function assembleIn(project: string, values: Readonly<Record<string, unknown>>): AssembledStack {
  const assembled = assembleStack(values, (path) => readText(join(project, path), path));
  if (!assembled.stack) return assembled;
  const reserved = findReserved(assembled.stack.config, project, process.env);
  return reserved.problems.length + reserved.lines.length === 0 ? assembled : reserved;
}

function readText(path: string, shown: string): string | undefined {
  try {
    return readFile(path, { shown });
  } catch (error) {
    if (isNoSuchFile(error)) return undefined;
    throw error;
  }
}
