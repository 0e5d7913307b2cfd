/** Names of resources, as far as they say of which release each is: `demo-20261120.0-x86_64`, closed by a dash. */
export function resourceNames(resources: readonly { readonly urn: string }[]): string[] {
  return resources.map(({ urn }) => `${urn.split("::").at(-1)}-`);
}

/** True if one of {@link resourceNames} has the version as a part. */
export function nameRelease(names: readonly string[], version: string): boolean {
  return names.some((name) => name.includes(`-${version}-`));
}
