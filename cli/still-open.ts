/** Places that the last `up` left open are named in a command's last lines, whatever else failed before the engine's own report. */
import { openIn } from "../config/still-open";
import { readDeployment, stateIn } from "./deployment";
import type { Io } from "./io";

/** Says it in the last lines of a command whose `up` failed; nothing where nothing is open. */
export async function reportOpenPlaces(stack: string, io: Io): Promise<void> {
  const lines = await openPlaces(stack);
  if (lines.length > 0) io.err(["still open:", ...lines.map((line) => `- ${line}`), ""].join("\n"));
}

/** A line for each place that was to be closed and is not, by the state. */
export async function openPlaces(stack: string): Promise<string[]> {
  try {
    return openIn(stateIn(await readDeployment(stack)));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [
      `perhaps what was to be closed: the state could not be read (${why}); \`imprimatur up\` tries again`,
    ];
  }
}
