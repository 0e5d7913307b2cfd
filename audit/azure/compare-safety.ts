/** What somebody forbade of a gallery version that the stack will have to do one day: pure. */
import { freeingCommand, heldUntil } from "../../clouds/azure/held-version";
import type { GalleryVersion } from "../../clouds/azure/observe";
import { type Finding, finding, type Subject } from "../finding";

/**
 * The safety profile is no property that anything of the stack holds after the version was made (`ignoreChanges`), and it says
 * nothing until a deletion is refused. Absent members forbid nothing.
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
