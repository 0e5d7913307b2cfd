/**
 * A cloud's own identity of an object. Names and paths are reused: an image that is deleted and recreated under the
 * same name has the same id but perhaps other bytes.
 */
export interface ObjectIdentity {
  /** The cloud's own unique id: `id` of a Compute Engine image, `uniqueId` of an Azure gallery version. */
  readonly uid?: string | undefined;
  /** Creation time, RFC 3339, as the cloud spells it. */
  readonly createdAt?: string | undefined;
}

/**
 * The mismatch between a recorded object and the one found under its name. Only values that both sides have are
 * compared (an empty text is no value): records of older versions pass. Instants are compared, not spellings
 * (Google's `2026-11-20T05:00:00.000-08:00` is `2026-11-20T13:00:00Z`).
 *
 * @returns `undefined`: no mismatch
 */
export function otherObject(recorded: ObjectIdentity, found: ObjectIdentity): string | undefined {
  const differs =
    recorded.uid && found.uid
      ? recorded.uid !== found.uid
      : !sameInstant(recorded.createdAt, found.createdAt);
  if (!differs) return undefined;
  return `another object has its name now: ${spelled(found)}; the recorded one is ${spelled(recorded)}`;
}

function sameInstant(one: string | undefined, other: string | undefined): boolean {
  return !one || !other || Date.parse(one) === Date.parse(other);
}

function spelled({ uid, createdAt }: ObjectIdentity): string {
  return [...(uid ? [`id ${uid}`] : []), ...(createdAt ? [`made at ${createdAt}`] : [])].join(", ");
}
