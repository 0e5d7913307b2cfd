/** A minimal valid section. */
export function gcpPlaceholder(): unknown {
  return { project: "project", bucket: { name: "bucket" } };
}
