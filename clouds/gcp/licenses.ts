/** Checks that the images' licenses exist: images.insert reports that only after the upload. */
import { ASKING } from "../ask-rights";
import type { CloudFailure } from "../failure";
import { asking, type Findings } from "./asking";
import { linkPath } from "./api/images";
import { getLicense } from "./api/projects";
import type { GoogleSession } from "./api/session";

/**
 * Each license is queried individually. A caller may use a license without permission to see it: in `vm-options`
 * everyone may get a license and no one may list them, and in other projects not even get is permitted ("you can have
 * no access to a license (not get access) but can still use it when creating an image",
 * github.com/GoogleCloudPlatform/compute-image-tools/pull/1195, 2020-05-04). So only "not found" is a problem. Its
 * form for a license is from memory: as for an image (404 `notFound`).
 *
 * @param licenses `projects/<project>/global/licenses/<name>`, optionally with a host in front
 * @throws {CloudFailure} `cancelled`, and nothing else
 */
export async function checkLicenses(session: GoogleSession, licenses: readonly string[]): Promise<Findings> {
  const found = await Promise.all(licenses.map((license) => checkLicense(session, linkPath(license))));
  return {
    problems: found.flatMap(({ problems }) => problems),
    warnings: found.flatMap(({ warnings }) => warnings),
  };
}

function checkLicense(session: GoogleSession, license: string): Promise<Findings> {
  return asking(
    async () => {
      await getLicense({ ...session, policy: ASKING }, license);
      return [];
    },
    (failure: CloudFailure) =>
      failure.kind === "absent"
        ? { problem: `there is no license ${license}; correct \`image.licenses\` in the config` }
        : {
            warning:
              `whether there is a license ${license} could not be asked, and some may be used by whoever may not see them; ` +
              `if there is none, Google says so after the upload (${failure.message})`,
          },
  );
}
