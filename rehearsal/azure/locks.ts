import { ArmError } from "./arm/errors";
import type { Gate, Route } from "./arm/http";
import { type Cloud, contentsOf, groupId, keyOf } from "./cloud";
import type { Fault } from "./fault-kinds";

/**
 * Management locks apply to everything below their scope and to everyone, including owners; a resource group cannot
 * be deleted while anything in it is locked. ReadOnly also forbids POST actions
 * (learn.microsoft.com/azure/azure-resource-manager/management/lock-resources, read 2026-11-29). The answer:
 * github.com/Azure/apiops/issues/606 (a deletion, 409); learn.microsoft.com/troubleshoot/azure/automation,
 * "start/stop VMs" (a write).
 */
export const lockGate =
  (cloud: Cloud): Gate =>
  ({ method, path, params }) => {
    if (method === "GET" || method === "HEAD" || params.subscription === undefined) return;
    const locks = Object.values(contentsOf(cloud).locks ?? {});
    const wanted = keyOf(path);
    const isWithin = (inner: string, outer: string) => `${inner}/`.startsWith(`${outer}/`);
    const isGroup = method === "DELETE" && wanted.split("/").length === 5;
    const held = locks.filter(({ scope, level }) => {
      if (level === "CanNotDelete" && method !== "DELETE") return false;
      return isWithin(wanted, keyOf(scope)) || (isGroup && isWithin(keyOf(scope), wanted));
    });
    if (held.length === 0) return;
    const scopes = held.map(({ scope }) => scope).join(",");
    const operation = method === "DELETE" ? "delete" : "write";
    throw new ArmError(
      409,
      "ScopeLocked",
      `The scope '${path}' cannot perform ${operation} operation because following scope(s) are locked: '${scopes}'. Please remove the lock and try again.`,
    );
  };

/** A change by an owner of the publisher's subscription. */
export function changeLock(cloud: Cloud, { scope, level }: Extract<Fault, { kind: "lock" }>): void {
  const contents = contentsOf(cloud);
  const publisher = contents.callers.find(({ name }) => name === "publisher");
  const whole = `/subscriptions/${publisher?.subscription ?? ""}${scope}`;
  const locks = { ...contents.locks };
  if (level === "none") delete locks[keyOf(whole)];
  else locks[keyOf(whole)] = { scope: whole, level };
  contents.locks = locks;
  cloud.state.save();
}

/** Of every lock, as there is one for each scope. */
const NAME = "rehearsed";

/**
 * Management Locks - List At Resource Group Level: the group's own and those within it; not the subscription's, for
 * which that operation promises nothing. Form: test/contract/, locks/list.
 */
export function lockRoutes(cloud: Cloud): Route[] {
  const within = (scope: string) => {
    const locks = Object.values(contentsOf(cloud).locks ?? {});
    return locks.filter((lock) => `${keyOf(lock.scope)}/`.startsWith(`${keyOf(scope)}/`));
  };
  return [
    {
      method: "GET",
      path: "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Authorization/locks",
      family: "locks",
      handle: ({ params }) => ({
        status: 200,
        body: {
          value: within(groupId(params.subscription ?? "", params.group ?? "")).map(({ scope, level }) => ({
            properties: { level },
            id: `${scope}/providers/Microsoft.Authorization/locks/${NAME}`,
            type: "Microsoft.Authorization/locks",
            name: NAME,
          })),
        },
      }),
    },
  ];
}
