import { once } from "node:events";

/** Says that everything is loaded, and begins when it is told: see measure.ts. */
export async function whenAsked(work: () => Promise<void>): Promise<void> {
  const told = once(process.stdin, "data");
  console.log("loaded");
  await told;
  await work();
}
