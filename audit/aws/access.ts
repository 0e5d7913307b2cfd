/** Actual versus intended grantees of an image or a snapshot. */
import type { LaunchPermission } from "@aws-sdk/client-ec2";
import type { Permission } from "../../clouds/aws/api/snapshots";
import { type Finding, finding, type Subject, difference } from "../finding";
import type { Access } from "./expectations";

export function accessFrom(permissions: readonly (LaunchPermission & Permission)[]): Access {
  return {
    public: permissions.some(({ Group }) => Group === "all"),
    accounts: permissions.flatMap(({ UserId }) => UserId ?? []),
    arns: permissions.flatMap(
      ({ OrganizationArn, OrganizationalUnitArn }) => OrganizationArn ?? OrganizationalUnitArn ?? [],
    ),
  };
}

export function accessFindings(
  subject: Subject,
  what: string,
  wanted: Access,
  found: Access,
  tooMuch: { repaired: boolean; command: (who: string) => string },
): Finding[] {
  const list = ({ public: everyone, accounts, arns }: Access) => [
    ...(everyone ? ["public"] : []),
    ...accounts,
    ...arns,
  ];
  const [want, have] = [list(wanted), list(found)];
  return [
    ...difference(want, have).map((grantee) =>
      finding(subject, { field: `${what} ${grantee}`, expected: "given", found: "none", kind: "missing" }),
    ),
    ...difference(have, want).map((grantee) =>
      finding(subject, {
        field: `${what} ${grantee}`,
        expected: "none",
        found: "given",
        kind: "extra",
        ...(tooMuch.repaired
          ? { repair: "up" as const, cure: "`pulumi up --refresh` takes it back" }
          : { repair: "none" as const, cure: tooMuch.command(inCommand(grantee)) }),
      }),
    ),
  ];
}

function inCommand(grantee: string): string {
  if (grantee === "public") return "{Group=all}";
  if (!grantee.startsWith("arn:")) return `{UserId=${grantee}}`;
  return grantee.includes(":ou/") ? `{OrganizationalUnitArn=${grantee}}` : `{OrganizationArn=${grantee}}`;
}
