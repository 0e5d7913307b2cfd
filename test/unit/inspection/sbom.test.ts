import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import { readSbom } from "../../../config/sbom";
import { NotInspectable, type Tree } from "../../../inspection/tree";
import type { InspectedImage } from "../../../inspection/image";
import { sbomOf } from "../../../inspection/sbom";

interface Sbom {
  serialNumber: string;
  metadata: { component: { name: string; version: string; hashes: { content: string }[] } };
  components: { name: string; version: string; purl: string }[];
}

const STATUS = `Package: zlib1g
Status: install ok installed
Version: 1:1.2.13.dfsg-1
Architecture: amd64
Section: libs
Maintainer: Mark Brown <broonie@debian.org>

Package: gone
Status: deinstall ok config-files
Version: 1
Architecture: all

Package: g++
Status: install ok installed
Version: 4:12.2.0-3
Architecture: amd64
`;
const OS_RELEASE = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n';
const SUBJECT = { file: "debian.raw", identity: "a".repeat(64), toolVersion: "0.1.0" };

/** An image whose root holds these files. */
function imageOf(files: Record<string, string>): InspectedImage {
  const root: Tree = {
    read: (path) => (path in files ? Buffer.from(files[path] ?? "") : undefined),
    list: (path) => (Object.keys(files).some((file) => file.startsWith(`${path}/`)) ? [] : undefined),
    md5: () => undefined,
    sha256: () => undefined,
    target: () => undefined,
  };
  return { size: 0, architecture: "x86_64", partitions: [], esp: new NotInspectable("none"), root };
}

const DEBIAN = { "/var/lib/dpkg/status": STATUS, "/etc/os-release": OS_RELEASE };
const sbom = (files: Record<string, string>) => JSON.parse(sbomOf(imageOf(files), SUBJECT)) as Sbom;

test("every installed package has its package URL, what was removed has none", () => {
  expect(sbom(DEBIAN).components.map(({ name, purl }) => [name, purl])).toEqual([
    ["g++", "pkg:deb/debian/g%2B%2B@4:12.2.0-3?arch=amd64&distro=debian-12"],
    ["zlib1g", "pkg:deb/debian/zlib1g@1:1.2.13.dfsg-1?arch=amd64&distro=debian-12"],
  ]);
});

test("the subject is the system, known by the disk's digest", () => {
  expect(sbom(DEBIAN).metadata.component).toMatchObject({
    name: "debian",
    version: "12",
    hashes: [{ alg: "SHA-256", content: SUBJECT.identity }],
  });
});

test("a disk without a digest of the whole file is known by its block map, and no hash is claimed of it", () => {
  const identity = `block-map:${"c".repeat(64)}`;
  const text = sbomOf(imageOf(DEBIAN), { ...SUBJECT, identity });
  expect(text).not.toContain("hashes");
  expect(readSbom(text, "a.cdx.json").sbom?.disk).toBe(identity);
});

