import { invalidField, permissionRequired, resourceNotFound } from "../errors";
import { route, type Route } from "../http/route";
import { isAllowedOnProject } from "../permissions";
import { COMPUTE_V1, parseGlobalLink } from "./links";

/** Licences of the rehearsed Google Cloud: `project/name` → code. The codes are the stand-in's own. */
const LICENSES: Readonly<Record<string, string>> = {
  "debian-cloud/debian-11-bullseye": "3853522013536123851",
  "debian-cloud/debian-12-bookworm": "2147286739765738111",
  "debian-cloud/debian-13-trixie": "6415301733892018114",
  "vm-options/enable-vmx": "1002001",
  "compute-image-tools/virtual-disk-import": "5926592092274602096",
};

/**
 * Projects whose licences are invisible to others, but usable; other licences are readable by everyone (and unknown
 * ones are not found): github.com/GoogleCloudPlatform/compute-image-tools/pull/1195, 2020-05-04. The real set of such
 * projects is unknown.
 */
const UNSEEN: ReadonlySet<string> = new Set(["compute-image-tools"]);
const PUBLIC = new Set(Object.keys(LICENSES).map((license) => license.slice(0, license.indexOf("/"))));
const PERMISSION = "compute.licenses.get";

/** Resolves a licence link in a request; the refusal names the field. */
export function findLicense(field: string, link: string): { link: string; code: string } {
  const parsed = parseGlobalLink(link, "licenses");
  if (!parsed) throw invalidField(field, link, "The URL is malformed.");
  const path = `projects/${parsed.project}/global/licenses/${parsed.name}`;
  const code = LICENSES[`${parsed.project}/${parsed.name}`];
  if (code === undefined) throw resourceNotFound(path);
  return { link: `${COMPUTE_V1}/${path}`, code };
}

export const licenseRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/compute/v1/projects/{project}/global/licenses/{license}",
    handle({ caller, params }) {
      const project = params.project ?? "";
      const isSeen = PUBLIC.has(project) && !UNSEEN.has(project);
      if (!isSeen && !isAllowedOnProject(caller, PERMISSION, project))
        throw permissionRequired(PERMISSION, `projects/${project}/global/licenses/${params.license}`);
      const { link, code } = findLicense(
        "license",
        `projects/${params.project}/global/licenses/${params.license}`,
      );
      return {
        json: {
          kind: "compute#license",
          id: code,
          name: params.license,
          licenseCode: code,
          transferable: true,
          chargesUseFee: false,
          selfLink: link,
        },
      };
    },
  }),
];
