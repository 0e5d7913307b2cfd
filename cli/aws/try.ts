import { getCallerIdentity } from "../../clouds/aws/api/account";
import { openSession } from "../../clouds/aws/api/session";
import { BRISK } from "../../clouds/retry";
import { onInterrupt } from "../interrupt";
import type { TryCloud } from "../try/cloud";

export const awsTry: TryCloud = {
  home: "eu-central-1",
  accountOf: (_given, region) =>
    onInterrupt(async (signal) => {
      const { account } = await getCallerIdentity(openSession(region, signal, { policy: BRISK }));
      return account;
    }),
  section: ({ regions }) => ({
    homeRegion: regions[0],
    regions: Object.fromEntries(regions.map((region) => [region, {}])),
  }),
  questions: (shown) =>
    Object.values(shown).flatMap((ids) =>
      Object.entries(ids).map(([region, id]) => [id, "--region", region, "--bytes"]),
    ),
  // In each region the copy, and the temporary one of `verify --bytes`. EBS User Guide, "Pricing for EBS direct APIs":
  // requests that list, read and write blocks are billed.
  billed: (regions) =>
    `two snapshots of the disk${regions > 1 ? ` in each of ${regions} regions, ${regions - 1} copied to another region` : ""}, and the requests that read and write its blocks`,
  removal: ({ region, object: { kind, id } }) =>
    ({
      image: `aws ec2 deregister-image --region ${region} --image-id ${id}`,
      snapshot: `aws ec2 delete-snapshot --region ${region} --snapshot-id ${id}`,
      instance: `aws ec2 terminate-instances --region ${region} --instance-ids ${id}`,
      parameter: `aws ssm delete-parameter --region ${region} --name ${id}`,
    })[kind] ?? "delete it in the console",
};
