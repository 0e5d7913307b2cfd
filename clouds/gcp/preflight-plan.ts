/** The planned publication, as a preflight checks it. */
import type { Owner } from "./others";

export interface GooglePreflightPlan {
  /** Project that owns the images. */
  project: string;
  /** Bucket that the archives pass through. */
  bucket: string;
  /**
   * Where the program makes the bucket, after this check: refused if its name is in use, on all of Google Cloud, or if
   * it is elsewhere. Absent: the bucket is there.
   */
  bucketLocation?: string;
  /** Images after the publication. Refused: a name in use by another image, or with other bytes. */
  images: readonly PlannedImage[];
  /** Storage location of the images (`eu`, `us-central1`); empty: Google's choice. */
  storageLocations: readonly string[];
  /** Links of the licenses of the images: refused if one does not exist. Absent: none. */
  licenses?: readonly string[];
  /** Object names of the archives in the bucket: refused if another stack's archive has one. Absent: not checked. */
  archives?: readonly string[];
  /** Families of the images: refused if they hold another stack's. Absent: not checked. */
  families?: readonly string[];
  /** This stack, whose own images may already have the names. */
  owner: Owner;
  /** This stack's state has nothing of the release yet: an object with its labels is not its own. Absent: it has. */
  isFirst?: boolean;
}

export interface PlannedImage {
  name: string;
  /** SHA-256 of the raw disk, hex. */
  sha256: string;
}
