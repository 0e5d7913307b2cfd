/** Self links are compared from `projects/` on; a bare name equals a link that ends in it. */
export function sameLink(before: string, after: string): boolean {
  const path = (link: string) => link.replace(/^.*?(?=projects\/)/, "");
  if (path(before) === path(after)) return true;
  const bare = [before, after].some((one) => !one.includes("/"));
  return bare && before.split("/").at(-1) === after.split("/").at(-1);
}

/** RFC 1035, Compute Engine's rule for names. */
export function refuseName(value: string): string | undefined {
  if (/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(value)) return undefined;
  return `"name" ("${value}") doesn't match regexp "^(?:[a-z]([-a-z0-9]{0,61}[a-z0-9])?)$"`;
}

/** Project and name of an image given by name, path or link. */
export function imageParts(image: string, project: string): { project: string; name: string } {
  const [, owner, linked] = /(?:^|\/)projects\/([^/]+)\/global\/images\/([^/]+)$/.exec(image) ?? [];
  if (owner && linked) return { project: owner, name: linked };
  const [, shortOwner, shortName] = /^([^/]+)\/([^/]+)$/.exec(image) ?? [];
  return shortOwner && shortName ? { project: shortOwner, name: shortName } : { project, name: image };
}
