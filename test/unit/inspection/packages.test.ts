import { parseDeb822Sources, parseSourcesList } from "../../../inspection/apt";
import { parseDpkgStatus } from "../../../inspection/dpkg";
import type { Expectation } from "../../../inspection/rule";
import { dpkg, findings, image, type Spoil, STATUS } from "./sound-image";

const LIST = "/etc/apt/sources.list";
const MORE = "/etc/apt/sources.list.d/x.list";
const MORE822 = "/etc/apt/sources.list.d/x.sources";
const sources = (where: string, message: string) => `package-sources: ${where}: ${message}`;
const deb822 = (uri: string, more = "") =>
  `Types: deb deb-src\nURIs: ${uri}\nSuites: trixie\nComponents: main\n${more}`;
const BASED_ON: Partial<Expectation> = { provenance: "based-on" };

test.each<{ spoiled: string; root: Spoil; expected?: Partial<Expectation>; want: string[] }>([
  {
    spoiled: "a flat archive that is trusted whatever it says",
    root: { [MORE]: "deb [trusted=yes] https://evil.example/repo ./\n" },
    want: [
      sources(MORE, "./ of evil.example is taken without a good signature"),
      sources(MORE, "./ comes from evil.example, allowed: Debian's own"),
    ],
  },
  {
    spoiled: "the same in the other format",
    root: { [MORE822]: "Types: deb\nURIs: https://evil.example/repo\nSuites: ./\nTrusted: yes\n" },
    want: [
      sources(MORE822, "./ of evil.example is taken without a good signature"),
      sources(MORE822, "./ comes from evil.example, allowed: Debian's own"),
    ],
  },
  {
    spoiled: "trust without signature in Debian's own archive",
    root: { [LIST]: 'deb [arch=amd64 allow-insecure="yes"] http://deb.debian.org/debian trixie main\n' },
    want: [sources(LIST, "trixie of deb.debian.org is taken without a good signature")],
  },
  {
    spoiled: "no trust at all",
    root: { [LIST]: "deb [trusted=no] http://deb.debian.org/debian trixie main\n" },
    want: [],
  },
  {
    spoiled: "unsigned archives allowed by settings",
    root: { "/etc/apt/apt.conf": 'Acquire { AllowInsecureRepositories "true"; };\n' },
    want: [
      sources(
        "/etc/apt/apt.conf.d",
        "acquire::allowinsecurerepositories is on: apt takes what nobody signed",
      ),
    ],
  },
  {
    spoiled: "sources put elsewhere by settings",
    root: { "/etc/apt/apt.conf": 'Dir::Etc::SourceList "/srv/evil.list";\n' },
    want: ["package-sources not inspected: apt's settings put its sources elsewhere: dir::etc::sourcelist"],
  },
  {
    spoiled: "a foreign host, nothing declared",
    root: { [LIST]: "deb http://evil.example/debian trixie main\n" },
    want: [sources(LIST, "trixie comes from evil.example, allowed: Debian's own")],
  },
  {
    spoiled: "a developer's archive on a host of debian.org",
    root: { [LIST]: "deb http://people.debian.org/~x/debian trixie main\n" },
    want: [sources(LIST, "trixie comes from people.debian.org, allowed: Debian's own")],
  },
  ...[
    "deb.debian.org",
    "security.debian.org",
    "ftp.de.debian.org",
    "snapshot.debian.org",
    "DEB.debian.org:80",
  ].map((host) => ({
    spoiled: `Debian's ${host}`,
    root: { [LIST]: `deb http://${host}/debian trixie main\n` },
    want: [],
  })),
  ...[
    ["a user's name that is a host's", "http://deb.debian.org:x@evil.example/debian", "evil.example"],
    ["a name before a backslash", "http://deb.debian.org\\@evil.example/debian", "evil.example"],
    ["a name before a question mark", "http://deb.debian.org?@evil.example/debian", "evil.example"],
    ["a longer name", "http://deb.debian.org.evil.example/debian", "deb.debian.org.evil.example"],
    ["a folder of the machine", "file:/srv/repo", "file"],
  ].map(([spoiled = "", uri = "", host = ""]) => ({
    spoiled,
    root: { [LIST]: `deb ${uri} trixie main\n` },
    expected: { packageHosts: ["deb.debian.org"] },
    want: [sources(LIST, `trixie comes from ${host}, allowed: deb.debian.org`)],
  })),
  {
    spoiled: "a list of mirrors, as in Debian's own cloud images",
    root: {
      [LIST]: undefined,
      [MORE822]: deb822("mirror+file:///etc/apt/mirrors/debian.list"),
      "/etc/apt/mirrors/debian.list": "# fast\nhttps://deb.debian.org/debian\tpriority:1\n",
    },
    expected: { packageHosts: ["deb.debian.org"] },
    want: [],
  },
  {
    spoiled: "a list of mirrors with a foreign one",
    root: {
      [LIST]: undefined,
      [MORE822]: deb822("mirror+file:/etc/apt/mirrors/debian.list"),
      "/etc/apt/mirrors/debian.list": "https://deb.debian.org/debian\nhttps://evil.example/debian\n",
    },
    want: [sources(MORE822, "trixie comes from evil.example, allowed: Debian's own")],
  },
  {
    spoiled: "a list of mirrors that is not there",
    root: { [MORE822]: deb822("mirror+file:/etc/apt/mirrors/none.list") },
    want: [sources(MORE822, "trixie names a list of mirrors that is not there, or empty")],
  },
  {
    spoiled: "a source that is off",
    root: { [MORE822]: deb822("http://evil.example/", "Enabled: no\n") },
    want: [],
  },
  {
    spoiled: "a file that apt passes over",
    root: { [`${MORE}.save`]: "deb http://evil.example x contrib\n" },
    want: [],
  },
  {
    spoiled: "no source at all",
    root: { [LIST]: undefined, "/etc/apt/sources.list.d/security.list": undefined },
    want: [sources("/etc/apt", "apt has no source: nothing can be upgraded")],
  },
  {
    spoiled: "a line that apt refuses",
    root: { [LIST]: "DEB http://evil.example/debian trixie contrib\n" },
    want: ["package-sources", "archive-keys", "names-and-proxies"].map(
      (rule) => `${rule} not inspected: ${LIST}:1: apt refuses this line`,
    ),
  },
  {
    spoiled: "a publisher whose archives are not known",
    root: { "/etc/os-release": "ID=acme\n" },
    want: [
      'package-sources not inspected: which hosts are the publisher\'s is not known of "acme" (os-release): declare them, packageHosts: [deb.debian.org]',
    ],
  },
  {
    spoiled: "the same, declared",
    root: { "/etc/os-release": "ID=acme\n" },
    expected: { packageHosts: ["deb.debian.org"] },
    want: [],
  },
  {
    spoiled: "another publisher's archive under a system that is based on one",
    root: { [MORE]: "deb https://archive.example/ stable main\n" },
    expected: BASED_ON,
    want: [],
  },
  {
    spoiled: "a flat archive there",
    root: { [MORE]: "deb https://archive.example/repo ./\n" },
    expected: BASED_ON,
    want: [
      sources(
        MORE,
        "./ of archive.example has no areas that could be compared: declare the host in packageHosts",
      ),
    ],
  },
  {
    spoiled: "a flat archive there, declared",
    root: { [MORE]: "deb https://archive.example/repo ./\n" },
    expected: { ...BASED_ON, packageHosts: ["archive.example", "deb.debian.org"] },
    want: [],
  },

  // Packages
  ...[
    ["is maintained by Google <x@google.com>", { Maintainer: "Google <x@google.com>", Section: "web" }],
    ["says Vendor: x@host", { Vendor: "x@host" }],
    ["says Origin: ACME", { Origin: "ACME" }],
  ].map(([what, fields]) => ({
    spoiled: `a package that ${what as string}`,
    root: { "/var/lib/dpkg/status": STATUS + dpkg("chrome", fields as Record<string, string>) },
    want: [`package-origin: chrome: chrome 1 ${what as string}`],
  })),
  {
    spoiled: "a package of Ubuntu's in Debian",
    root: { "/var/lib/dpkg/status": STATUS + dpkg("curl", { Version: "8.5.0-2ubuntu10" }) },
    want: ["package-origin: curl: curl 8.5.0-2ubuntu10 has a version of another archive"],
  },
  {
    spoiled: "the same in Ubuntu",
    root: {
      "/etc/os-release": "ID=ubuntu\n",
      "/var/lib/dpkg/status": STATUS + dpkg("curl", { Version: "8.5.0-2ubuntu10", Origin: "Ubuntu" }),
      [LIST]: "deb http://azure.archive.ubuntu.com/ubuntu noble main\n",
      "/etc/apt/sources.list.d/security.list": undefined,
    },
    want: [],
  },
  {
    spoiled: "a foreign package where that is what is said",
    root: {
      "/var/lib/dpkg/status": STATUS + dpkg("docker-ce", { Maintainer: "Docker <support@docker.com>" }),
    },
    expected: BASED_ON,
    want: [],
  },
  {
    spoiled: "a section that is nothing but the area",
    root: { "/var/lib/dpkg/status": STATUS + dpkg("nvidia", { Section: "non-free" }) },
    want: ["package-areas: nvidia: nvidia 1 is from non-free, allowed: main"],
  },
  {
    spoiled: "an entry without a name",
    root: { "/var/lib/dpkg/status": `${STATUS}Status: install ok installed\nVersion: 1\n` },
    want: [
      ...["esp-programs", "package-areas", "package-origin", "archive-keys", "package-holds"],
      ...["package-architecture", "package-states", "installed-size", "package-files", "unowned-files"],
      ...["cloud-init-datasources", "unattended-upgrades", "log-in-hooks", "libraries", "certificates"],
    ].map(
      (rule) =>
        `${rule} not inspected: /var/lib/dpkg/status: entry 4, after openssh-server has no Package field; repair the database (dpkg --audit) and build again`,
    ),
  },
])("$spoiled: finds exactly that", ({ root, expected, want }) => {
  expect(findings(image(root), expected)).toEqual(want);
});

