import { CLOUD_LABELS } from "./cloud-labels";

export { CLOUD_LABELS };

export type Cloud = keyof typeof CLOUD_LABELS;
export type CloudLabel = (typeof CLOUD_LABELS)[Cloud];

export const CLOUDS = Object.keys(CLOUD_LABELS) as readonly Cloud[];

export function isCloud(name: string): name is Cloud {
  return Object.hasOwn(CLOUD_LABELS, name);
}

/** Visits the clouds that have a value, in the order of all lists. */
export function onEachCloud<V extends Readonly<Record<Cloud, unknown>>, R>(
  values: Partial<V>,
  visit: <C extends Cloud>(cloud: C, value: V[C]) => R,
): [Cloud, R][] {
  const visited = <C extends Cloud>(cloud: C): [Cloud, R][] => {
    const value: V[C] | undefined = values[cloud];
    return value === undefined ? [] : [[cloud, visit(cloud, value)]];
  };
  return CLOUDS.flatMap((cloud) => visited(cloud));
}
