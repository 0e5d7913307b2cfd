/** What the last `up` was to close and did not: by the state alone, so that it is said whatever else failed before the engine's own report. */
import { Deployment, type StateResource, texts } from "../audit/deployment";
import { type BegunClosings, inDoubt, keyOf } from "../config/begun";
import { askEngine } from "./engine";
import type { Io } from "./io";

const LIFECYCLE = "imprimatur:index:Lifecycle";
const REMOVAL = "imprimatur:index:RemovalClosing";
const CLOSING = /^imprimatur:\w+:\w+Closing$/;

/** Says it in the last lines of a command whose `up` failed; nothing where nothing is open. */
export async function reportOpenPlaces(stack: string, io: Io): Promise<void> {
  const lines = await openOf(stack);
  if (lines.length > 0) io.err(["still open:", ...lines.map((line) => `- ${line}`), ""].join("\n"));
}

async function openOf(stack: string): Promise<string[]> {
  try {
    return openIn(Deployment.parse(await askEngine(["stack", "export", "--stack", stack])));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [
      `perhaps what was to be closed: the state could not be read (${why}); \`imprimatur up\` tries again`,
    ];
  }
}

/** A line for each place: what its closing said, or that it was begun and nobody knows how it ended. */
export function openIn(deployment: Deployment): string[] {
  const begun = deployment.ofType(LIFECYCLE)[0]?.outputs.begun as BegunClosings | undefined;
  const tried = deployment.ofType(REMOVAL)[0]?.outputs.tried as
    Readonly<Record<string, { closings?: unknown }>> | undefined;
  return deployment.resources
    .filter(({ type }) => CLOSING.test(type))
    .flatMap((closing) => [...texts([closing.outputs.open].flat()), ...doubtsOf(closing, begun, tried ?? {})])
    .filter(Boolean);
}

/** @param tried what the closing of removed places has seen to the end, as `provider/removal-closing.ts` keeps it */
function doubtsOf(
  { type, urn, id, outputs }: StateResource,
  begun: BegunClosings | undefined,
  tried: Readonly<Record<string, { closings?: unknown }>>,
): string[] {
  const { closings } = outputs;
  const key = keyOf({ type, name: urn.slice(urn.lastIndexOf("::") + 2) });
  const from =
    typeof closings === "number" && tried[key]?.closings !== closings ? inDoubt(begun, key, closings) : [];
  if (from.length === 0) return [];
  const who = from.map((one) => (one === "public" ? "everyone" : one)).join(", ");
  const place = id.replace(/\/closing$/, "");
  return [
    `${place} is perhaps still open for ${who}: nobody knows how its closing ended; \`imprimatur up\` tries again`,
  ];
}
