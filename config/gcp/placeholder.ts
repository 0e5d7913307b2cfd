/** What the section must hold. */
export function gcpPlaceholder(): unknown {
  return { project: "project", bucket: { name: "bucket" } };
}
