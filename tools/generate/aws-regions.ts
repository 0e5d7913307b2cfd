import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

interface Partition {
  id: string;
  regions: Record<string, unknown>;
}

/** Partitions in which a publisher outside of the intelligence community can have an account. */
const OFFERED = ["aws", "aws-cn", "aws-us-gov", "aws-eusc"];

/** The table of AWS regions, from the partitions that the AWS SDK ships. */
export function awsRegions(): string {
  const { partitions } = sdkPartitions();
  const lines = partitions
    .filter(({ id }) => OFFERED.includes(id))
    .flatMap(({ id, regions }) =>
      Object.keys(regions)
        .filter((region) => !region.endsWith("-global"))
        .map((region) => `  "${region}": "${id}",`),
    );
  return `// Written by tools/generate.ts from the AWS SDK's partitions. Never edit it by hand.

/** Every AWS region and the partition that it belongs to: accounts, endpoints and images never cross partitions. */
export const AWS_REGIONS = {
${lines.join("\n")}
} as const;

export type AwsRegion = keyof typeof AWS_REGIONS;
export type AwsPartition = (typeof AWS_REGIONS)[AwsRegion];
`;
}

/** The SDK does not export the table, so its module's text is read: one JSON-like literal. */
function sdkPartitions(): { partitions: Partition[] } {
  const core = dirname(require.resolve("@aws-sdk/core/package.json"));
  const path = join(core, "dist-es/submodules/client/util-endpoints/lib/aws/partitions.js");
  const text = readFileSync(path, "utf8");
  const literal = /partitionsInfo = (\{[\s\S]*?\n\});/.exec(text)?.[1];
  if (literal === undefined)
    throw new Error("the AWS SDK moved its table of partitions: look for partitionsInfo in it");
  return JSON.parse(literal.replace(/,(\s*[}\]])/g, "$1")) as { partitions: Partition[] };
}