test("each line of sources.list that apt would read is a source", () => {
  const text =
    "# deb http://no\ndeb [arch=amd64 trusted=yes] https://a.example/debian sid main contrib # x\ndeb-src http://b sid main\n" +
    "deb cdrom:[Debian 13 #1 amd64]/ trixie main\n";
  expect(parseSourcesList("f", text)).toEqual([
    {
      file: "f",
      uri: "https://a.example/debian",
      suite: "sid",
      components: ["main", "contrib"],
      unsigned: true,
      loose: [],
    },
    {
      file: "f",
      uri: "cdrom:[Debian 13 #1 amd64]/",
      suite: "trixie",
      components: ["main"],
      unsigned: false,
      loose: [],
    },
  ]);
});

test("each enabled paragraph of a .sources file is a source for each suite", () => {
  const text =
    "Types: deb deb-src\nURIs: http://a.example/x\nSuites: s s-updates\nComponents: main\n\nEnabled: no\nTypes: deb\nURIs: http://b\nSuites: s\n\nTypes: deb-src\nURIs: http://b\nSuites: s\n";
  expect(parseDeb822Sources("f", text).map(({ uri, suite }) => [uri, suite])).toEqual([
    ["http://a.example/x", "s"],
    ["http://a.example/x", "s-updates"],
  ]);
});

