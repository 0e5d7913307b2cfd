import { ArmError } from "../arm/errors";
import { type Cloud, contentsOf, keyOf } from "../cloud";

/**
 * A definition or a gallery cannot be deleted while it is not empty, nor for a while after the deletion of its last
 * content was reported done: 10 to 90 s (github.com/Azure/azure-rest-api-specs/issues/11559; azure-cli waits 90 s and
 * 30 s in its recording test_gallery_e2e.yaml, 2023-06-25).
 */
export function childDeleted(cloud: Cloud, id: string): void {
  const parent = keyOf(id).split("/").slice(0, -2).join("/");
  contentsOf(cloud).emptied[parent] = {
    until: Date.now() + cloud.work.seconds("emptied") * 1000,
    asked: false,
  };
}

/** Refuses to delete a container that is not, or not known to be, empty, in the service's words. */
export function requireEmpty(cloud: Cloud, id: string, nested: Record<string, unknown>): void {
  const { emptied } = contentsOf(cloud);
  const key = keyOf(id);
  const holds = Object.keys(nested).some((other) => other.startsWith(`${key}/`));
  const settling = emptied[key];
  // The first attempt is always refused, however late: a client that does not retry is detected.
  const isSettling = settling !== undefined && (!settling.asked || settling.until > Date.now());
  if (settling !== undefined && isSettling) settling.asked = true;
  else delete emptied[key];
  if (!holds && !isSettling) return;
  throw new ArmError(
    409,
    "CannotDeleteResource",
    "Can not delete resource before nested resources are deleted.",
  );
}
