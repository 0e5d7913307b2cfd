/**
 * EBS direct. The AWS test suite asserts through the SDK, so statuses come from the service's model where none is
 * shown.
 */
import { ABSENT, DATE, type Exchange, NUMBER, TEXT } from "../../exchange";

const SUITE = {
  source: "a public Go test suite of EBS direct (package snapshot, over aws-sdk-go-v2), read 2026-11-28",
  date: "not shown",
};
/** A value that the service's model does not allow. */
const malformed = { status: 400, body: { Code: "ValidationException", Reason: ABSENT, Message: ABSENT } };
const validation = (Reason: string, Message: RegExp) => ({
  status: 400,
  body: { Code: "ValidationException", Reason, Message },
});
const unknownId = validation(
  "INVALID_SNAPSHOT_ID",
  /^Value \(snap-\w+\) for parameter snapshotId is invalid\. Expected: 'snap-\.\.\.'\.$/,
);

export const EBS: readonly Exchange[] = [
  {
    id: "ebs/start",
    operation: "EBS StartSnapshot",
    ...SUITE,
    status: 201,
    body: {
      SnapshotId: /^snap-0[0-9a-f]{16}$/,
      BlockSize: 524_288,
      VolumeSize: 1,
      Status: "pending",
      StartTime: DATE,
      Description: "Test snapshot",
      Tags: [{ Key: TEXT, Value: TEXT }],
    },
  },
  {
    id: "ebs/start/other-request",
    operation: "EBS StartSnapshot",
    when: "a client token was used before, with another request",
    source: "EBS direct's model in @aws-sdk/client-ebs 3.1138.0 (the reference page says 503)",
    date: "2026-11-28",
    status: 409,
    body: { Code: "ConflictException", Message: TEXT },
    failure: { kind: "busy", says: /ConflictException/ },
  },
  {
    id: "ebs/put",
    operation: "EBS PutSnapshotBlock",
    ...SUITE,
    status: 201,
    body: { Checksum: TEXT, ChecksumAlgorithm: "SHA256" },
  },
  {
    id: "ebs/put/other-checksum",
    operation: "EBS PutSnapshotBlock",
    when: "the block is not what its checksum says",
    ...SUITE,
    status: 403,
    body: {
      Code: "InvalidSignatureException",
      Reason: ABSENT,
      Message:
        /^The value passed in as x-amz-Checksum does not match the computed checksum\. Computed checksum: \S+ expected checksum: \S+$/,
    },
    failure: { kind: "network", says: /InvalidSignatureException: The value passed in as x-amz-Checksum/ },
  },
  {
    id: "ebs/put/slow",
    operation: "EBS PutSnapshotBlock",
    when: "the block arrives too slowly",
    source: "github.com/nanovms/ops/pull/1268",
    date: "not shown",
    status: 400,
    body: {
      Code: "ValidationException",
      Reason: "INVALID_PARAMETER_VALUE",
      Message: "Failed to read block data",
    },
    failure: { kind: "timeout", says: /Failed to read block data/ },
  },
  {
    id: "ebs/put/beyond",
    operation: "EBS PutSnapshotBlock",
    when: "the index is beyond the volume",
    ...SUITE,
    ...validation("INVALID_BLOCK", /^Block index \d+ is beyond the volume size extent$/),
    failure: { kind: "refused", says: /ValidationException\/INVALID_BLOCK/ },
  },
  {
    id: "ebs/put/unknown-id",
    operation: "EBS PutSnapshotBlock",
    when: "the id was never given out",
    ...SUITE,
    ...unknownId,
    failure: { kind: "refused", says: /INVALID_SNAPSHOT_ID/ },
  },
  {
    id: "ebs/put/young",
    operation: "EBS PutSnapshotBlock",
    when: "the snapshot is gone, or too young to be known",
    source: "github.com/awslabs/coldsnap/issues/43",
    date: "2021-02-01",
    status: 404,
    body: {
      Code: "ResourceNotFoundException",
      Reason: "SNAPSHOT_NOT_FOUND",
      Message: /^The snapshot 'snap-\w+' does not exist\.$/,
    },
    failure: { kind: "absent", says: /does not exist/ },
  },
  {
    id: "ebs/complete",
    operation: "EBS CompleteSnapshot",
    ...SUITE,
    status: 202,
    body: { Status: /^(pending|completed)$/ },
    states: ["pending", "completed"],
  },
  {
    id: "ebs/complete/other-count",
    operation: "EBS CompleteSnapshot",
    when: "the count of blocks is wrong",
    ...SUITE,
    status: 202,
    body: { Status: "pending" },
    states: ["pending", "error"],
  },
  {
    id: "ebs/complete/other-checksum",
    operation: "EBS CompleteSnapshot",
    when: "the checksum is wrong",
    ...SUITE,
    status: 202,
    body: { Status: "pending" },
    states: ["pending", "error"],
  },
  {
    id: "ebs/complete/no-checksum",
    operation: "EBS CompleteSnapshot",
    when: "the checksum is none",
    ...SUITE,
    ...malformed,
    failure: { kind: "refused", says: /ValidationException: no reason given/ },
  },
  {
    id: "ebs/complete/unknown-id",
    operation: "EBS CompleteSnapshot",
    when: "the id was never given out",
    ...SUITE,
    ...unknownId,
    failure: { kind: "refused", says: /INVALID_SNAPSHOT_ID/ },
  },
  {
    id: "ebs/list",
    operation: "EBS ListSnapshotBlocks",
    ...SUITE,
    status: 200,
    body: {
      BlockSize: 524_288,
      VolumeSize: 1,
      ExpiryTime: DATE,
      Blocks: [{ BlockIndex: NUMBER, BlockToken: TEXT }],
    },
  },
  {
    id: "ebs/list/no-id",
    operation: "EBS ListSnapshotBlocks",
    when: "the id is none",
    ...SUITE,
    ...malformed,
    failure: { kind: "refused", says: /no reason given/ },
  },
  {
    id: "ebs/list/too-few",
    operation: "EBS ListSnapshotBlocks",
    when: "MaxResults is outside 100 to 10,000",
    ...SUITE,
    ...malformed,
    failure: { kind: "refused", says: /no reason given/ },
  },
  {
    id: "ebs/list/bad-token",
    operation: "EBS ListSnapshotBlocks",
    when: "the page's token is none",
    ...SUITE,
    ...validation("INVALID_PAGE_TOKEN", /^The pagination token \S+ is invalid\.$/),
    failure: { kind: "refused", says: /INVALID_PAGE_TOKEN/ },
  },
  {
    id: "ebs/list/gone",
    operation: "EBS ListSnapshotBlocks",
    when: "there is no such snapshot",
    ...SUITE,
    status: 404,
    body: {
      Code: "ResourceNotFoundException",
      Reason: "SNAPSHOT_NOT_FOUND",
      Message: /^The snapshot 'snap-\w+' does not exist\.$/,
    },
    failure: { kind: "absent", says: /does not exist/ },
  },
  {
    id: "ebs/get",
    operation: "EBS GetSnapshotBlock",
    ...SUITE,
    status: 200,
    body: { DataLength: 524_288, Checksum: TEXT, ChecksumAlgorithm: "SHA256" },
  },
  {
    id: "ebs/get/bad-token",
    operation: "EBS GetSnapshotBlock",
    when: "the block's token is none, or another block's",
    ...SUITE,
    ...validation("INVALID_BLOCK_TOKEN", /^The block token \S+ is invalid\.$/),
    failure: { kind: "refused", says: /INVALID_BLOCK_TOKEN/ },
  },
];
