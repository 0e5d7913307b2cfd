/** The stand-in of AWS in a process of its own, without delays: what is measured is the client. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { start } from "../rehearsal/aws/index";

export interface StandIn {
  readonly environment: Record<string, string>;
  readonly stop: () => Promise<void>;
}

/** @param directory for what is uploaded */
export async function startStandIn(directory: string): Promise<StandIn> {
  const child = spawn(process.execPath, [...process.execArgv, __filename, directory], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  for await (const piece of child.stdout) {
    text += String(piece);
    if (text.includes("\n")) break;
  }
  return {
    environment: JSON.parse(text) as Record<string, string>,
    async stop() {
      const ended = once(child, "exit");
      child.kill();
      await ended;
    },
  };
}

async function serve(directory: string): Promise<void> {
  const cloud = await start({ directory, pace: 0 });
  console.log(JSON.stringify(cloud.environment()));
}

if (require.main === module) void serve(process.argv[2] ?? "");
