/**
 * A cloud's own identity of an object. Names and paths can be used again: an image that is deleted and made anew under the
 * same name has the same id in every other sense, and other bytes perhaps.
 */
export interface ObjectIdentity {
  /** The cloud's own unique id: `id` of a Compute Engine image, `uniqueId` of an Azure gallery version. */
  readonly uid?: string | undefined;
  /** When the cloud says that it was made, RFC 3339, as the cloud spells it. */
  readonly createdAt?: string | undefined;
}

/**
 * What is wrong with the identity of an object that was found under a recorded name. Only what both sides tell is
 * compared (an empty text tells nothing): records of older versions pass. Instants are compared, not spellings
 * (`2026-11-20T05:00:00.000-08:00` of Google's is `2026-11-20T13:00:00Z`).
 *
 * @returns `undefined`: nothing speaks against its being the recorded one
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
