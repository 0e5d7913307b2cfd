import { DEMO_VERSION } from "../../cli/try/demo-disk";
import { greetingProgram } from "./greeting";

/** Content of the demo disk; by path. A folder ends with a slash. */
interface Content {
  esp: Readonly<Record<string, string | Buffer>>;
  root: Readonly<Record<string, string | Buffer>>;
}

const greeting = greetingProgram(`Imprimatur demo disk ${DEMO_VERSION}: booted.`);

/** Enough of a system that an inspection has something to look at, and everything is in order. */
export const CONTENT: Content = {
  esp: {
    "EFI/BOOT/BOOTX64.EFI": greeting,
    "EFI/Linux/imprimatur-demo.efi": greeting,
    "loader/entries/demo.conf":
      "title   Imprimatur demo\nefi     /EFI/Linux/imprimatur-demo.efi\noptions console=ttyS0\n",
  },
  root: {
    "etc/os-release": [
      'PRETTY_NAME="Imprimatur demo"',
      'NAME="Imprimatur demo"',
      "ID=imprimatur-demo",
      `VERSION_ID="${DEMO_VERSION}"`,
      `IMAGE_VERSION="${DEMO_VERSION}"`,
      "",
    ].join("\n"),
    "etc/hostname": "demo\n",
    "etc/machine-id": "",
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\n",
    "etc/shadow": "root:*:20777:0:99999:7:::\n",
    "etc/cloud/cloud.cfg.d/01_clouds.cfg": "datasource_list: [NoCloud, Ec2, GCE, Azure]\n",
    "etc/apt/sources.list": "deb http://deb.debian.org/debian trixie main\n",
    "etc/apt/apt.conf.d/20auto-upgrades":
      'APT::Periodic::Update-Package-Lists "1";\nAPT::Periodic::Unattended-Upgrade "1";\n',
    "var/lib/dpkg/status": [
      ...dpkgEntry("cloud-init", "25.1-1", "all", 2500),
      ...dpkgEntry("imprimatur-demo", DEMO_VERSION, "amd64", 12),
      ...dpkgEntry("unattended-upgrades", "2.12", "all", 320),
    ].join("\n"),
    "boot/": "",
    "home/": "",
    "root/": "",
    "tmp/": "",
    "usr/": "",
    "var/log/": "",
  },
};

function dpkgEntry(name: string, version: string, architecture: string, kilobytes: number): string[] {
  return [
    `Package: ${name}`,
    "Status: install ok installed",
    "Priority: optional",
    "Section: admin",
    `Installed-Size: ${kilobytes}`,
    "Maintainer: Imprimatur demo <demo@example.org>",
    `Architecture: ${architecture}`,
    `Version: ${version}`,
    "Description: entry of the demo disk, without the files",
    "",
  ];
}
