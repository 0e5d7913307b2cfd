/** A response as a record describes it, to feed the product with. */
import { DATE, type Exchange, FLAG, LINK, LIST, NUMBER, type Shape, TEXT } from "./exchange";

const OF_TYPE = new Map<symbol, unknown>([
  [TEXT, "some text"],
  [NUMBER, 1],
  [FLAG, true],
  [DATE, "2026-11-28T12:00:00Z"],
  [LIST, []],
  [LINK, "https://cloud.test/link?sig=secret"],
]);

/** Texts that stand for a pattern or a type, as far as the product reads them. */
const SAMPLES: readonly string[] = [
  '\uFEFF<?xml version="1.0" encoding="utf-8"?><PageList><PageRange><Start>0</Start><End>511</End></PageRange></PageList>',
  "bytes=0-262143",
  "Permission compute.images.fly is not valid for this resource.",
  "1",
  "2023-05-25T10:00:00.1234567+00:00",
  "5d02b173-2323-4066-b388-72212a28d150",
  "READY",
  "DONE",
  "2023-06-23T08:16:50.773-07:00",
  "operation-1",
  "The tar archive is not a valid image.",
  "Value (snap-12340000000000000) for parameter snapshotId is invalid. Expected: 'snap-...'.",
  "The value passed in as x-amz-Checksum does not match the computed checksum. Computed checksum: a= expected checksum: b=",
  "Block index 450000 is beyond the volume size extent",
  "The snapshot 'snap-00000000000000001' does not exist.",
  "The pagination token AQID is invalid.",
  "The block token AQID is invalid.",
  "Encrypted snapshots with EBS default key cannot be shared",
  "Too many snapshot copies in progress. The limit is 20 for this destination region.",
  "You can't publicly share this image because block public access is enabled for the account.",
  "You have reached your quota of 5 for the number of public images allowed in this Region.",
  "Invalid ImageId: ami-00000000000000001",
  "Digest is invalid length for algorithm ECDSA_SHA_256.",
  "Key 'arn:aws:kms:eu-test-1:111111111111:key/none' does not exist",
  "The resource 'projects/demo/global/images/image-2' was not found",
  "The resource 'projects/demo/global/images/family/line' was not found",
  "me@example.net does not have storage.buckets.get access to the Google Cloud Storage bucket. Permission 'storage.buckets.get' denied on resource (or it may not exist).",
  "No such object: archives/disk.tar.gz",
  "The Resource 'Microsoft.Compute/disks/disk-2' under resource group 'images' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
  "The image is not available in westeurope region.",
  "The subscription '00000000-0000-0000-0000-000000000000' could not be found.",
  "AKV10000: Request is missing a Bearer or PoP token.",
  'Bearer authorization="https://login.windows.net/00000000-0000-0000-0000-000000000000", resource="https://vault.azure.net"',
  '{"operationGroup":"HighCostGet3Min"}',
];

/** A body of the recorded shape. */
export function bodyOf(shape: Shape | undefined): unknown {
  if (shape === undefined) return undefined;
  if (typeof shape === "symbol") return OF_TYPE.get(shape);
  if (shape instanceof RegExp) {
    const sample = SAMPLES.find((text) => shape.test(text));
    if (sample === undefined) throw new Error(`no sample fits ${String(shape)}`);
    return sample;
  }
  if (Array.isArray(shape)) return (shape as readonly Shape[]).map(bodyOf);
  if (typeof shape !== "object") return shape;
  return Object.fromEntries(Object.entries(shape).map(([name, value]) => [name, bodyOf(value)]));
}

/** The headers that the record gives. */
export const headersOf = ({ headers = {} }: Exchange) =>
  Object.fromEntries(
    Object.entries(headers)
      .map(([name, shape]) => [name, bodyOf(shape)] as const)
      .filter((entry): entry is readonly [string, string] => typeof entry[1] === "string"),
  );
