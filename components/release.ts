import * as pulumi from "@pulumi/pulumi";
import { diskIdentity, identityTag } from "../facts/disk-identity";
import type { Product } from "../config/product";
import { isShared } from "../config/release";
import { Record as SignedRecord } from "../resources/record";
import { WithdrawalNotice } from "../resources/withdrawal-notice";
import type { OpenCloud, PublishedRelease, ReleaseBuild } from "./cloud";
import { planNotice, planRecord, type Recording } from "./record";

interface ReleaseArgs extends ReleaseBuild {
  readonly product: Product;
  /** The clouds it is published on. */
  readonly clouds: readonly OpenCloud[];
  /** Absent: no record. */
  readonly recording?: Recording;
}

/**
 * One release of a product, on every cloud of the stack. `aws/release.ts`, `gcp/release.ts` and `azure/release.ts`
 * describe the steps there: upload, register, copy, verify, and only then share.
 *
 * A record is signed between verification and sharing, after all clouds have verified: nothing is shared that is not
 * in a record.
 */
export class Release extends pulumi.ComponentResource {
  readonly version: string;
  /** Outputs of this release: ids by cloud, architecture and region, and their proof. */
  readonly published: Readonly<Record<string, unknown>>;
  /** The signed record, as text. */
  readonly record?: pulumi.Output<string>;

  constructor(name: string, args: ReleaseArgs, options?: pulumi.ComponentResourceOptions) {
    super("imprimatur:component:Release", name, {}, options);
    const { product, release, imageFile, clouds, recording } = args;
    this.version = release.version;
    let isRecorded: (record: pulumi.Resource[]) => void = () => {};
    const recorded = new Promise<pulumi.Resource[]>((resolve) => (isRecorded = resolve));
    const on = clouds.map((cloud) => ({
      cloud: cloud.cloud,
      ...cloud.publish({ release, imageFile }, { parent: this }, recorded),
    }));
    const record = recording && this.sign(name, args, recording, on);
    if (record) this.record = record.bundle;
    if (recording && release.state === "withdrawn") this.announce(name, args, recording, options);
    // Closing does not wait for a signature.
    isRecorded(record && isShared(release.state) ? [record] : []);

    this.published = {
      product: product.name,
      release: release.version,
      state: release.state,
      digests: Object.fromEntries(
        Object.entries(imageFile.images).map(([architecture, image]) => [
          architecture,
          identityTag(diskIdentity(image)),
        ]),
      ),
      ...Object.fromEntries(on.map(({ cloud, images }) => [cloud, images])),
      ...Object.fromEntries(on.flatMap(({ others }) => Object.entries(others))),
      proof: Object.fromEntries(on.map(({ cloud, proof }) => [cloud, proof])),
    };
    this.registerOutputs({ published: this.published });
  }

  private sign(
    name: string,
    args: ReleaseArgs,
    recording: Recording,
    published: readonly PublishedRelease[],
  ): SignedRecord {
    // Withdrawing removes recorded objects, on Azure the version itself; the record keeps what was true.
    const ignoreChanges = args.release.state === "withdrawn" ? ["objects"] : [];
    return new SignedRecord(name, planRecord(recording, args, published), { parent: this, ignoreChanges });
  }

  /**
   * Nothing depends on it, and it depends on every closing: a release is closed even if the notice cannot be signed.
   */
  private announce(
    name: string,
    args: ReleaseArgs,
    recording: Recording,
    { dependsOn = [] }: pulumi.ComponentResourceOptions = {},
  ): void {
    new WithdrawalNotice(name, planNotice(recording, args), { parent: this, dependsOn });
  }
}
