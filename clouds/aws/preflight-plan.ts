/** The planned publication, as a preflight checks it. */

export interface PreflightPlan {
  /** Region of the upload and the first AMI. */
  homeRegion: string;
  /** Every region of the publication, including the home region. */
  regions: readonly PlannedRegion[];
  product: string;
  /** Version of the release. */
  release: string;
  /** AMIs in every region after the publication. Refused: a name in use by another image, or with other bytes. */
  images: readonly PlannedImage[];
  /**
   * Names of the SSM parameters that will hold them in every region; an existing one that this stack did not create is
   * refused.
   */
  pointers: readonly string[];
  /** 12 digits: refuse to publish from any other account. */
  accountId?: string;
  /** Instances that will be launched in the home region. Absent: none. */
  launches?: readonly PlannedLaunch[];
  /** Value of the tag `imprimatur:stack` on this stack's own images, which may already have the names. */
  stack: string;
  /** This stack's state has nothing of the release yet: an object with its tags is not its own. Absent: it has. */
  isFirst?: boolean;
}

/** Planned use of one region. */
export interface PlannedRegion {
  /** Region code, `eu-central-1`. */
  region: string;
  /** Any AMI or snapshot will be shared with everyone there. */
  public: boolean;
  /** Any of them will be shared with named grantees there. Absent: with no one, or only with everyone. */
  shared?: boolean;
  /**
   * Total of public AMIs of the stack there, including this release's; no difference by itself. Absent: written by a
   * version without this field.
   */
  publicImages?: number;
  /** Accounts, organisations and units that each AMI is shared with there. Absent: within AWS's default quota. */
  grantees?: number;
}

interface PlannedImage {
  name: string;
  /** `x86_64` or `arm64`. */
  architecture: string;
  /** SHA-256 of the raw disk, hex. */
  sha256: string;
}

export interface PlannedLaunch {
  architecture: string;
  /** `uefi`, `uefi-preferred`, `legacy-bios` */
  bootMode: string;
  instanceType: string;
}
