import { ArmError } from "../arm/errors";
import type { Answer, ArmRequest, Route } from "../arm/http";
import { type Cloud, contentsOf, retryAfter, sealOf } from "../cloud";
import type { Operation } from "../state";

const SEAL = ["t", "c", "s", "h"];
const LOCATION = "/subscriptions/{subscription}/providers/Microsoft.Compute/locations/{location}";

/** Polling links: `Azure-AsyncOperation` returns a status, `Location` (`monitor`) the result. */
export function operationRoutes(cloud: Cloud): Route[] {
  const find = ({ params }: ArmRequest): Operation => {
    const operation = contentsOf(cloud).operations[params.operation ?? ""];
    if (operation && operation.subscription.toLowerCase() === params.subscription?.toLowerCase())
      return operation;
    throw new ArmError(404, "NotFound", `The entity was not found: operation '${params.operation}'.`);
  };
  const poll = (request: ArmRequest): Answer => {
    const operation = find(request);
    return request.query.get("monitor") === "true" ? result(operation, request) : status(operation);
  };
  return [
    {
      method: "GET",
      path: `${LOCATION}/DiskOperations/{operation}`,
      family: "disks",
      query: ["monitor"],
      handle: poll,
    },
    {
      method: "GET",
      path: `${LOCATION}/capsOperations/{operation}`,
      family: "galleries",
      query: ["monitor", ...SEAL],
      handle: (request) => {
        const seal = new URLSearchParams(sealOf(find(request)));
        // A link must be used verbatim.
        if (SEAL.every((key) => request.query.get(key) === seal.get(key))) return poll(request);
        throw new ArmError(
          403,
          "AuthorizationFailed",
          "The link of the operation is not the one that was given.",
        );
      },
    },
    {
      method: "GET",
      path: "/subscriptions/{subscription}/operationresults/{operation}",
      family: "resourceGroups",
      handle: (request) => result(find(request), request),
    },
  ];
}

function status(operation: Operation): Answer {
  const body = {
    name: operation.id,
    startTime: operation.started,
    ...(operation.ended && { endTime: operation.ended }),
    status: operation.status,
    ...(operation.output && operation.status === "Succeeded" && { properties: { output: operation.output } }),
    ...(operation.error && operation.status === "Failed" && { error: operation.error.body }),
  };
  return {
    status: 200,
    body,
    ...(operation.status === "InProgress" && { headers: retryAfter(operation) }),
  };
}

function result(operation: Operation, request: ArmRequest): Answer {
  if (operation.status === "InProgress") {
    const here = `${request.base}${request.path}?${request.query.toString()}`;
    return { status: 202, headers: { location: here, ...retryAfter(operation) } };
  }
  if (operation.status === "Failed" && operation.error) {
    return { status: operation.error.status, body: { error: operation.error.body } };
  }
  return { status: 200, ...(operation.output && { body: operation.output }) };
}
