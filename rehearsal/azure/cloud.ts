import { createHash } from "node:crypto";
import type { Answer, ArmRequest } from "./arm/http";
import { normalise } from "./arm/locations";
import type { Work } from "./arm/work";
import type { Faults } from "./faults";
import type { Contents, Operation, State } from "./state";
import type { Blobs } from "./storage/blobs";

/** Context of every handler of this cloud. */
export interface Cloud {
  readonly state: State;
  readonly work: Work;
  readonly blobs: Blobs;
  readonly faults: Faults;
}

export const contentsOf = (cloud: Cloud): Contents => cloud.state.contents;

/** ARM ids are case-insensitive: normal form of the state's keys. */
export const keyOf = (id: string) => id.toLowerCase();

export const groupId = (subscription: string, group: string) =>
  `/subscriptions/${subscription}/resourceGroups/${group}`;

export const computeId = (params: Record<string, string>, ...path: string[]) =>
  `${groupId(params.subscription ?? "", params.group ?? "")}/providers/Microsoft.Compute/${path.join("/")}`;

/** The group's name in any id below it. */
export const groupOf = (id: string) => id.split("/")[4] ?? "";
export const subscriptionOf = (id: string) => id.split("/")[2] ?? "";

/**
 * The response to a request that started an operation. A completed one is returned as such; any other with the
 * polling links of the compute provider (github.com/Azure/azure-rest-api-specs/issues/11559).
 */
export async function accepted(
  cloud: Cloud,
  request: ArmRequest,
  operation: Operation,
  path: "DiskOperations" | "capsOperations",
  { pending, done }: { pending: Answer; done: () => Answer },
): Promise<Answer> {
  await cloud.work.settle(operation);
  if (operation.status === "Succeeded") return done();
  const version = request.query.get("api-version") ?? "";
  const seal = path === "capsOperations" ? `${sealOf(operation)}&` : "";
  const link = `${request.base}/subscriptions/${operation.subscription}/providers/Microsoft.Compute/locations/${normalise(operation.location)}/${path}/${operation.id}`;
  return {
    ...pending,
    headers: {
      "azure-asyncoperation": `${link}?${seal}api-version=${version}`,
      "azure-asyncnotification": "Enabled",
      // Created or changed objects are their own result; only other operations have a separate result.
      ...((pending.status === 202 || path === "DiskOperations") && {
        location: `${link}?${seal}monitor=true&api-version=${version}`,
      }),
      ...retryAfter(operation),
    },
  };
}

/**
 * Never 0: the Python clients treat that as a missing header and wait their default of 30 seconds. Never more than
 * the 60 that were recorded (azure-cli, test_gallery_e2e.yaml, 2023-06-25).
 */
export const retryAfter = ({ due, isSilent }: Operation): { "retry-after"?: string } =>
  isSilent ? {} : { "retry-after": String(Math.min(60, Math.max(1, Math.ceil((due - Date.now()) / 1000)))) };

/**
 * Query parameters that make links since 2024 some 3.5 KB long, two in one response: a time, a certificate and a
 * signature (recording of azure-cli, test_image_version_end_of_life_date.yaml, 2025-11-19).
 */
export function sealOf({ id, started }: Operation): string {
  const filler = (length: number, salt: string) =>
    createHash("shake256", { outputLength: length }).update(`${salt} ${id}`).digest("base64url");
  const time = BigInt(Date.parse(started)) * 10_000n + 621_355_968_000_000_000n;
  return `t=${time}&c=${filler(2200, "c")}&s=${filler(256, "s")}&h=${filler(32, "h")}`;
}
