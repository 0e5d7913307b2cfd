/**
 * The clouds that images are published on, in the order of every list, and what each is called for people. A name more here, and the
 * type checker asks for a line in each room's table of clouds (CONTRIBUTING.md, "A fourth cloud").
 */
export const CLOUD_LABELS = {
  aws: "AWS",
  gcp: "Google Cloud",
  azure: "Azure",
} as const satisfies Readonly<Record<string, string>>;

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
