/**
 * The reader of stdout may have closed it (`| head -1`), or its disk may be full (`> /dev/full`). Node throws both at
 * an arbitrary point; here the former is ignored and the latter reported in a line.
 */
export function withstandClosedOutput(): void {
  let isSaid = false;
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    // A reader that closes the pipe is done.
    if (error.code === "EPIPE" || isSaid) return;
    isSaid = true;
    const reason = error.code === "ENOSPC" ? "no space is left there" : (error.code ?? error.message);
    process.stderr.write(`imprimatur: the result cannot be written to standard output: ${reason}\n`);
    // Overrides the command's exit code: a lost result is a failure.
    process.once("exit", () => (process.exitCode = 1));
  });
  // A closed terminal needs no message.
  process.stderr.on("error", () => {});
}
