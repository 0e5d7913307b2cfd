import type { Reserved, ReservedValues } from "../cloud";
import type { AwsConfig } from "./schema";

/**
 * Account ids of AWS's own examples: 123456789012 in its API and CLI references, 111122223333 and 444455556666 in the IAM User
 * Guide's policies (2026-11); twelve times one digit is what stand-ins have.
 */
const FICTITIOUS = /^(111122223333|444455556666|123456789012|(\d)\2{11})$/;

export const awsReserved: ReservedValues<AwsConfig> = {
  endpoints: ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_EC2"],
  hosts: /\.(amazonaws\.com(\.cn)?|api\.aws|amazonaws\.eu)$/,
  find: ({ accountId, sharing, regions }) => [
    ...(accountId === undefined ? [] : accounts(["accountId"], [accountId])),
    ...listed(["sharing"], sharing),
    ...Object.entries(regions).flatMap(([region, { sharing: override }]) =>
      override ? listed(["regions", region, "sharing"], override) : [],
    ),
  ],
};

function listed(path: Reserved["path"], sharing: AwsConfig["sharing"]): Reserved[] {
  return (["accounts", "organizations", "organizationalUnits"] as const).flatMap((key) =>
    accounts([...path, key], sharing[key], true),
  );
}

function accounts(path: Reserved["path"], values: readonly string[], isList = false): Reserved[] {
  return values.flatMap((given, index) => {
    const id = /::(\d{12}):/.exec(given)?.[1] ?? given;
    if (!FICTITIOUS.test(id)) return [];
    return [
      {
        path: isList ? [...path, index] : path,
        given,
        because: "an account of documentation and rehearsals",
        needs: "an account of yours, or of somebody you share with",
      },
    ];
  });
}
