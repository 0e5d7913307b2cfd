import * as pulumi from "@pulumi/pulumi";
import { closeOnClouds, reportOn, resourcesOf } from "../../components/closings";
import { openClouds } from "../../components/open";
import { planStack } from "../../components/plan";
import { ledgerOf } from "../../components/lifecycle";
import { askForKey, recordingOf } from "../../components/record";
import { Release } from "../../components/release";
import type { LoadedStack } from "../../stacks/load";

/**
 * Registers everything that `components/publish.ts` registers for a stack, against Pulumi's mocks: no engine, no cloud.
 *
 * @returns the fault; `undefined`: none
 */
export async function programFault({ config, builds }: LoadedStack): Promise<string | undefined> {
  const failures: unknown[] = [];
  let stop: () => void = () => {};
  const stopped = new Promise<void>((resolve) => (stop = resolve));
  // A resource that depends on a failed one never settles.
  const note = (reason: unknown) => {
    failures.push(reason);
    stop();
  };
  process.on("unhandledRejection", note);
  try {
    await pulumi.runtime.setMocks(
      {
        newResource: ({ name, inputs }) => ({
          id: `${name}-id`,
          state: { ...(inputs as Record<string, unknown>), name, level: "bytes", openFor: [], closings: 0 },
        }),
        call: () => ({}),
      },
      "imprimatur",
      "mutant",
    );
    register({ config, builds });
    await Promise.race([pulumi.runtime.disconnect(), stopped]);
  } catch (error) {
    failures.push(error);
  } finally {
    process.removeListener("unhandledRejection", note);
  }
  const [failure] = failures;
  return failure instanceof Error
    ? failure.stack
    : failure === undefined
      ? undefined
      : JSON.stringify(failure);
}

function register({ config, builds }: LoadedStack): void {
  const plan = planStack(config, { stack: "mutant", builds });
  ledgerOf(plan);
  const closings = closeOnClouds(plan, []);
  const agreed = resourcesOf(closings);
  const recording = recordingOf(config);
  const key = recording && askForKey(config.product.name, recording, builds, { dependsOn: agreed });
  const clouds = openClouds(plan, { after: key ? [...agreed, key] : agreed, closings });
  for (const build of builds) {
    const name = `${config.product.name}-${build.release.version}`;
    new Release(name, { ...build, product: config.product, clouds, recording });
  }
  for (const cloud of clouds) cloud.finish?.();
  const report = reportOn(
    config.product.name,
    closings,
    clouds.flatMap((cloud) => cloud.pointers?.() ?? []),
  );
  for (const cloud of clouds) cloud.settle?.(report);
}
