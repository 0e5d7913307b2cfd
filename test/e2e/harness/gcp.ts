import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Who } from "./aws";

/**
 * A request to the stand-in Google Cloud without any client: `path` as in Google's documentation, without the host.
 */
export async function askGoogle(
  env: Record<string, string>,
  path: string,
  who: Who = "publisher",
): Promise<Response> {
  const token = env[who === "stranger" ? "STRANGER_GCP_TOKEN" : "ADMINISTRATOR_GCP_TOKEN"];
  const answer = await fetch(`${env.STORAGE_EMULATOR_HOST}${path}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  if (!answer.ok) throw new Error(`GET ${path} as ${who}: ${answer.status} ${await answer.text()}`);
  return answer;
}

/**
 * The response to a stranger about an image or a family, by its `projects/…` id; `undefined`: not visible to
 * strangers, or not there.
 */
export async function seesOnGoogle(
  env: Record<string, string>,
  id: string,
): Promise<{ name: string } | undefined> {
  const answer = await fetch(`${env.STORAGE_EMULATOR_HOST}/compute/v1/${id}`, {
    headers: { authorization: `Bearer ${env.STRANGER_GCP_TOKEN}` },
  });
  if (answer.ok) return (await answer.json()) as { name: string };
  if ([403, 404].includes(answer.status)) return undefined;
  throw new Error(`GET ${id} as stranger: ${answer.status} ${await answer.text()}`);
}

/** Writes an image, by its `projects/…` id, to a file: Google itself offers no such download, the stand-in does. */
export async function downloadImage(env: Record<string, string>, id: string, file: string): Promise<void> {
  const [, project, , , image] = id.split("/");
  const answer = await askGoogle(env, `/rehearsal/images/${project}/${image}/disk.raw`);
  await pipeline(Readable.fromWeb(answer.body as never), createWriteStream(file));
}

/** A change that the publisher makes without any client and without this project; waits until it is done. */
export async function changeGoogle(
  env: Record<string, string>,
  method: "POST" | "PATCH" | "DELETE",
  path: string,
  body?: object,
): Promise<unknown> {
  const answer = await fetch(`${env.STORAGE_EMULATOR_HOST}${path}`, {
    method,
    headers: { authorization: `Bearer ${env.ADMINISTRATOR_GCP_TOKEN}`, "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  let operation = (text === "" ? {} : JSON.parse(text)) as {
    kind?: string;
    name?: string;
    status?: string;
    error?: unknown;
  };
  const project = /projects\/([^/]+)/.exec(path)?.[1];
  while (operation.kind === "compute#operation" && operation.status !== "DONE") {
    const poll = await askGoogle(env, `/compute/v1/projects/${project}/global/operations/${operation.name}`);
    operation = (await poll.json()) as typeof operation;
  }
  if (operation.error) throw new Error(`${method} ${path}: ${JSON.stringify(operation.error)}`);
  return operation;
}
