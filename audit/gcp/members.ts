/** Actual versus intended grantees of an image. Pure. */
import type { Binding } from "../../clouds/gcp/api/image-policy";
import { sameMember } from "../../config/gcp/members";
import { type Finding, finding, type Subject } from "../finding";
import type { ExpectedImage } from "./expectations";

/** Role for creating disks from an image. */
const IMAGE_USER = "roles/compute.imageUser";

/** @param members intended; Google returns addresses in lower case, whatever the stack file's spelling */
export function memberFindings(
  subject: Subject,
  { name, project }: ExpectedImage,
  members: readonly string[],
  bindings: readonly Binding[],
): Finding[] {
  // A conditional binding is never the stack's: its effect may change with time.
  const isOurs = ({ role, condition }: Binding) => role === IMAGE_USER && !condition;
  const users = bindings.filter(isOurs).flatMap(({ members: held = [] }) => held);
  const isIn = (list: readonly string[], member: string) => list.some((one) => sameMember(one, member));
  const missing = members
    .filter((member) => !isIn(users, member))
    .map((member) =>
      finding(subject, { field: `member ${member}`, expected: IMAGE_USER, found: "none", kind: "missing" }),
    );
  const extra = bindings.flatMap((binding) => {
    const { role, condition, members: held = [] } = binding;
    return held
      .filter((member) => !isOurs(binding) || !isIn(members, member))
      .map((member) =>
        finding(subject, {
          field: `member ${member}`,
          expected: "none",
          found: condition ? `${role} under a condition` : role,
          kind: "extra",
          repair: "none",
          cure: `gcloud compute images remove-iam-policy-binding ${name} --project=${project} --member=${member} --role=${role}`,
        }),
      );
  });
  return [...missing, ...extra];
}
