import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Who } from "./aws";

/** A request to the stand-in Google Cloud without any client: `path` as in Google's documentation, below the host. */
export async function askGoogle(
  env: Record<string, string>,
  path: string,
  who: Who = "publisher",
): Promise<Response> {
  const token = env[who === "stranger" ? "STRANGER_GCP_TOKEN" : "GCP_TOKEN"];
  const answer = await fetch(`${env.STORAGE_EMULATOR_HOST}${path}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  if (!answer.ok) throw new Error(`GET ${path} as ${who}: ${answer.status} ${await answer.text()}`);
  return answer;
}

/** Writes an image, by its `projects/…` id, to a file: what Google itself shows nobody, and the stand-in does. */
export async function downloadImage(env: Record<string, string>, id: string, file: string): Promise<void> {
  const [, project, , , image] = id.split("/");
  const answer = await askGoogle(env, `/rehearsal/images/${project}/${image}/disk.raw`);
  await pipeline(Readable.fromWeb(answer.body as never), createWriteStream(file));
}
