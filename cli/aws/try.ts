import { getCallerIdentity } from "../../clouds/aws/api/account";
import { openSession } from "../../clouds/aws/api/session";
import { BRISK } from "../../clouds/retry";
import { onInterrupt } from "../interrupt";
import type { TryCloud } from "../try/cloud";
import { BLOCKS, DAY, GIB } from "../try/cost";

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
  // aws.amazon.com/ebs/pricing: snapshots 0.095 per GiB and month in the dearest regions; a copy between regions 0.16
  // per GiB at most. EBS User Guide, "Pricing for EBS direct APIs": PutSnapshotBlock 0.006 and GetSnapshotBlock 0.003 per
  // thousand blocks of 512 KiB.
  cost(regions) {
    // In each region the copy, and the temporary one of `verify --bytes`.
    const month = regions * 2 * GIB * 0.095;
    const calls = (BLOCKS * 0.006 + regions * 4 * BLOCKS * 0.003) / 1000;
    return { day: month * DAY + calls + (regions - 1) * GIB * 0.16, month };
  },
  removal: ({ region, object: { kind, id } }) =>
    ({
      image: `aws ec2 deregister-image --region ${region} --image-id ${id}`,
      snapshot: `aws ec2 delete-snapshot --region ${region} --snapshot-id ${id}`,
      instance: `aws ec2 terminate-instances --region ${region} --instance-ids ${id}`,
      parameter: `aws ssm delete-parameter --region ${region} --name ${id}`,
    })[kind] ?? "delete it in the console",
};
