/** What the SDK rejects everything with that hangs on a resource that failed (runtime/resource.js of @pulumi/pulumi 3.259). */
const TOLD = /\bresource .+ \[[^\]]+\] failed to register$/;

/** By this the language host knows that the user has been told: it adds nothing, and the engine deletes nothing. */
const TOLD_ALREADY = 32;

/**
 * With `--continue-on-error` the engine says which resource failed, and the program goes on. What hangs on that resource is
 * rejected then, and the SDK shows each rejection as a fault of the program, with a stack trace. It is none: it is not shown.
 *
 * The program still ends as a failed one. What was not registered because of a failure is wanted all the same, and after a
 * program that ended well the engine deletes it (3.259, tried 2026-11-28; `cmd/run/index.js` says so too).
 */
export function leaveFailuresToTheEngine(program: NodeJS.Process = process): void {
  const others = program.listeners("unhandledRejection");
  program.removeAllListeners("unhandledRejection");
  program.on("unhandledRejection", (reason, promise) => {
    if (reason instanceof Error && TOLD.test(reason.message)) program.exitCode = TOLD_ALREADY;
    else others.forEach((listener) => listener.call(program, reason, promise));
  });
}
