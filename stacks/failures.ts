/**
 * The SDK's rejection of everything that depends on a failed resource (runtime/resource.js of @pulumi/pulumi 3.259).
 */
const TOLD = /\bresource .+ \[[^\]]+\] failed to register$/;

/**
 * Exit code that tells the language host the error was already reported: it adds nothing, and the engine deletes
 * nothing.
 */
const TOLD_ALREADY = 32;

/**
 * With `--continue-on-error` the engine reports the failed resource, and the program continues. Everything that
 * depends on that resource is then rejected, and the SDK shows each rejection as an error of the program, with a
 * stack trace. These are suppressed.
 *
 * The program must still end as failed: resources that were not registered because of a failure are wanted, and after
 * a successful program the engine would delete them (3.259, tried 2026-11-28; `cmd/run/index.js` says so too).
 */
export function leaveFailuresToTheEngine(program: NodeJS.Process = process): void {
  const others = program.listeners("unhandledRejection");
  program.removeAllListeners("unhandledRejection");
  program.on("unhandledRejection", (reason, promise) => {
    if (reason instanceof Error && TOLD.test(reason.message)) program.exitCode = TOLD_ALREADY;
    else others.forEach((listener) => listener.call(program, reason, promise));
  });
}
