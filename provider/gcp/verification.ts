import { findImage, type GoogleImage, identityOf, imageName } from "../../clouds/gcp/api/images";
import type { GoogleSession } from "../../clouds/gcp/api/session";
import { findObject, type ObjectPlace, showObject } from "../../clouds/gcp/api/objects";
import { hashObject } from "../../clouds/gcp/read-object";
import { otherObject } from "../../config/object-identity";
import { UNKNOWN } from "../../facts/engine";
import { type Call, diffInputs, type Properties } from "../../plugin/resource";
import { Shape } from "../../plugin/shape";
import { typedResource } from "../../plugin/typed-resource";
import type { VerificationArgs } from "../../resources/gcp/verification";
import type { Resolved } from "../../resources/resource";
import { flag, number, text } from "../fields";
import { diffIdentity, IDENTITY, identityOutputs, planIdentity } from "../object-identity";
import { sessionFor } from "./session";

const COMPUTED = ["level", "uid", "createdAt"];
const ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: "X86_64", arm64: "ARM64" };

type Args = Resolved<VerificationArgs>;

const INPUTS = Shape.of<Args>({
  ...{ project: text, image: text, source: text, crc32c: text, archiveSize: number },
  ...{ archiveSha256: text.optional(), generation: text.optional() },
  ...{ diskSizeGb: number, architecture: text, blockMapRoot: text, shared: flag.optional() },
});

/**
 * The gate, as far as Google permits: see the resource's docstring on the level of proof.
 *
 * The image's id and creation time are kept. When another image has its name, `read` keeps the verified one in the
 * state and records the other (`other`); the next `up` then stops in `update`, unless the image is private: closing
 * waits for nothing.
 */
export const verification = typedResource({
  computed: COMPUTED,
  inputs: INPUTS,
  kept: INPUTS.pick("project", "image").and(IDENTITY),
  diff(old, wanted) {
    const inputs = withoutUntold(old.inputs, wanted);
    const all = Object.keys({ ...old.inputs, ...inputs });
    const diff = diffInputs(old.inputs, inputs, { replaceOn: all, ignore: ["shared"] });
    if (old.outputs.other === undefined || Object.keys(diff.changes).length > 0)
      return diffIdentity(old, diff);
    return { changes: { image: { kind: "update", replace: false } } };
  },
  plan: (old, inputs) => planIdentity(old, inputs, COMPUTED),
  async create(args, call) {
    const image = await findImage(sessionFor(call), args);
    const problems = image ? await differences(image, args, call) : ["it does not exist"];
    if (problems.length > 0) {
      throw new Error(
        `image ${show(args)} is not the inspected disk: ${problems.join("; ")}; ` +
          "it was not shared: delete it and run `pulumi up --refresh`",
      );
    }
    return {
      id: `${args.project}/${imageName(args.image)}/${args.blockMapRoot}`,
      outputs: {
        ...args,
        level: args.archiveSha256 === undefined ? "source" : "archive bytes",
        ...identityOutputs(image ? identityOf(image) : {}),
      },
    };
  },
  async read(id, old, call) {
    const found = await findImage(sessionFor(call), old.outputs);
    if (!found) return undefined;
    const other = otherObject(old.outputs, identityOf(found));
    return { id, inputs: old.inputs, outputs: { ...old.outputs, other } };
  },
  async update(_id, old, args, call) {
    const found = await findImage(sessionFor(call), args);
    const other = found && otherObject(old.outputs, identityOf(found));
    if (args.shared !== false && (!found || other)) {
      const name = imageName(args.image);
      throw new Error(
        `image ${show(args)} is not the one that was verified: ${other ?? "it is gone"}; look at who made it, delete it ` +
          `(\`gcloud compute images delete ${name} --project=${args.project}\`) and run \`pulumi up --refresh\`, which makes ` +
          "the image again from the raw disk",
      );
    }
    return { ...old.outputs, ...args, ...identityOutputs(old.outputs), other };
  },
  async delete() {
    // Nothing was created.
  },
});

/**
 * The image's `archiveSizeBytes` is not compared: it is the size of Google's own stored copy, a multiple of 64
 * unrelated to the archive (10.8 GB of debian-9-v20190514's disk of 10 GB; as well centos-7-v20190515 and
 * arch-v20220315, read in public records 2026-11).
 */
async function differences(image: GoogleImage, args: Args, call: Call): Promise<string[]> {
  const session = sessionFor(call);
  const problems: string[] = [];
  const expect = (what: string, have: unknown, want: unknown) => {
    if (String(have) !== String(want))
      problems.push(`its ${what} is ${String(have)}, expected ${String(want)}`);
  };
  expect("status", image.status, "READY");
  expect("disk size in GB", image.diskSizeGb, args.diskSizeGb);
  // The default architecture of an image is X86_64.
  expect(
    "architecture",
    image.architecture ?? "X86_64",
    ARCHITECTURES[args.architecture] ?? args.architecture,
  );
  // Google now returns an empty source; if it returns one, it must be ours.
  if (image.rawDisk?.source) expect("source", pathOf(image.rawDisk.source), pathOf(args.source));

  const [bucket = "", ...rest] = pathOf(args.source).split("/");
  const place = { bucket, object: rest.join("/") };
  return [...problems, ...(await archiveProblems(session, place, args))];
}

/**
 * The image was created between the read-back after the upload and this one: with one generation, the content is the
 * same.
 */
async function archiveProblems(session: GoogleSession, place: ObjectPlace, args: Args): Promise<string[]> {
  const { crc32c, archiveSize, archiveSha256, generation } = args;
  const archive = await findObject(session, place);
  if (!archive) return [`its archive ${showObject(place)} is gone before it was compared`];
  if (archive.crc32c !== crc32c || Number(archive.size) !== archiveSize)
    return [`its archive ${showObject(place)} has CRC32C ${archive.crc32c}, sent was ${crc32c}`];
  if (archiveSha256 === undefined || generation === undefined) return [];
  if (archive.generation !== generation) {
    return [
      `its archive ${showObject(place)} is of generation ${archive.generation}, and the one that was sent of ${generation}: ` +
        "somebody else wrote it",
    ];
  }
  const sha256 = await hashObject(session, { ...place, generation, size: archiveSize });
  if (sha256 === archiveSha256) return [];
  return [`its archive ${showObject(place)} is read back as sha256 ${sha256}, sent was ${archiveSha256}`];
}

function show({ project, image }: Args): string {
  return `${project}/${imageName(image)}`;
}

/** `bucket/object` of an archive's URL, on any of its hosts. */
function pathOf(url: string): string {
  return url.replace(/^https?:\/\/[^/]+\/(storage\/v1\/b\/)?/, "").replace(/^([^/]+)\/o\//, "$1/");
}

/**
 * An archive of an older version has neither, and an output that a resource never sets is unknown in every preview:
 * not a change, since a new archive also has another CRC32C.
 */
function withoutUntold(old: Properties, inputs: Properties): Properties {
  const untold = ["archiveSha256", "generation"].filter(
    (name) => old[name] === undefined && inputs[name] === UNKNOWN,
  );
  return Object.fromEntries(Object.entries(inputs).filter(([name]) => !untold.includes(name)));
}
