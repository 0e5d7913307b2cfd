/** Restrictions set by others on a gallery version that will block the stack later. Pure. */
import { freeingCommand, heldUntil } from "../../clouds/azure/held-version";
import type { GalleryVersion } from "../../clouds/azure/api/galleries";
import { type Finding, finding, type Subject } from "../finding";

/**
 * No resource of the stack manages the safety profile after creation (`ignoreChanges`), and it has no effect until a
 * deletion is refused. Absent members restrict nothing.
 */
export function safetyFindings(
  subject: Subject,
  { id, properties: { safetyProfile = {}, publishingProfile } }: GalleryVersion,
): Finding[] {
  const { allowDeletionOfReplicatedLocations: leaves } = safetyProfile;
  const until = heldUntil({ properties: { safetyProfile, publishingProfile } });
  // learn.microsoft.com/powershell/module/az.compute/update-azgalleryimageversion, read 2026-11.
  const command = (change: string) => `Update-AzGalleryImageVersion -ResourceId ${id} ${change}`;
  return [
    ...(until !== undefined
      ? [
          finding(subject, {
            field: "deletion protection",
            expected: "none",
            found: until,
            kind: "extra",
            repair: "none",
            cure: `before it is withdrawn or deleted: ${freeingCommand(id)}`,
          }),
        ]
      : []),
    ...(leaves === false
      ? [
          finding(subject, {
            field: "removal from regions",
            expected: "allowed",
            found: "forbidden",
            kind: "changed",
            repair: "none",
            cure: `the next \`pulumi up\` that changes its regions allows it; at once: ${command("-AllowDeletionOfReplicatedLocation $true")}`,
          }),
        ]
      : []),
  ];
}
