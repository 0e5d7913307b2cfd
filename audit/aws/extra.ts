/** Objects with the stack's tags that are not in its state. */
import type { Image, Instance, Snapshot } from "@aws-sdk/client-ec2";
import { TAG } from "../../facts/tags";
import { tagRecord } from "../../clouds/aws/api/tags";
import { type Finding, finding } from "../finding";

/** Images with the stack's tags that no resource in its state has. */
export function extraImages(region: string, known: ReadonlySet<string>, tagged: readonly Image[]): Finding[] {
  return tagged.flatMap(({ ImageId: id = "", Name = "", Tags }) => {
    if (known.has(id)) return [];
    const release = tagRecord(Tags)[TAG.release];
    return [
      finding(
        { cloud: "aws", region, release, object: { kind: "image", id } },
        {
          field: "existence",
          expected: "not there",
          found: `an image of this stack's name and tags${Name ? `, ${Name}` : ""}`,
          kind: "extra",
          repair: "none",
          cure: "look at it with `imprimatur sweep`, and delete it with `imprimatur sweep --delete`",
        },
      ),
    ];
  });
}

/**
 * Snapshots with the stack's tags that no resource in its state has: deleting a copied image is two calls, and AWS
 * sometimes refuses the second because the image has just been deleted. A snapshot being uploaded is not a leftover
 * yet.
 */
export function extraSnapshots(
  region: string,
  known: ReadonlySet<string>,
  tagged: readonly Snapshot[],
): Finding[] {
  return tagged.flatMap(({ SnapshotId: id = "", Tags }) => {
    const { [TAG.release]: release, [TAG.upload]: upload } = tagRecord(Tags);
    if (known.has(id) || upload !== undefined) return [];
    return [
      finding(
        { cloud: "aws", region, release, object: { kind: "snapshot", id } },
        {
          field: "existence",
          expected: "not there",
          found: "a snapshot of this stack's tags, under no image of it",
          kind: "extra",
          repair: "none",
          cure: "look at it with `imprimatur sweep`, and delete it with `imprimatur sweep --delete`",
        },
      ),
    ];
  });
}

/** Instances of boot checks that were not terminated. They cost money and are visible to the owner only. */
export function extraInstances(region: string, tagged: readonly Instance[]): Finding[] {
  return tagged.flatMap(({ InstanceId: id = "", InstanceType, Tags }) => {
    const { [TAG.bootCheck]: mark, [TAG.release]: release } = tagRecord(Tags);
    // Without the boot check's own tag, someone else reuses our tags.
    if (mark === undefined) return [];
    return [
      finding(
        { cloud: "aws", region, release, object: { kind: "instance", id } },
        {
          field: "existence",
          expected: "not there",
          found: `an instance of a boot check${InstanceType ? `, ${InstanceType}` : ""}`,
          kind: "extra",
          repair: "none",
          cure: "unless a `pulumi up` is at work, end it with `imprimatur sweep --delete`",
        },
      ),
    ];
  });
}
