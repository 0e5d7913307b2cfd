import { ArmError } from "../arm/errors";
import { type Cloud, contentsOf, keyOf, SECONDS } from "../cloud";

/**
 * A definition or a gallery cannot be deleted while it holds something, nor for a while after the deletion of the last
 * thing in it was reported done: 10 to 90 s (github.com/Azure/azure-rest-api-specs/issues/11559; azure-cli waits 90 s
 * and 30 s in its recording test_gallery_e2e.yaml, 2023-06-25).
 */
export function childDeleted(cloud: Cloud, id: string): void {
  const parent = keyOf(id).split("/").slice(0, -2).join("/");
  contentsOf(cloud).emptied[parent] = Date.now() + SECONDS.emptied * 1000 * cloud.work.pace;
}

/** Refuses to delete what holds something, or is not known to be empty yet, in the service's words. */
export function requireEmpty(cloud: Cloud, id: string, nested: Record<string, unknown>): void {
  const { emptied } = contentsOf(cloud);
  const key = keyOf(id);
  const holds = Object.keys(nested).some((other) => other.startsWith(`${key}/`));
  const due = emptied[key];
  // Without delays the first attempt is refused all the same: a client that does not try again is found out.
  if (due !== undefined && (cloud.work.pace === 0 || due <= Date.now())) delete emptied[key];
  const isSettling = due !== undefined && (cloud.work.pace === 0 || due > Date.now());
  if (!holds && !isSettling) return;
  throw new ArmError(
    409,
    "CannotDeleteResource",
    "Can not delete resource before nested resources are deleted.",
  );
}
