import { findImage, imageName } from "../../clouds/gcp/images";
import { findObject, showObject } from "../../clouds/gcp/objects";
import { type Call, diffInputs, type Properties, type ResourceHandler } from "../../plugin/resource";
import type { VerificationArgs } from "../../resources/gcp/verification";
import { sessionFor } from "./session";

type Args = VerificationArgs & { image: string; source: string; crc32c: string; archiveSize: number };

const ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: "X86_64", arm64: "ARM64" };

/** The gate, as far as Google lets anyone look: see the resource's own words on the level of proof. */
export const verification: ResourceHandler = {
  computed: ["level"],
  diff(old, inputs) {
    const all = Object.keys({ ...old.inputs, ...inputs });
    return diffInputs(old.inputs, inputs, { replaceOn: all });
  },
  async create(inputs, call) {
    const args = argsOf(inputs);
    const problems = await differences(args, call);
    if (problems.length > 0) {
      throw new Error(
        `image ${args.project}/${imageName(args.image)} is not the inspected disk: ${problems.join("; ")}; ` +
          "it was not shared: delete it and run `pulumi up` again",
      );
    }
    return {
      id: `${args.project}/${imageName(args.image)}/${args.blockMapRoot}`,
      outputs: { ...inputs, level: "source" },
    };
  },
  async read(id, old, call) {
    const args = argsOf(old.outputs);
    return (await findImage(sessionFor(call), args)) ? { id, ...old } : undefined;
  },
  async delete() {
    // Nothing was made.
  },
};

async function differences(args: Args, call: Call): Promise<string[]> {
  const session = sessionFor(call);
  const image = await findImage(session, args);
  if (!image) return ["it does not exist"];
  const problems: string[] = [];
  const expect = (what: string, have: unknown, want: unknown) => {
    if (String(have) !== String(want))
      problems.push(`its ${what} is ${String(have)}, expected ${String(want)}`);
  };
  expect("status", image.status, "READY");
  expect("archive size", image.archiveSizeBytes, args.archiveSize);
  expect("disk size in GB", image.diskSizeGb, args.diskSizeGb);
  // An image that nobody gave an architecture is taken for X86_64.
  expect(
    "architecture",
    image.architecture ?? "X86_64",
    ARCHITECTURES[args.architecture] ?? args.architecture,
  );
  // Google answers an empty source nowadays; where it names one, it must be ours.
  if (image.rawDisk?.source) expect("source", pathOf(image.rawDisk.source), pathOf(args.source));

  const [bucket = "", ...rest] = pathOf(args.source).split("/");
  const place = { bucket, object: rest.join("/") };
  const archive = await findObject(session, place);
  if (!archive) problems.push(`its archive ${showObject(place)} is gone before it was compared`);
  else if (archive.crc32c !== args.crc32c || Number(archive.size) !== args.archiveSize) {
    problems.push(`its archive ${showObject(place)} has CRC32C ${archive.crc32c}, sent was ${args.crc32c}`);
  }
  return problems;
}

/** `bucket/object` of an archive's URL, whichever of its hosts it names. */
function pathOf(url: string): string {
  return url.replace(/^https?:\/\/[^/]+\/(storage\/v1\/b\/)?/, "").replace(/^([^/]+)\/o\//, "$1/");
}

function argsOf(properties: Properties): Args {
  return properties as unknown as Args;
}