test("the archive area is the section's first word, or the whole of it", () => {
  const sections = ["non-free/net", "contrib", "non-free-firmware", "net", "universe/web", ""];
  const text = sections.map((Section, index) => dpkg(`p${index}`, { Section })).join("");
  expect(parseDpkgStatus(text).map(({ area }) => area)).toEqual([
    "non-free",
    "contrib",
    "non-free-firmware",
    "main",
    "universe",
    "main",
  ]);
});

test("of a system without dpkg its own packages are known, and nothing is said of an apt that it does not have", () => {
  const alpine = image({
    "/var/lib/dpkg/status": undefined,
    [LIST]: undefined,
    "/etc/apt/sources.list.d/security.list": undefined,
    "/lib/apk/db/installed": "P:cloud-init\nV:24.1-r0\nA:noarch\n\n",
    "/etc/cloud/cloud.cfg.d/90_dpkg.cfg": "datasource_list: [ Ec2, GCE ]\n",
  });
  const said = findings(alpine).filter((line) =>
    /^(package-sources|cloud-init-datasources|package-arch)/.test(line),
  );
  expect(said).toEqual([
    "package-sources not inspected: no /var/lib/dpkg/status: not a dpkg system; its packages are those of apk",
    expect.stringMatching(/^cloud-init-datasources: .*Azure/),
  ]);
});
