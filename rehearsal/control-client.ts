import { readServerFile } from "./place";

/** Nobody answers in that folder. */
export class NotRunning extends Error {
  constructor(folder: string) {
    super(`no rehearsal is running in ${folder}: 'imprimatur rehearsal env' starts one`);
  }
}

/** Asks the server that runs in a folder. @throws NotRunning, or Error with what the server refused. */
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
  // After a crash the port may be another program's: that is not our server either.
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
