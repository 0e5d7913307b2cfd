import { readServerFile } from "./place";

/** There is no server for that folder. */
export class NotRunning extends Error {
  constructor(folder: string) {
    super(`no rehearsal is running in ${folder}: 'imprimatur rehearsal env' starts one`);
  }
}

/**
 * Sends a request to a folder's server.
 *
 * @throws NotRunning, or Error with the server's refusal
 */
export async function ask(
  folder: string,
  method: "GET" | "POST",
  what: string,
  body?: unknown,
): Promise<unknown> {
  const server = readServerFile(folder);
  if (!server) throw new NotRunning(folder);
  let response: Response;
  try {
    response = await fetch(`http://127.0.0.1:${server.port}/${what}`, {
      method,
      headers: { authorization: `Bearer ${server.token}` },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new NotRunning(folder);
  }
  // After a crash another program may have the port: that counts as not running.
  if (response.status === 403) throw new NotRunning(folder);
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error((answer as { error: string }).error);
  return answer;
}

export async function isRunning(folder: string): Promise<boolean> {
  try {
    await ask(folder, "GET", "environment");
    return true;
  } catch (error) {
    if (error instanceof NotRunning) return false;
    throw error;
  }
}
