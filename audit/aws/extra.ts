/** What carries the stack's tags, and the stack does not know. */
import type { Image, Instance, Snapshot } from "@aws-sdk/client-ec2";
import { TAG } from "../../facts/tags";
import { tagRecord } from "../../clouds/aws/api/tags";
import { type Finding, finding } from "../finding";

/** Images that bear the stack's tags, and that no resource of it knows. */
export function extraImages(region: string, known: ReadonlySet<string>, tagged: readonly Image[]): Finding[] {
  return tagged.flatMap(({ ImageId: id = "", Name = "", Tags }) => {
    if (known.has(id)) return [];
    const release = tagRecord(Tags)[TAG.release];
    return [
      finding(
        { cloud: "aws", region, ...(release !== undefined && { release }), object: { kind: "image", id } },
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
 * Snapshots that bear the stack's tags, and that no resource of it knows: deleting a copied image is two calls, and AWS refuses
 * the second now and then, for the image that went a moment before. One that is being uploaded is no leftover yet.
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
        { cloud: "aws", region, ...(release !== undefined && { release }), object: { kind: "snapshot", id } },
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

/** Instances of boot checks that nobody ended. They cost money, and nobody but the owner sees them. */
export function extraInstances(region: string, tagged: readonly Instance[]): Finding[] {
  return tagged.flatMap(({ InstanceId: id = "", InstanceType, Tags }) => {
    const { [TAG.bootCheck]: mark, [TAG.release]: release } = tagRecord(Tags);
    // Without the check's own tag it is somebody's who took over our tags.
    if (mark === undefined) return [];
    return [
      finding(
        { cloud: "aws", region, ...(release !== undefined && { release }), object: { kind: "instance", id } },
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
