/**
 * Results may go where nobody reads on (`| head -1`) or nothing fits (`> /dev/full`). Node throws both into the middle of
 * whatever runs then; here the one is no problem and the other is said in a line.
 */
export function withstandClosedOutput(): void {
  let isSaid = false;
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    // Whoever closed the pipe has read what they wanted.
    if (error.code === "EPIPE" || isSaid) return;
    isSaid = true;
    const reason = error.code === "ENOSPC" ? "no space is left there" : (error.code ?? error.message);
    process.stderr.write(`imprimatur: the result cannot be written to standard output: ${reason}\n`);
    // After the command has set its own: a result that nobody got is none.
    process.once("exit", () => (process.exitCode = 1));
  });
  // A terminal that was closed takes no words, and needs none.
  process.stderr.on("error", () => {});
}
