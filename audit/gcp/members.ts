/** Who may use an image against who should: pure. */
import type { Binding } from "../../clouds/gcp/observe";
import { sameMember } from "../../config/gcp/members";
import { type Finding, finding, type Subject } from "../finding";
import type { ExpectedImage } from "./expectations";

/** The role that lets somebody make disks from an image. */
const IMAGE_USER = "roles/compute.imageUser";

/** @param members who should; Google answers their addresses in lower case, however the stack file spells them */
export function memberFindings(
  subject: Subject,
  { name, project }: ExpectedImage,
  members: readonly string[],
  bindings: readonly Binding[],
): Finding[] {
  const users = bindings.filter(({ role }) => role === IMAGE_USER).flatMap(({ members: held = [] }) => held);
  const isIn = (list: readonly string[], member: string) => list.some((one) => sameMember(one, member));
  const missing = members
    .filter((member) => !isIn(users, member))
    .map((member) =>
      finding(subject, { field: `member ${member}`, expected: IMAGE_USER, found: "none", kind: "missing" }),
    );
  const extra = bindings.flatMap(({ role, members: held = [] }) =>
    held
      .filter((member) => role !== IMAGE_USER || !isIn(members, member))
      .map((member) =>
        finding(subject, {
          field: `member ${member}`,
          expected: "none",
          found: role,
          kind: "extra",
          repair: "none",
          cure: `gcloud compute images remove-iam-policy-binding ${name} --project=${project} --member=${member} --role=${role}`,
        }),
      ),
  );
  return [...missing, ...extra];
}
