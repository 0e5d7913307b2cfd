/** Runs `imprimatur try` in a rehearsed checkout, and interrupts it at a point. */
import type { Cloud } from "../../facts/clouds";
import { spawn } from "node:child_process";
import fs from "node:fs";
import { killAll, processTree } from "../e2e/harness/process-tree";
import type { Rehearsed } from "../e2e/harness/rehearsed";
import type { Point } from "./points";

/**
 * Interruptions: asked to stop by Ctrl-C or by `kill`; asked twice; killed with all that it started, or alone; its
 * terminal closed.
 */
export const WAYS = ["once", "term", "twice", "kill", "alone", "closed"] as const;
export type Way = (typeof WAYS)[number];

interface Happening {
  readonly point: Point;
  readonly way: Way;
}

interface Happened {
  /** `null`: it was killed. */
  readonly status: number | null;
  /** Output of both streams. */
  said: string;
  /** True if it reached the point. */
  readonly happened: boolean;
}

/** Milliseconds between two key presses of a person. */
const PRESSES = 600;
const LOOK = 20;

export function startTry(rehearsed: Rehearsed, cloud: Cloud, happening?: Happening): Promise<Happened> {
  const { checkout, env } = rehearsed;
  const args = [
    "try",
    cloud,
    "--yes",
    "--project",
    "rehearsal-publisher",
    "--transcript",
    checkout.path("try.jsonl"),
  ];
  if (cloud === "aws") args.push("--region", "eu-central-1", "--region", "us-east-1");
  const before = rehearsed.log().length;
  const child = spawn(process.execPath, [checkout.path("cli", "imprimatur.js"), ...args], {
    cwd: checkout.folder,
    env: { ...process.env, ...checkout.own, ...env, XDG_STATE_HOME: checkout.path("state") },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let said = "";
  let happened = false;
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => void (said += text));
  const look = setInterval(() => {
    if (happened || !happening?.point.isTime(rehearsed.log().slice(before), said)) return;
    happened = true;
    happen(happening.way);
  }, LOOK);
  const happen = (way: Way) => {
    const { pid = 0 } = child;
    const tree = processTree(pid);
    if (way === "kill") killAll(tree);
    else if (way === "alone") killAll([pid]);
    else if (way === "term") child.kill("SIGTERM");
    else if (way === "closed") {
      for (const stream of [child.stdout, child.stderr]) stream.destroy();
      child.kill("SIGHUP");
    } else {
      child.kill("SIGINT");
      if (way === "twice") setTimeout(() => child.kill("SIGINT"), PRESSES);
    }
  };
  return new Promise((resolve) => {
    // Processes that it started may hold the streams for longer than it lives.
    child.on("exit", (status) => {
      clearInterval(look);
      setImmediate(() => resolve({ status, said, happened }));
    });
  });
}

/** Files of tries in the checkout: stack files, image files, records, keys. */
export function filesLeft({ checkout }: Rehearsed): string[] {
  return ["images", "records", "stacks", "state/imprimatur/try"].flatMap((folder) => {
    const at = checkout.path(folder);
    return fs.existsSync(at) ? fs.readdirSync(at).filter((name) => name.includes("try-")) : [];
  });
}
