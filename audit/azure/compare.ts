/** Expected versus actual objects on Azure. Pure. */
import type { Tracked } from "../../clouds/azure/api/groups";
import type { ManagedDisk } from "../../clouds/azure/api/disks";
import { identityOfDisk } from "../../clouds/azure/object-identity";
import { otherOnAzure } from "../../config/azure/object-identity";
import type { ObjectIdentity } from "../../config/object-identity";
import { type Finding, finding, missingObject, type Subject, tagFindings } from "../finding";
import { formatIdentity } from "../identity";
import { type ExpectedDisk, type ExpectedThing } from "./expectations";
import { subjectOf } from "./subject";

/** The same name does not prove the same object. */
export function identityFindings(
  subject: Subject,
  expected: ObjectIdentity | undefined,
  found: ObjectIdentity,
): Finding[] {
  if (expected === undefined || otherOnAzure(expected, found) === undefined) return [];
  return [
    finding(subject, {
      field: "identity",
      expected: formatIdentity(expected),
      found: formatIdentity(found),
      kind: "changed",
      cure: "somebody made it anew under its name: `pulumi up --refresh` reads it back, and stops if it is not the inspected disk",
    }),
  ];
}

export function compareDisk(
  expected: ExpectedDisk,
  seen: (Partial<Tracked> & ManagedDisk) | undefined,
): Finding[] {
  const subject = subjectOf("disk", expected.id, expected.release);
  if (seen === undefined) {
    return [missingObject(subject, "`pulumi up --refresh` makes it again, and uploads the raw disk")];
  }
  const waits = ["ReadyToUpload", "ActiveUpload"].includes(seen.properties.diskState ?? "");
  return [
    ...tagFindings(subject, expected.tags, seen.tags ?? {}, { whole: true }),
    ...identityFindings(subject, expected.identity, identityOfDisk(seen)),
    ...(waits
      ? [
          finding(subject, {
            field: "content",
            expected: "uploaded",
            found: "waits for bytes",
            kind: "missing",
          }),
        ]
      : []),
    ...(["ActiveSAS", "ActiveSASFrozen"].includes(seen.properties.diskState ?? "")
      ? [
          finding(subject, {
            field: "read link",
            expected: "none",
            found: "granted, perhaps by a verification that was killed",
            kind: "extra",
            repair: "none",
            cure: `unless a \`pulumi up\` is at work: az disk revoke-access --ids ${expected.id}`,
          }),
        ]
      : []),
  ];
}

export function compareGroup(expected: ExpectedThing, seen: Tracked | undefined): Finding[] {
  const subject = subjectOf("resource group", expected.id);
  if (seen === undefined)
    return [missingObject(subject, "`pulumi up --refresh` makes it again, with all that was in it")];
  return tagFindings(subject, expected.tags, seen.tags ?? {}, { whole: true });
}
