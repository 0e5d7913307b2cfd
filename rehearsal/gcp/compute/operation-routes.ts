import { notRehearsed } from "../errors";
import { route, type Incoming, type Route } from "../http/route";
import { COMPUTE_V1 } from "./links";
import { LIST_PARAMETERS, listPage } from "./list";
import { type Operations, present } from "./operations";

const COLLECTION = "/compute/v1/projects/{project}/global/operations";

/** Operations of all scopes; images have global ones only. */
const AGGREGATED = "/compute/v1/projects/{project}/aggregated/operations";
const NOTHING = {
  code: "NO_RESULTS_ON_PAGE",
  message: "There are no results for scope 'global' on this page.",
  data: [{ key: "scope", value: "global" }],
};

/** @param mayUse throws unless the caller may read the project */
export function operationRoutes(
  operations: Operations,
  mayUse: (incoming: Incoming, permission: string) => string,
): readonly Route[] {
  const name = (incoming: Incoming) => incoming.params.operation ?? "";
  return [
    route({
      method: "GET",
      path: COLLECTION,
      query: LIST_PARAMETERS,
      handle(incoming) {
        const project = mayUse(incoming, "compute.globalOperations.list");
        return {
          json: {
            kind: "compute#operationList",
            id: `projects/${project}/global/operations`,
            ...listPage(operations.list(project).map(present), incoming),
            selfLink: `${COMPUTE_V1}/projects/${project}/global/operations`,
          },
        };
      },
    }),
    route({
      method: "GET",
      path: AGGREGATED,
      query: [...LIST_PARAMETERS, "includeAllScopes"],
      handle(incoming) {
        const project = mayUse(incoming, "compute.globalOperations.list");
        if (incoming.query.get("includeAllScopes") === "true")
          throw notRehearsed("includeAllScopes of a list");
        const { items: operationsFound, nextPageToken } = listPage(
          operations.list(project).map(present),
          incoming,
        );
        return {
          json: {
            kind: "compute#operationAggregatedList",
            id: `projects/${project}/aggregated/operations`,
            items: { global: operationsFound ? { operations: operationsFound } : { warning: NOTHING } },
            nextPageToken,
            selfLink: `${COMPUTE_V1}/projects/${project}/aggregated/operations`,
          },
        };
      },
    }),
    route({
      method: "GET",
      path: `${COLLECTION}/{operation}`,
      handle(incoming) {
        const project = mayUse(incoming, "compute.globalOperations.get");
        return { json: present(operations.find(project, name(incoming))) };
      },
    }),
    route({
      method: "POST",
      path: `${COLLECTION}/{operation}/wait`,
      async handle(incoming) {
        const project = mayUse(incoming, "compute.globalOperations.get");
        return { json: present(await operations.wait(project, name(incoming))) };
      },
    }),
    route({
      method: "DELETE",
      path: `${COLLECTION}/{operation}`,
      handle(incoming) {
        operations.delete(mayUse(incoming, "compute.globalOperations.delete"), name(incoming));
        return { status: 204 };
      },
    }),
  ];
}
