import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";

/**
 * Runs a program beside a watcher that reads standard input. A line ends the program. End of input means that this
 * process is gone, perhaps killed: then the folder is removed too, since nothing else will. The program itself reads
 * nothing. When it ends by itself, the watcher is ended first, so that it never kills a reused pid.
 */
const SCRIPT = `exec 3<&0
folder=$1; shift
"$@" </dev/null 3<&- & program=$!
{ if read -r line <&3; then kill -9 $program; else kill -9 $program; rm -rf -- "$folder"; fi; } >/dev/null 2>&1 &
watcher=$!
wait $program; status=$?
kill $watcher 2>/dev/null
exit $status`;

interface Companion {
  readonly child: ChildProcess & { stdin: Writable; stdout: Readable; stderr: Readable };
  /** Ends the program; its streams close when it has ended. */
  readonly end: () => void;
}

/**
 * Starts a program that does not outlive this process, however that ends. It has its own standard output and error.
 *
 * @param folder temporary files of the program
 */
export function startWithParent(program: string, args: readonly string[], folder: string): Companion {
  const child = spawn("/bin/sh", ["-c", SCRIPT, "imprimatur", folder, program, ...args], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  // The program and the watcher have ended.
  child.stdin.on("error", () => {});
  child.once("exit", () => child.stdin.destroy());
  return { child, end: () => void child.stdin.write("end\n") };
}