test("the same disk gives the same text, another one another serial number", () => {
  expect(sbomOf(imageOf(DEBIAN), SUBJECT)).toBe(sbomOf(imageOf(DEBIAN), SUBJECT));
  expect(sbomOf(imageOf(DEBIAN), SUBJECT)).not.toContain("timestamp");
  const other = JSON.parse(sbomOf(imageOf(DEBIAN), { ...SUBJECT, identity: "b".repeat(64) })) as Sbom;
  const { serialNumber } = sbom(DEBIAN);
  expect(serialNumber).toMatch(
    /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  expect(other.serialNumber).not.toBe(serialNumber);
});

test("it says what apt would install newer packages from, and in which order its preferences count", () => {
  const text = sbomOf(
    imageOf({
      ...DEBIAN,
      "/etc/os-release": `${OS_RELEASE}VERSION_CODENAME=bookworm\n`,
      "/var/lib/dpkg/status": `${STATUS}Source: gcc-defaults (1.203)\n\nPackage: held\nStatus: hold ok installed\nVersion: 1\nArchitecture: all\n`,
      "/etc/apt/sources.list":
        "deb mirror+file:/etc/apt/mirrors bookworm main\n# deb-src x\ndeb http://b.example/ apt/ \n",
      "/etc/apt/mirrors": "https://a.example/debian\thost:1\nhttps://c.example\n",
      "/etc/apt/preferences":
        "# first\nPackage: z\nPin: release n=x\nPin-Priority: 2\n\nPackage: a\nPin: version 1\nPin-Priority: 1\n",
    }),
    SUBJECT,
  );
  expect(readSbom(text, "sbom.json").sbom).toMatchObject({
    ...{ disk: SUBJECT.identity, system: "debian 12", codename: "bookworm" },
    packages: [
      {
        name: "g++",
        version: "4:12.2.0-3",
        source: "gcc-defaults",
        sourceVersion: "1.203",
        wanted: "install",
      },
      { name: "held", wanted: "hold" },
      { name: "zlib1g", source: "zlib1g", sourceVersion: "1:1.2.13.dfsg-1" },
    ],
    aptSources: [
      { uri: "http://b.example/", suite: "apt/", components: [] },
      { uri: "https://a.example/debian", suite: "bookworm", components: ["main"] },
    ],
    aptPreferences:
      "Package: z\nPin: release n=x\nPin-Priority: 2\n\nPackage: a\nPin: version 1\nPin-Priority: 1",
  });
});

describe("by CycloneDX's own schema", () => {
  // It compiles the whole schema, which takes a second or two.
  const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
  const problems = async (text: string): Promise<unknown> => (await validator.validate(text)) ?? [];

  test.each([
    { what: "Debian", files: DEBIAN },
    { what: "a system that names nothing", files: { "/var/lib/dpkg/status": STATUS } },
    { what: "a system without packages", files: { ...DEBIAN, "/var/lib/dpkg/status": "" } },
  ])("that of $what is valid, and holds nothing that the schema has not", async ({ files }) => {
    expect(await problems(sbomOf(imageOf(files), SUBJECT))).toEqual([]);
  });

  test.each([
    {
      what: "a component without a name",
      change: ({ components }: Sbom) => void (components[0]!.name = 1 as never),
    },
    {
      what: "a digest that is none",
      change: ({ metadata }: Sbom) => void (metadata.component.hashes[0]!.content = "x"),
    },
    {
      what: "a member that the schema has not",
      change: (bom: Sbom) => void Object.assign(bom, { signedBy: "us" }),
    },
  ])("$what is found, so the judge is awake", async ({ change }) => {
    const bom = sbom(DEBIAN);
    change(bom);
    expect(await problems(JSON.stringify(bom))).not.toEqual([]);
  });
});

test("a system without dpkg has no bill of materials, and not an empty one", () => {
  expect(() => sbom({ "/etc/os-release": OS_RELEASE })).toThrow("no /var/lib/dpkg/status: not a dpkg system");
});

test("where the program rpm is missing, the packages of such a system are refused with what to install", () => {
  const files = { "/etc/os-release": OS_RELEASE, "/usr/lib/sysimage/rpm/rpmdb.sqlite": "x" };
  const before = process.env.PATH;
  process.env.PATH = "/nowhere";
  expect(() => sbom(files)).toThrow(
    "/usr/lib/sysimage/rpm/rpmdb.sqlite: the packages of this system are listed by the program rpm, which is not installed; install it",
  );
  process.env.PATH = before;
});

test("Alpine's packages are those of apk's database", () => {
  const INSTALLED =
    "C:Q1x=\nP:musl\nV:1.2.5-r0\nA:x86_64\nI:622592\nm:Timo <t@alpinelinux.org>\no:musl\nF:lib\nR:libc.so\n\n" +
    "P:alpine-keys\nV:2.4-r1\nA:noarch\nI:10\n\n";
  const files = { "/etc/os-release": "ID=alpine\nVERSION_ID=3.20.3\n", "/lib/apk/db/installed": INSTALLED };
  expect(sbom(files).components.map(({ name, purl }) => [name, purl])).toEqual([
    ["alpine-keys", "pkg:apk/alpine/alpine-keys@2.4-r1?arch=noarch&distro=alpine-3.20.3"],
    ["musl", "pkg:apk/alpine/musl@1.2.5-r0?arch=x86_64&distro=alpine-3.20.3"],
  ]);
});

test("an entry that is damaged is named, with its place", () => {
  const damaged = {
    ...DEBIAN,
    "/var/lib/dpkg/status": `${STATUS}\nStatus: install ok installed\nVersion: 1\n`,
  };
  expect(() => sbom(damaged)).toThrow("/var/lib/dpkg/status: entry 4, after g++ has no Package field");
});
