import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parse, stringify } from "yaml";
import { readStackFile } from "../../cli/stack";
import { applyProposals, type Edit } from "../../config/edit";
import { type ImageFile, writeImageFile } from "../../config/image-file";
import { nestsTooDeeply } from "../../config/nesting";
import { renderProblems } from "../../config/render";
import { engineValues } from "../../stacks/engine-values";
import { assembleStack } from "../../stacks/load";
import { Random } from "../unit/guards/random";
import { faultIn, faultOf, type Judged, type Kind } from "./kind";
import { programFault } from "./program";
import { mutatedText } from "./texts";
import { mutatedValue } from "./values";

const ROOT = path.join(__dirname, "../..");
const FILE = "stacks/Pulumi.mutant.yaml";
const IMAGE_FILE = "images/demo/20261120.0.json";
const EDITS: readonly Edit[] = [
  { version: "20261120.0", to: "withdrawn", dates: { reason: "It is bad" } },
  { version: "20261120.0", to: "deprecated", dates: { deprecateOn: "2027-01-01T00:00:00Z" } },
  { version: "20261120.0", to: "removed", dates: {} },
];

interface Mutant {
  readonly text: string | Buffer;
  readonly image: string | Buffer;
}

/**
 * Stack files and image files, through everything that reads them first: the commands' reading and the program's, the
 * program itself where both accept, and the edits of `withdraw` and its siblings.
 */
export const CONFIGS: Kind = {
  what: "stack files and image files",
  count: 10_000,
  limit: 5000,
  async prepare(folder) {
    const stacks = [
      readFileSync(path.join(ROOT, "stacks/Pulumi.demo.yaml"), "utf8"),
      readFileSync(path.join(__dirname, "full-stack.yaml"), "utf8"),
    ];
    const image = readFileSync(path.join(ROOT, IMAGE_FILE), "utf8");
    for (const file of [FILE, IMAGE_FILE])
      mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
    return async (seed) => {
      const began = process.cpuUsage();
      const made = mutant(new Random(seed), stacks, image);
      const { user, system } = process.cpuUsage(began);
      return { ...(await judge(folder, made)), making: (user + system) / 1000 };
    };
  },
};

function mutant(random: Random, stacks: readonly string[], image: string): Mutant {
  const text = random.one(stacks);
  const way = random.next();
  if (way < 0.15) return { text: mutatedText(text, random), image };
  if (way < 0.2) return { text, image: mutatedText(image, random) };
  if (way < 0.35) return { text, image: mutatedImage(image, random) };
  const mutated = mutatedValue(parse(text), random);
  // Anchors and aliases appear where the same object is used twice.
  return { text: written(mutated, random), image };
}

function written(value: unknown, random: Random): string {
  // `undefined` becomes an empty file.
  const json = () => JSON.stringify(value) ?? "";
  try {
    return random.chance(0.3) ? json() : (stringify(value, { aliasDuplicateObjects: true }) ?? "");
  } catch {
    return json();
  }
}

/** Mostly with a correct seal, so that the contents are believed. */
function mutatedImage(text: string, random: Random): string {
  const { seal, schemaVersion, ...content } = JSON.parse(text) as ImageFile;
  const mutated = mutatedValue(content, random);
  try {
    if (random.chance(0.8)) return writeImageFile(mutated as ImageFile);
  } catch {
    // This value cannot be written as an image file.
  }
  return JSON.stringify({ schemaVersion, ...(mutated as object), seal });
}

async function judge(folder: string, { text, image }: Mutant): Promise<Judged> {
  writeFileSync(path.join(folder, FILE), text);
  writeFileSync(path.join(folder, IMAGE_FILE), image);
  const before = process.cwd();
  process.chdir(folder);
  try {
    const read = readAsCommand();
    // The commands that edit a stack file read it first.
    const edited = read.answer === "accepted" ? editFault(text.toString()) : undefined;
    const program = await asProgram(text.toString(), image.toString());
    const fault = read.fault ?? edited ?? program.fault;
    const answer = `${read.answer} by the commands, ${program.answer} by the program`;
    return fault === undefined ? { answer } : { answer, fault };
  } finally {
    process.chdir(before);
  }
}

function readAsCommand(): Judged {
  try {
    readStackFile("mutant");
    return { answer: "accepted" };
  } catch (error) {
    const fault = faultOf(error) ?? unplaced((error as Error).message);
    return { answer: "refused", ...(fault !== undefined && { fault }) };
  }
}

/** Each line has to name the file and the place in it. */
function unplaced(message: string): string | undefined {
  const [first = "", ...lines] = message.split("\n");
  const all = /^(One problem|\d+ problems) in the stack config/.test(first) ? lines : [first, ...lines];
  const lost = all.find((line) => !/^\s*(stacks\/|images\/|\S.*\.json: )/.test(line));
  if (all.length === 0) return `nothing is said: ${message}`;
  return lost === undefined ? undefined : `a line without a file: ${lost.slice(0, 500)}`;
}

function editFault(text: string): string | undefined {
  for (const edit of EDITS) {
    try {
      applyProposals(text, [edit]);
    } catch (error) {
      const fault = faultOf(error);
      if (fault !== undefined) return fault;
    }
  }
  return undefined;
}

/**
 * The values as the engine passes them. The engine reads YAML with another library, so text that is not YAML for ours
 * is not judged.
 */
async function asProgram(text: string, image: string): Promise<Judged> {
  let handed: Record<string, string>;
  // The engine's own library has its own limits; nesting this deep would end this process.
  if (nestsTooDeeply(text)) return { answer: "not read" };
  try {
    const { config } = parse(text) as { config: Record<string, unknown> };
    handed = Object.fromEntries(
      Object.entries(config).map(([key, value]) => [
        key,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
    );
  } catch {
    return { answer: "not read" };
  }
  try {
    const read = (file: string) => (file === IMAGE_FILE ? image : undefined);
    const { stack, ...refused } = assembleStack(engineValues(handed), read);
    if (stack !== undefined) {
      const fault = await programFault(stack);
      return { answer: "accepted", ...(fault !== undefined && { fault }) };
    }
    const { problems, lines } = refused as { problems: []; lines: readonly string[] };
    const message = renderProblems(problems, { file: FILE, text }, lines);
    const fault = faultIn(message) ?? unplaced(message);
    return { answer: "refused", ...(fault !== undefined && { fault }) };
  } catch (error) {
    return { answer: "refused", fault: faultOf(error) ?? "thrown, and not told" };
  }
}
