/** Deprecation of an image, set by the stack or by AWS itself. */
import type { Image } from "@aws-sdk/client-ec2";
import { type Finding, finding, sameMinute } from "../finding";
import type { ExpectedImage } from "./expectations";
import { imageSubject } from "./subject";

/** AWS deprecates a public image two years after its creation at the latest (EC2 User Guide, "Deprecate an AMI", 2026-11). */
const OWN_LIMIT_YEARS = 2;

export function deprecationFindings(expected: ExpectedImage, image: Image, now: Date): Finding[] {
  const subject = imageSubject(expected);
  const { deprecationTime: wanted } = expected;
  const found = image.DeprecationTime;
  if (sameMinute(wanted, found) || isDeprecatedSince(wanted, found, now)) return [];
  const difference = { field: "deprecation time", expected: wanted ?? "none", found: found ?? "none" };
  if (found !== undefined && isAwsOwnDate(image, found)) {
    if (wanted === undefined) {
      if (!expected.current || Date.parse(found) > now.getTime()) return [];
      const cure =
        "AWS deprecated it after two years, and others do not find it in lists: publish a newer release";
      return [finding(subject, { ...difference, kind: "hidden", repair: "none", cure })];
    }
    if (Date.parse(wanted) > Date.parse(found)) {
      const cure =
        "AWS deprecates a public image two years after it was made at the latest, and does not take a later date: name an earlier `deprecateOn`";
      return [finding(subject, { ...difference, kind: "changed", repair: "none", cure })];
    }
  }
  if (wanted === undefined) {
    const cure = `the stack file names no \`deprecateOn\`, so \`up\` leaves the date alone: aws ec2 disable-image-deprecation --region ${expected.region} --image-id ${expected.id}`;
    return [finding(subject, { ...difference, kind: "extra", repair: "none", cure })];
  }
  return [finding(subject, { ...difference, kind: found === undefined ? "missing" : "changed" })];
}

/** AWS refuses a date in the past: a past deprecation was set to the time of the request. */
function isDeprecatedSince(wanted: string | undefined, found: string | undefined, now: Date): boolean {
  if (wanted === undefined || found === undefined) return false;
  return Date.parse(wanted) <= Date.parse(found) && Date.parse(found) <= now.getTime() + 60_000;
}

function isAwsOwnDate({ Public, CreationDate }: Image, found: string): boolean {
  if (!Public || CreationDate === undefined) return false;
  const latest = new Date(CreationDate);
  latest.setUTCFullYear(latest.getUTCFullYear() + OWN_LIMIT_YEARS);
  return Math.abs(latest.getTime() - Date.parse(found)) < 86_400_000;
}
