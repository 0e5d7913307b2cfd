/** Prefix of links in Compute Engine's responses, whatever the endpoint. */
export const COMPUTE_V1 = "https://www.googleapis.com/compute/v1";

export function imagePath(project: string, name: string): string {
  return `projects/${project}/global/images/${name}`;
}

export function imageLink(project: string, name: string): string {
  return `${COMPUTE_V1}/${imagePath(project, name)}`;
}

/**
 * Parses a full or partial link, on either of Google's hosts: `global/images/x`, `projects/p/global/images/x`,
 * `https://compute.googleapis.com/compute/v1/projects/p/global/images/x`.
 *
 * @param collection `images` or `licenses`
 * @param project default project for `global/…`
 */
export function parseGlobalLink(
  link: string,
  collection: "images" | "licenses",
  project?: string,
): { project: string; name: string; family: boolean } | undefined {
  const path = link.replace(/^https:\/\/(www|compute)\.googleapis\.com\/compute\/v1\//, "");
  const match = /^(?:projects\/([a-z0-9.:-]+)\/)?global\/(images|licenses)\/(family\/)?([^/]+)$/.exec(path);
  const [, named, found, family, name] = match ?? [];
  const owner = named ?? project;
  if (found !== collection || name === undefined || owner === undefined) return undefined;
  return { project: owner, name, family: family !== undefined };
}

/**
 * Bucket and object of an image archive. Only `https://` forms: Compute Engine refuses `gs://` here, which `gcloud`
 * rewrites for its user (google-api-go-client issue 178, and the field's documentation).
 */
export function parseArchiveLink(link: string): { bucket: string; object: string } | undefined {
  const json = /^https:\/\/(?:www|storage)\.googleapis\.com\/storage\/v1\/b\/([^/]+)\/o\/(.+)$/.exec(link);
  const plain = /^https?:\/\/storage\.(?:googleapis|cloud\.google)\.com\/([^/]+)\/(.+)$/.exec(link);
  const [, bucket, object] = json ?? plain ?? [];
  if (bucket === undefined || object === undefined) return undefined;
  try {
    return { bucket, object: decodeURIComponent(object) };
  } catch {
    return undefined;
  }
}
