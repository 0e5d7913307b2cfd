/**
 * The clouds that images are published on, in the order of every list, and what each is called for people. With one
 * line more, the type checker asks for a line in each room's table (CONTRIBUTING.md, "Another cloud").
 */
export const CLOUD_LABELS = {
  aws: "AWS",
  gcp: "Google Cloud",
  azure: "Azure",
  openstack: "OpenStack",
} as const satisfies Readonly<Record<string, string>>;
