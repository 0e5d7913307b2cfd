import type { Call } from "../call";
import { AwsError } from "../protocol/errors";
import type { Instance } from "../state/records";
import type { World } from "../state/world";

export type InstanceState = "pending" | "running" | "shutting-down" | "terminated" | "stopping" | "stopped";

/** EC2 API reference, InstanceState. */
export const STATE_CODES: Record<InstanceState, number> = {
  pending: 0,
  running: 16,
  "shutting-down": 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

/** "After you terminate an instance, it remains visible in the console for a short while" (EC2 User Guide): an hour here. */
const REMEMBERED = 3_600_000;

export function instanceState(
  { runningAt, stopped, terminated }: Instance,
  world: Pick<World, "now">,
): InstanceState {
  const now = world.now();
  if (terminated) return now >= terminated.by ? "terminated" : "shutting-down";
  if (stopped) return now >= stopped.by ? "stopped" : "stopping";
  return now >= runningAt ? "running" : "pending";
}

/**
 * The caller's own instance.
 *
 * @throws AwsError InvalidInstanceID.NotFound
 */
export function ownInstance(id: string, call: Call): Instance {
  if (!/^i-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id)) {
    throw new AwsError("InvalidInstanceID.Malformed", `Invalid id: "${id}"`);
  }
  const instance = call.world.instances.get(`${call.region}/${id}`);
  if (!instance || instance.owner !== call.account.id || !call.world.isVisible(instance)) {
    throw new AwsError("InvalidInstanceID.NotFound", `The instance ID '${id}' does not exist`);
  }
  return instance;
}

/** Deletes volumes of terminated instances, and after an hour the instances themselves. */
export function reapInstances(world: World): void {
  for (const instance of [...world.instances.values()]) {
    if (instanceState(instance, world) !== "terminated") continue;
    const key = `${instance.region}/${instance.volumeId}`;
    const volume = world.volumes.get(key);
    if (volume?.attachment?.instance === instance.id) {
      if (volume.attachment.deleteOnTermination) {
        world.volumes.delete(key);
        if (volume.map !== undefined) world.maps.drop(volume.map);
      } else world.volumes.set(key, { ...volume, attachment: undefined });
    }
    if (world.now() > instance.terminated!.by + REMEMBERED) {
      world.machines.forget(instance.id);
      world.instances.delete(world.key(instance));
    }
  }
}
