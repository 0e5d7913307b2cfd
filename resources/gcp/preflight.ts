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
  /** Bucket that the archives pass through. */
  bucket: string;
  /**
   * Where the program makes the bucket, after this check: refused if its name is in use, on all of Google Cloud, or if
   * it is elsewhere. Absent: the bucket is there.
   */
  bucketLocation?: string;
  /** Images after the `up`. Refused: a name in use by another image, or with other bytes. */
  images: PreflightImage[];
  /** Storage location of the images (`eu`, `us-central1`); empty: Google's choice. */
  storageLocations: string[];
  /** Links of the licenses of the images: refused if one does not exist. Absent: none. */
  licenses?: string[];
  /** Any image will be shared with every authenticated user: refused early when an organisation policy forbids it. */
  public: boolean;
  /** Object names of the archives in the bucket: refused if another stack's archive has one. */
  archives: string[];
  /** Families of the images: refused if they hold another stack's. */
  families: string[];
  /** A withdrawn release is not checked; one that returns is checked completely. */
  withdrawn?: boolean;
  /** Further IAM members to be named; a policy that may forbid them is a warning. */
  members?: string[];
}

/**
 * Checks early everything that Google would refuse late: credentials, project, Compute Engine API, write access to
 * the bucket or the right to make it, image names and their number, licenses, and domain-restricted sharing where the publisher may read it
 * (`orgpolicy.policy.get`). All problems are reported at once.
 */
export class Preflight extends ImprimaturResource {
  constructor(name: string, args: PreflightArgs, options?: pulumi.CustomResourceOptions) {
    super("imprimatur:gcp:Preflight", name, args, [], options);
  }
}
