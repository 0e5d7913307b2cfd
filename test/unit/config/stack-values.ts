/** A valid stack config for tests to change: one release on three clouds. */
export function goodValues(): Record<string, unknown> {
  return {
    product: { name: "demo", publisher: "Imprimatur", provenance: "official" },
    checks: { input: "optional", policy: "optional", record: "optional" },
    releases: [{ version: "20261120.0", state: "published", imageFile: "images/demo/20261120.0.json" }],
    aws: {
      homeRegion: "eu-central-1",
      regions: { "eu-central-1": {}, "us-east-1": {} },
      sharing: { public: true },
    },
    gcp: { project: "demo-project", bucket: { name: "demo-bucket" }, sharing: { public: true } },
    azure: {
      subscriptionId: "01234567-89ab-cdef-0123-456789abcdef",
      resourceGroup: { name: "demo" },
      location: "westeurope",
      gallery: { name: "demo" },
      regions: { westeurope: {}, eastus: {} },
    },
  };
}

/** `goodValues` with the value at `path` replaced; `undefined` removes it. */
export function spoiled(path: string, value: unknown): Record<string, unknown> {
  const values = goodValues();
  const steps = path.split("/");
  let holder = values;
  for (const step of steps.slice(0, -1)) {
    if (typeof holder[step] !== "object") holder[step] = {};
    holder = holder[step] as Record<string, unknown>;
  }
  const last = steps.at(-1) ?? "";
  if (value === undefined) delete holder[last];
  else holder[last] = value;
  return values;
}
