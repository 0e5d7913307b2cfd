/** What the section must hold. */
export function gcpSample(): unknown {
  return { project: "project", bucket: { name: "bucket" } };
}
