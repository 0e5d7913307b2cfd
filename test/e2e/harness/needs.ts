import { programPath } from "../../../facts/programs";

/** Programs that the end-to-end tests use in addition to the engine, and the Debian package of each. */
const PACKAGES: Readonly<Record<string, string>> = {
  "qemu-system-x86_64": "qemu-system-x86 and ovmf",
  "qemu-system-aarch64": "qemu-system-arm and qemu-efi-aarch64",
  "qemu-img": "qemu-utils",
  mmdebstrap: "mmdebstrap",
  mcopy: "mtools",
  sfdisk: "fdisk",
  "mkfs.vfat": "dosfstools",
  strace: "strace",
  mke2fs: "e2fsprogs",
  debugfs: "e2fsprogs",
  "dpkg-deb": "dpkg",
  "mkfs.xfs": "xfsprogs",
  rpm: "rpm",
  rpmbuild: "rpm",
  swtpm: "swtpm",
  swtpm_setup: "swtpm-tools",
  tpm2_quote: "tpm2-tools",
};

/** `test` where these programs are installed; elsewhere a skipped test whose name gives the packages to install. */
export function testWith(
  programs: string[],
): (name: string, run: () => Promise<void> | void, timeout?: number) => void {
  const cure = cureFor(programs);
  if (cure === undefined) return (name, run, timeout) => test(name, async () => run(), timeout);
  return (name) => test.skip(`${name} (skipped: ${cure})`, () => undefined);
}

/** The same for tests that share a set-up. */
export function describeWith(programs: string[]): (name: string, tests: () => void) => void {
  const cure = cureFor(programs);
  if (cure === undefined) return (name, tests) => describe(name, tests);
  return (name, tests) => describe.skip(`${name} (skipped: ${cure})`, tests);
}

/** Packages to install; `undefined`: none is missing. */
function cureFor(programs: string[]): string | undefined {
  const missing = programs.filter((program) => programPath(program) === undefined);
  if (missing.length === 0) return undefined;
  return `install ${missing.map((program) => PACKAGES[program] ?? program).join(", ")}`;
}
