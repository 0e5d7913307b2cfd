/**
 * Durations in seconds at pace 1. Azure's own are minutes (replication: 15 minutes to 2 hours); these are long enough
 * to detect a client that does not wait.
 */
export const SECONDS = {
  disk: 1,
  access: 0.5,
  gallery: 1,
  definition: 0.5,
  /** First region; each further one takes {@link SECONDS.nextRegion} more. */
  region: 2,
  nextRegion: 0.5,
  /** First region added to an existing version. */
  addedRegion: 2,
  /** Time until a disk can be created from a replica reported complete. */
  usable: 0.5,
  share: 1,
  delete: 0.5,
  /** Deletion of a version's bytes in every region. */
  deleteVersion: 1,
  /** Time until an emptied container can be deleted. */
  emptied: 1.5,
} as const;

export type Delay = keyof typeof SECONDS;

/**
 * Durations of Azure in seconds, for `--pace recorded`. Unless noted otherwise: from the times in azure-cli's
 * recordings (github.com/Azure/azure-cli, src/azure-cli/azure/cli/command_modules/vm/tests/latest/recordings/).
 */
export const RECORDED: Readonly<Partial<Record<Delay, number>>> = {
  /** test_vm_disk_upload.yaml 0.1 s, test_create_disk_from_diff_gallery_image_version.yaml 0.3 to 0.6 s. */
  disk: 0.3,
  /** test_vm_trusted_launch_os_disk_secure_upload.yaml, test_snapshot_access.yaml: 0.16 to 0.4 s. */
  access: 0.4,
  /** test_gallery_e2e.yaml (2023-06-25), test_community_gallery_operations.yaml: 0.6 to 1.5 s. */
  gallery: 1.5,
  /** test_gallery_e2e.yaml, 2023-06-25. */
  definition: 0.3,
  /** test_gallery_specialized.yaml and two more: 7 to 8 minutes for 10 to 30 GB in one region. */
  region: 431,
  /** test_gallery_e2e.yaml, 2023-06-25: an existing version got one region more. */
  addedRegion: 365,
  /** No recording of a new version in several regions has exact times: as for an added region. */
  nextRegion: 365,
  /** "Some 10 minutes" at most (github.com/Azure/AgentBaker/pull/8373, 2026-04-22); a tenth of it keeps a test short. */
  usable: 60,
  /** test_community_gallery_operations.yaml. */
  share: 0.25,
  /** test_disk_access.yaml 0.3 s; test_gallery_e2e.yaml: a definition 0.23 s, a gallery 0.11 s. */
  delete: 0.3,
  /** test_gallery_e2e.yaml, 2023-06-25: one or two regions. */
  deleteVersion: 90,
  /** 10 to 90 s (github.com/Azure/azure-rest-api-specs/issues/11559); test_gallery_e2e.yaml leaves 32 and 94 s. */
  emptied: 30,
};
