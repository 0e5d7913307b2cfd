import { z } from "zod";
import type { ConfigPath, Problem } from "../problem";
import type { AwsPartition } from "./regions";

const accountId = z
  .string()
  .regex(/^\d{12}$/, { error: 'an account id of 12 digits in quotes, as "123456789012"' });

/** Grantees of an image in a region, in addition to its owner. */
export const awsSharing = z
  .strictObject({
    public: z
      .boolean()
      .default(false)
      .meta({ description: "Everyone with an AWS account of the partition." }),
    accounts: z
      .array(accountId)
      .default([])
      .meta({ description: "Accounts, 12 digits each, in quotes.", examples: ["123456789012"] }),
    organizations: z
      .array(
        z.string().regex(/^arn:aws[a-z-]*:organizations::\d{12}:organization\/o-[a-z0-9]{10,32}$/, {
          error:
            'the ARN of an organisation, as "arn:aws:organizations::123456789012:organization/o-a1b2c3d4e5"',
        }),
      )
      .default([])
      .meta({
        description:
          "ARNs of organisations. They may launch the image, but not copy or re-encrypt it: AWS has no snapshot permission for an organisation.",
        examples: ["arn:aws:organizations::123456789012:organization/o-a1b2c3d4e5"],
      }),
    organizationalUnits: z
      .array(
        z
          .string()
          .regex(
            /^arn:aws[a-z-]*:organizations::\d{12}:ou\/o-[a-z0-9]{10,32}\/ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}$/,
            {
              error:
                'the ARN of an organisational unit, as "arn:aws:organizations::123456789012:ou/o-a1b2c3d4e5/ou-ab12-cd34ef56"',
            },
          ),
      )
      .default([])
      .meta({
        description: "ARNs of organisational units; as with organisations, the image only, not the snapshot.",
        examples: ["arn:aws:organizations::123456789012:ou/o-a1b2c3d4e5/ou-ab12-cd34ef56"],
      }),
  })
  .meta({ description: "Who may use the images, besides the account that owns them." });

export type AwsSharing = z.output<typeof awsSharing>;

const LISTS = ["accounts", "organizations", "organizationalUnits"] as const;

/** Duplicate entries, ARNs of another partition, the publisher's own account. */
export function awsSharingProblems(
  path: ConfigPath,
  sharing: AwsSharing,
  { partition, accountId: owner }: { partition: AwsPartition; accountId: string | undefined },
): Problem[] {
  const problems: Problem[] = [];
  for (const list of LISTS) {
    sharing[list].forEach((entry, index) => {
      if (sharing[list].indexOf(entry) < index) {
        problems.push({
          path: [...path, list, index],
          needs: "each entry once",
          given: entry,
          cure: "Remove the second one",
        });
      }
      if (entry.startsWith("arn:") && !entry.startsWith(`arn:${partition}:`)) {
        problems.push({
          path: [...path, list, index],
          needs: `an ARN of the partition ${partition}, which the regions belong to`,
          given: entry,
          cure: "Images are shared inside one partition only",
        });
      }
      if (entry === owner) {
        problems.push({
          path: [...path, list, index],
          needs: "an account other than accountId",
          given: entry,
          cure: "Remove it: the owner may always use the image",
        });
      }
    });
  }
  return problems;
}
