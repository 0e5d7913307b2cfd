import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { digestsOf } from "../config/disk-digests";
import { diskIdentity } from "../facts/disk-identity";
import { canonicalJson } from "../facts/canonical-json";
import type { RecordConfig } from "../config/record";
import type { StackConfig } from "../config/stack";
import type { RecordArgs } from "../resources/record";
import type { WithdrawalNoticeArgs } from "../resources/withdrawal-notice";
import { SigningKey } from "../resources/signing-key";
import type { PublishedRelease, ReleaseBuild } from "./cloud";
import { imagesOf } from "./images";

/** Settings of the records, common to every release of the stack. */
export interface Recording {
  readonly config: RecordConfig;
  /** SHA-256 of the stack's config, hex. */
  readonly configDigest: string;
}

/** `undefined`: the stack makes no records. */
export function recordingOf(config: StackConfig): Recording | undefined {
  if (config.record === undefined) return undefined;
  const configDigest = createHash("sha256").update(canonicalJson(config)).digest("hex");
  return { config: config.record, configDigest };
}

/** Checks the key before anything is created. */
export function askForKey(
  name: string,
  { config }: Recording,
  builds: readonly ReleaseBuild[],
  options?: pulumi.CustomResourceOptions,
): SigningKey {
  const releases = Object.fromEntries(
    builds.map((build) => [
      build.release.version,
      Object.fromEntries(
        imagesOf(build).map(({ architecture, image }) => [architecture, diskIdentity(image)]),
      ),
    ]),
  );
  const inputs = Object.fromEntries(
    builds.flatMap((build) => {
      const signed = imagesOf(build).filter(({ image }) => typeof image.input === "object");
      return signed.length === 0 ? [] : [[build.release.version, Object.fromEntries(signed.map(inputOf))]];
    }),
  );
  // Without a signature for the disk there is nothing to check, and the inputs stay unchanged.
  const checked = Object.keys(inputs).length > 0 ? { inputs } : {};
  return new SigningKey(name, { releases, ...checked, ...config.signWith }, options);
}

function inputOf({ architecture, image }: ReturnType<typeof imagesOf>[number]) {
  const { file, sha512, input } = image;
  return [architecture, { file, sha512, input }] as const;
}

/** Content of a release's record, without its signature. */
export function planRecord(
  { config, configDigest }: Recording,
  {
    product: { name, publisher, provenance },
    release,
    imageFile,
  }: ReleaseBuild & Pick<StackConfig, "product">,
  published: readonly PublishedRelease[],
): RecordArgs {
  return {
    product: name,
    version: release.version,
    variant: release.variant,
    publisher,
    provenance,
    imageFile,
    imageFileAt: release.imageFile,
    configDigest,
    objects: published.flatMap(({ objects }) => objects),
    folder: config.folder,
    ...config.signWith,
  };
}

/** Signed content for a withdrawn release. */
export function planNotice(
  { config }: Recording,
  { product: { name, publisher }, release, imageFile }: ReleaseBuild & Pick<StackConfig, "product">,
): WithdrawalNoticeArgs {
  return {
    product: name,
    version: release.version,
    publisher,
    disks: Object.values(imageFile.images).map((image) => ({ file: image.file, ...digestsOf(image) })),
    reason: release.reason,
    folder: config.folder,
    ...config.signWith,
  };
}
