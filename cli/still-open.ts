/**
 * Places that the last `up` failed to close: from the state alone, so that they are reported whatever else failed
 * before the engine's own report.
 */
import { Deployment, type StateResource, texts } from "../audit/deployment";
import { type BegunClosings, inDoubt, keyOf } from "../config/begun";
import { askEngine } from "./engine";
import type { Io } from "./io";

const LIFECYCLE = "imprimatur:index:Lifecycle";
const REMOVAL = "imprimatur:index:RemovalClosing";
const CLOSING = /^imprimatur:\w+:\w+Closing$/;

/** Prints them at the end of a command whose `up` failed; nothing if none is open. */
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

/** A line for each place: its closing's report, or that the closing began and its outcome is unknown. */
export function openIn(deployment: Deployment): string[] {
  const begun = deployment.ofType(LIFECYCLE)[0]?.outputs.begun as BegunClosings | undefined;
  const tried = deployment.ofType(REMOVAL)[0]?.outputs.tried as
    Readonly<Record<string, { closings?: unknown }>> | undefined;
  return deployment.resources
    .filter(({ type }) => CLOSING.test(type))
    .flatMap((closing) => [...texts([closing.outputs.open].flat()), ...doubtsOf(closing, begun, tried ?? {})])
    .filter(Boolean);
}

/** @param tried outcomes of the closing of removed places, as recorded by `provider/removal-closing.ts` */
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
