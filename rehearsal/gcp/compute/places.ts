import { resourceNotFound } from "../errors";
import { route, type Incoming, type Route } from "../http/route";
import { REGIONS } from "../places";
import { COMPUTE_V1 } from "./links";
import { LIST_PARAMETERS, type Listed, listPage } from "./list";

/** Creation time of all regions and zones in this cloud. */
const SINCE = "2014-05-30T18:35:16.413-07:00";

function region(project: string, name: string) {
  const base = `${COMPUTE_V1}/projects/${project}`;
  return {
    kind: "compute#region",
    id: String(1000 + Object.keys(REGIONS).indexOf(name)),
    name,
    description: name,
    status: "UP",
    creationTimestamp: SINCE,
    zones: [...(REGIONS[name] ?? "")].map((letter) => `${base}/zones/${name}-${letter}`),
    quotas: [],
    selfLink: `${base}/regions/${name}`,
    supportsPzs: false,
  };
}

function zone(project: string, regionName: string, letter: string) {
  const base = `${COMPUTE_V1}/projects/${project}`;
  const name = `${regionName}-${letter}`;
  return {
    kind: "compute#zone",
    id: String(2000 + 10 * Object.keys(REGIONS).indexOf(regionName) + letter.charCodeAt(0) - 97),
    name,
    description: name,
    status: "UP",
    creationTimestamp: SINCE,
    region: `${base}/regions/${regionName}`,
    selfLink: `${base}/zones/${name}`,
  };
}

/** @param mayUse throws unless the caller may read the project */
export function placeRoutes(mayUse: (incoming: Incoming, permission: string) => string): readonly Route[] {
  const regions = (project: string): Listed[] => Object.keys(REGIONS).map((name) => region(project, name));
  const zones = (project: string): Listed[] =>
    Object.entries(REGIONS).flatMap(([name, letters]) =>
      [...letters].map((letter) => zone(project, name, letter)),
    );
  const collections = [
    { plural: "regions", singular: "region", all: regions },
    { plural: "zones", singular: "zone", all: zones },
  ];
  return collections.flatMap(({ plural, singular, all }) => [
    route({
      method: "GET",
      path: `/compute/v1/projects/{project}/${plural}`,
      query: LIST_PARAMETERS,
      handle(incoming) {
        const project = mayUse(incoming, `compute.${plural}.list`);
        const selfLink = `${COMPUTE_V1}/projects/${project}/${plural}`;
        return {
          json: {
            kind: `compute#${singular}List`,
            id: `projects/${project}/${plural}`,
            ...listPage(all(project), incoming),
            selfLink,
          },
        };
      },
    }),
    route({
      method: "GET",
      path: `/compute/v1/projects/{project}/${plural}/{name}`,
      handle(incoming) {
        const project = mayUse(incoming, `compute.${plural}.get`);
        const found = all(project).find(({ name }) => name === incoming.params.name);
        if (!found) throw resourceNotFound(`projects/${project}/${plural}/${incoming.params.name}`);
        return { json: found };
      },
    }),
  ]);
}
