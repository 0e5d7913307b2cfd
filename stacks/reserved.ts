import { resolve } from "node:path";
import type { Problem } from "../config/problem";
import { reachedClouds, reservedProblems } from "../config/reserved";
import type { StackConfig } from "../config/stack";
import { CLOUD_LABELS } from "../facts/clouds";
import { readText } from "../facts/read-file";
import { REHEARSAL_KEY_NOTE, REHEARSAL_PASSPHRASE } from "../facts/reserved";
import { listWords } from "../facts/words";

type Env = Readonly<Record<string, string | undefined>>;

/** Values of documentation and rehearsals in a stack that reaches a cloud: of the stack file, and of what is beside it. */
interface ReservedFindings {
  readonly problems: readonly Problem[];
  /** About the passphrase and the release key: whole lines. */
  readonly lines: readonly string[];
}

/** @param project folder that a key file is relative to */
export function findReserved(config: StackConfig, project: string, env: Env): ReservedFindings {
  const problems = reservedProblems(config, env);
  const clouds = reachedClouds(config, env).map((cloud) => CLOUD_LABELS[cloud]);
  if (clouds.length === 0) return { problems, lines: [] };
  const reached = `requests go to ${listWords(clouds)}`;
  const lines = [
    ...(passphraseOf(project, env) === REHEARSAL_PASSPHRASE
      ? [
          `the stack's passphrase is the rehearsal's, which everyone knows, and ${reached}; make the stack with one of your own ` +
            "(PULUMI_CONFIG_PASSPHRASE_FILE), and take the line encryptionsalt out of its file first.",
        ]
      : []),
    ...keyProblem(config, project, env, reached),
  ];
  return { problems, lines };
}

function passphraseOf(project: string, env: Env): string | undefined {
  const { PULUMI_CONFIG_PASSPHRASE: given, PULUMI_CONFIG_PASSPHRASE_FILE: file } = env;
  return given || (file ? textOf(resolve(project, file))?.trim() : undefined);
}

/** Of the key file only the text before the key is looked at. */
function keyProblem(
  { record }: StackConfig,
  project: string,
  { IMPRIMATUR_SIGNING_KEY: named }: Env,
  reached: string,
): string[] {
  if (record === undefined || record.signWith.kms !== undefined || record.signWith.keyless !== undefined)
    return [];
  const file = named || record.signWith.keyFile;
  if (!file || !textOf(resolve(project, file))?.startsWith(REHEARSAL_KEY_NOTE)) return [];
  return [
    `${file}: it is a rehearsal's release key, and ${reached}; name your own with IMPRIMATUR_SIGNING_KEY ` +
      "(`imprimatur init` makes one).",
  ];
}

/** `undefined`: not to be read here, which is reported where the file is needed. */
function textOf(path: string): string | undefined {
  try {
    return readText(path);
  } catch {
    return undefined;
  }
}
