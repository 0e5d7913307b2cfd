import { type ObjectIdentity, otherObject } from "../object-identity";

/** {@link otherObject}, but dates less than a second apart are equal. */
export function otherOnAzure(recorded: ObjectIdentity, found: ObjectIdentity): string | undefined {
  const [one, other] = [recorded.createdAt, found.createdAt];
  const near = one && other && Math.abs(Date.parse(one) - Date.parse(other)) < 1000;
  return otherObject(recorded, near ? { ...found, createdAt: one } : found);
}
