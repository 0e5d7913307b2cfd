import { bridgeFolder } from "../../../tools/bridge";

/**
 * Tests in which aws and gcp are served by the real Pulumi bridge (rehearsal/bridge) instead of the stand-in plugins;
 * where it has not been built, skipped tests whose name gives the command to build it.
 */
export function describeWithBridge(name: string, tests: (plugins: string) => void): void {
  const plugins = bridgeFolder();
  if (plugins === undefined) {
    describe(name, () =>
      test.skip("(skipped: build the bridge with 'node tools/bridge.js')", () => undefined),
    );
    return;
  }
  describe(name, () => tests(plugins));
}
