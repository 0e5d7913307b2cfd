import { RightsBook } from "../asked-rights";
import type { CloudOptions, RunningCloud } from "../cloud";
import { applyFault } from "./control";
import { FaultBook } from "./faults";
import { listen } from "./http";
import { inventory } from "./inventory";
import { World } from "./state/world";

/** The region in shell exports; the stand-in serves all of them. */
const HOME_REGION = "eu-central-1";

/** Starts the stand-in AWS: EC2, EBS direct, IAM, KMS, SSM and STS of all regions and accounts on one loopback port. */
export async function start(options: CloudOptions): Promise<RunningCloud> {
  const log = options.log ?? (() => undefined);
  const world = World.open(options.directory, options.pace, log);
  const faults = new FaultBook(options.pace !== 0);
  const rights = new RightsBook();
  const listening = await listen(world, faults, rights, { port: options.port ?? 0, log });
  const publisher = world.accounts.byName("publisher")!;
  const administrator = world.users.find(publisher.id, "administrator")!;
  const stranger = world.accounts.byName("stranger")!;
  return {
    port: listening.port,
    environment: () => ({
      AWS_ENDPOINT_URL: `http://127.0.0.1:${listening.port}`,
      AWS_ACCESS_KEY_ID: publisher.accessKeyId,
      AWS_SECRET_ACCESS_KEY: publisher.secretAccessKey,
      AWS_REGION: HOME_REGION,
      AWS_DEFAULT_REGION: HOME_REGION,
      // This machine's metadata service and profiles must not influence a rehearsal.
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
      ADMINISTRATOR_AWS_ACCESS_KEY_ID: administrator.accessKeyId,
      ADMINISTRATOR_AWS_SECRET_ACCESS_KEY: administrator.secretAccessKey,
      STRANGER_AWS_ACCESS_KEY_ID: stranger.accessKeyId,
      STRANGER_AWS_SECRET_ACCESS_KEY: stranger.secretAccessKey,
    }),
    inventory: async () => inventory(world),
    rights: (forget) => rights.list(forget),
    fault: (fault) => applyFault(fault, world, faults),
    stop: async () => {
      await listening.close();
      world.close();
    },
  };
}
