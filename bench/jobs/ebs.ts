/** `ebs.ts upload RAW` and `ebs.ts read-back SNAPSHOT SIZE`, with the clients of the product. */
import { AdaptiveLimit } from "../../clouds/adaptive-limit";
import { openSession } from "../../clouds/aws/api/session";
import { makeSnapshot } from "../../clouds/aws/make-snapshot";
import { readBack } from "../../clouds/aws/read-back";
import { hashedBlocks } from "../../disk/blocks";
import { Disk } from "../../disk/disk";
import { REGION } from "../program";
import { whenAsked } from "./when-asked";

async function main([what, subject = "", size]: string[]): Promise<void> {
  const session = { ...openSession(REGION, new AbortController().signal), limit: new AdaptiveLimit() };
  if (what === "read-back") {
    await readBack(session, subject, Number(size), true);
    return;
  }
  const disk = await Disk.open(subject);
  const plan = { owner: `bench ${process.pid}`, sha256: "", size: disk.size, description: "bench", tags: {} };
  const source = { dataBlocks: 0, open: () => hashedBlocks(disk), check: () => undefined };
  const snapshotId = await makeSnapshot(session, plan, source, { waitLimit: 60_000 });
  await disk.close();
  console.log(snapshotId);
}

void whenAsked(() => main(process.argv.slice(2)));
