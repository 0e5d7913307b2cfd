import type * as pulumi from "@pulumi/pulumi";
import { ImprimaturResource } from "../resource";

export interface PreflightImage {
  name: string;
  /** SHA-256 of the raw disk, hex. */
  sha256: string;
}

export interface PreflightArgs {
  /** Project that owns the images. */
  project: string;
  /** Bucket that the archives pass through. It is there by then: the publisher's, or made by the program just before. */
  bucket: string;
  /** Images that are there afterwards. Refused: a name that another image holds, and other bytes. */
  images: PreflightImage[];
  /** Where the image is kept (`eu`, `us-central1`); empty: Google's choice. */
  storageLocations: string[];
  /** Links of the licenses that the images are made with: refused when there is none such. Absent: none. */
  licenses?: string[];
  /** Any image will be shared with every authenticated user: refused early when an organisation policy forbids it. */
  public: boolean;
  /** Objects of the bucket that the archives will be: refused when another stack's archive is there. */
  archives: string[];
  /** Families that users will find the images in: refused when they find another stack's there. */
  families: string[];
  /** Nothing is asked for a withdrawn release; one that comes back is asked for everything again. */
  withdrawn?: boolean;
  /** IAM members that will be named besides; a policy that may forbid them is a warning. */
  members?: string[];
}

/**
 * Everything that Google would refuse late, asked first: credentials, project, Compute Engine API, a bucket that can be
 * written, image names and their number, licenses, and domain-restricted sharing where the publisher may ask for it (`orgpolicy.policy.get`). All problems are reported at once.
 */
export class Preflight extends ImprimaturResource {
  constructor(name: string, args: PreflightArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:gcp:Preflight", name, args, [], options);
  }
}
