/** What a preflight checks: the publication as planned. */

export interface PreflightPlan {
  homeRegion: string;
  regions: readonly PlannedRegion[];
  product: string;
  /** Version of the release. */
  release: string;
  /** The images of every region after the publication. */
  images: readonly PlannedImage[];
  /** Names of the SSM parameters that will hold them. */
  pointers: readonly string[];
  accountId?: string;
  /** Instances that will be launched in the home region. */
  launches?: readonly PlannedLaunch[];
  /** Value of the tag `imprimatur:stack` on this stack's own images, which may already have the names. */
  stack: string;
  /** This stack's state has nothing of the release yet: an object with its tags is not its own. Absent: it has. */
  isFirst?: boolean;
}

export interface PlannedRegion {
  region: string;
  /** Shared with everyone there. */
  public: boolean;
  /** Shared there with accounts or organisations. Absent: written by a version without this field. */
  shared?: boolean;
  /** Number of public images of the whole stack there afterwards. Absent: written by a version without this field. */
  publicImages?: number;
  /** Number of accounts, organisations and units that an image is shared with there, if above the default quota. */
  grantees?: number;
}

interface PlannedImage {
  name: string;
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
