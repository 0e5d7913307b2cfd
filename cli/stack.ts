import path from "node:path";
import { parseDocument } from "yaml";
import { type ImageFile, readImageFile } from "../config/image-file";
import { LONGEST_STACK_FILE } from "../config/locate";
import { DEEPEST, nestsTooDeeply } from "../config/nesting";
import { isNoSuchFile } from "../config/no-such-file";
import { type ParseOptions, parseStackConfig } from "../config/parse";
import { printableText } from "../config/problem";
import { renderProblems } from "../config/render";
import type { StackConfig } from "../config/stack";
import { readText, UnreadableFile } from "../facts/read-file";
import { askEngine } from "./engine";
import { Refusal } from "./problem";

/** A stack file read without the engine, so without its secrets. */
export interface StackFile {
  readonly stack: string;
  /** Relative to the project's folder: `stacks/Pulumi.demo.yaml`. */
  readonly file: string;
  readonly text: string;
  readonly config: StackConfig;
  /** By the path in a release. */
  readonly imageFiles: ReadonlyMap<string, ImageFile>;
}

/** The given stack, else the selected one. */
export async function stackNamed(given: string | undefined): Promise<string> {
  if (given !== undefined) return given;
  const selected = (await askEngine(["stack", "--show-name"])).trim();
  return selected.split("/").at(-1) ?? selected;
}

/**
 * Reads and validates `stacks/Pulumi.<stack>.yaml` of the project in the current folder.
 *
 * @throws {Refusal} when the file is missing, or with all its problems
 */
export function readStackFile(stack: string): StackFile {
  const file = `stacks/Pulumi.${stack}.yaml`;
  const text = readProjectFile(file);
  if (text.length > LONGEST_STACK_FILE)
    throw new Refusal(
      `${file}: has ${text.length} characters, and a stack file has ${LONGEST_STACK_FILE} at most: make a stack of each product`,
    );
  const values = valuesIn(text, file);
  const imageFiles = new Map<string, ImageFile>();
  const lines: string[] = [];
  for (const name of imageFilesIn(values)) {
    const { imageFile, message } = readImageFile(readProjectFile(name), name);
    if (imageFile === undefined) lines.push(...message.split("\n"));
    else imageFiles.set(name, imageFile);
  }
  const images = new Map([...imageFiles].map(([name, file]) => [name, file.images]));
  const { config, problems = [] } = parseStackConfig(values, { images });
  if (config === undefined || lines.length > 0)
    throw new Refusal(renderProblems(problems, { file, text }, lines));
  return { stack, file, text, config, imageFiles };
}

/**
 * Refuses the text of a stack file that a program has written: rules that only its values together break.
 *
 * @param images by the path in a release; absent: the disks are not known yet
 * @throws {Refusal} with all its problems
 */
export function checkStackText(text: string, file: string, images?: ParseOptions["images"]): void {
  const { problems = [] } = parseStackConfig(valuesIn(text, file), images && { images });
  if (problems.length > 0) throw new Refusal(renderProblems(problems, { file, text }));
}

function valuesIn(text: string, file: string): Record<string, unknown> {
  const { config = {} } = (parseYaml(text, file) ?? {}) as { config?: Record<string, unknown> };
  const prefix = "imprimatur:";
  return Object.fromEntries(
    Object.entries(config ?? {})
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), value]),
  );
}

function parseYaml(text: string, file: string): unknown {
  if (nestsTooDeeply(text))
    throw new Refusal(
      `${file}: its values are nested too deeply: ${DEEPEST} levels at most, and a stack file needs ten`,
    );
  try {
    const document = parseDocument(text);
    const [error] = document.errors;
    if (error) throw new Error(error.message.split("\n")[0]);
    return document.toJS();
  } catch (error) {
    throw new Refusal(`${file}: this is not YAML: ${(error as Error).message}`);
  }
}

function imageFilesIn({ releases }: Record<string, unknown>): string[] {
  if (!Array.isArray(releases)) return [];
  return releases.flatMap((release: unknown) => {
    const { imageFile } = (release ?? {}) as { imageFile?: unknown };
    return typeof imageFile === "string" && /^(?!\/).+\.json$/.test(imageFile) ? [imageFile] : [];
  });
}

function readProjectFile(file: string): string {
  try {
    return readText(path.resolve(file), { shown: printableText(file) });
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    if (!isNoSuchFile(error)) throw new Refusal(error.message);
    throw new Refusal(
      `${printableText(file)}: there is no such file here; run this in the project's folder, or name another --stack`,
    );
  }
}
