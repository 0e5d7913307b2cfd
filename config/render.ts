import { type Locate, locator } from "./locate";
import { formatPath, onOneLine, type Problem, printableText } from "./problem";

/** Source of the values. */
interface ConfigSource {
  /** Path as the user knows it: `stacks/Pulumi.demo.yaml`. */
  readonly file: string;
  /** The file's text: adds line numbers to problems. */
  readonly text?: string;
  /** Top-level keys with secret values, which are not printed. */
  readonly secrets?: ReadonlySet<string>;
}

/**
 * The whole message: the number of problems, then one line for each, in file order.
 *
 * @param others lines about other files named by the stack file
 */
export function renderProblems(
  problems: readonly Problem[],
  source: ConfigSource,
  others: readonly string[] = [],
): string {
  const locate = source.text === undefined ? undefined : locator(source.text);
  const lines = problems
    .map((problem) => ({
      line: locate?.(problem.path)?.line ?? 0,
      text: renderProblem(problem, source, locate),
    }))
    .sort((a, b) => a.line - b.line)
    .map(({ text }) => text);
  const all = [...new Set([...lines, ...others])];
  const count = all.length === 1 ? "One problem" : `${all.length} problems`;
  return [`${count} in the stack config; nothing was changed.`, ...all].join("\n");
}

/** `stacks/Pulumi.demo.yaml:12: imprimatur:aws.homeRegion: needs …, but has …. Cure.` */
function renderProblem(
  problem: Problem,
  { file, secrets }: ConfigSource,
  locate: Locate | undefined,
): string {
  const { path, needs, given, cure } = problem;
  const location = locate?.(path);
  const where = location === undefined ? file : `${file}:${location.line}`;
  const hidden = secrets?.has(String(path[0])) ?? false;
  const has = hidden ? "a secret value" : describe(given, location?.written);
  const sentence = given === undefined ? `is missing; needs ${needs}` : `needs ${needs}, but has ${has}`;
  const end = cure && (/[?.!]$/.test(cure) ? cure : `${cure}.`);
  return onOneLine([`${where}: ${formatPath(path)}: ${sentence}.`, end].filter(Boolean).join(" "));
}

function describe(given: unknown, written: string | undefined): string {
  if (typeof given === "number" || typeof given === "boolean") return printableText(written ?? String(given));
  if (given === null) return "nothing";
  if (Array.isArray(given)) return "a list";
  if (typeof given === "object") return "a mapping";
  return printableText(JSON.stringify(given) ?? "nothing");
}
