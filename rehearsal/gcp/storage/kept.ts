import { GoogleError } from "../errors";
import type { Bucket } from "./bucket";
import type { StoredObject } from "./object";

/**
 * Refuses to delete or overwrite an object under a hold or the bucket's retention policy. Messages and reasons, and
 * that a hold has the reason `forbidden` in place of the documented `objectUnderActiveHold`: a public client's record
 * of production of 2026-09-30; the message for a hold also in the tests of Google's own samples for Ruby and Python.
 * cloud.google.com/storage/docs/bucket-lock and …/object-holds, read 2026-11-29.
 */
export function refuseKept(
  { bucket, name, timeCreated, temporaryHold, eventBasedHold }: StoredObject,
  within: Bucket | undefined,
): void {
  const object = `Object '${bucket}/${name}'`;
  const hold = temporaryHold ? "Temporary" : eventBasedHold ? "Event-Based" : undefined;
  if (hold !== undefined) {
    throw new GoogleError(
      403,
      "forbidden",
      `${object} is under active ${hold} hold and cannot be deleted, overwritten or archived until hold is removed.`,
    );
  }
  const seconds = Number(within?.retentionPolicy?.retentionPeriod ?? 0);
  const until = Date.parse(timeCreated) + seconds * 1000;
  if (seconds === 0 || until <= Date.now()) return;
  throw new GoogleError(
    403,
    "retentionPolicyNotMet",
    `${object} is subject to bucket's retention policy or object retention and cannot be deleted or overwritten until ${new Date(until).toISOString()}`,
  );
}
