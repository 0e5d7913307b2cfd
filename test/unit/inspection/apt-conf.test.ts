import { AptSettings, isAptFile, readAptConf } from "../../../inspection/apt-conf";
import { findings, image, type Spoil, treeOf } from "./sound-image";

function settings(text: string): Record<string, string> {
  const found = new AptSettings();
  readAptConf(text, found, { file: "f", root: treeOf({ "/inc": 'T::I "1";' }), depth: 0 });
  return Object.fromEntries(found);
}

// Each compared with `apt-config dump` of apt 2.6.1, 2026-11-25; so were 4,500 random texts.
test.each<[string, Record<string, string>]>([
  ['T::A "1";', { "t::a": "1" }],
  ["T::A yes;", { "t::a": "yes" }],
  ['t::a "1"; T::A "2";', { "t::a": "2" }],
  ['T { A "1"; B { C "2" } }', { "t::a": "1", "t::b::c": "2" }],
  ['T { A "1"; B { C "2" }; };', { "t::a": "1", "t::b::c": "2" }],
  ['T\n{\n A\n "1"\n ;\n}\n;', { "t::a": "1" }],
  ['T::A "1" {B "2";};', { "t::a": "1", "t::a::b": "2" }],
  ['"T::A" "1";', { "t::a": "1" }],
  ['T::L { "a"; "b"; };', {}],
  ['T::A "1"; /* x\nT::A "2"; */ T::B "3"; // T::B "4";\n# T::C "5";', { "t::a": "1", "t::b": "3" }],
  ['T::A /* c */ "1";', { "t::a": "1" }],
  ['/* // */ T::A "1";\n*/ T::B "1";', { "t::b": "1" }],
  ['T::A "x/*y//z;{#";', { "t::a": "x/*y//z;{#" }],
  ['T::A "1"; T::B "2"; #clear T::A;', { "t::b": "2" }],
  ['T::A "1"; T::B::C "2"; #clear T;', {}],
  ['#include "/inc"; T::A "1";', { "t::i": "1", "t::a": "1" }],
])("apt reads %j", (text, want) => {
  expect(settings(text)).toEqual(want);
});

test.each<[string, RegExp]>([
  ['T::A "1"', /no ";" after/],
  ["T::A 1 2;", /too much in/],
  ['T::A "1;\nT::B "2";', /too much in/],
  ['T { #clear A; B "1"; };', /#clear inside of braces/],
  ['{ A "1"; };', /braces without a name/],
  ['#include "/none";', /#include \/none/],
])("apt refuses %j", (text, problem) => {
  expect(() => settings(text)).toThrow(problem);
});

test.each([
  ["20auto-upgrades", true],
  ["a.b.conf", true],
  ["a_b-C:d", true],
  ["20auto-upgrades.disabled", false],
  ["a.CONF", false],
  ["a~", false],
  ["a+b", false],
  [".conf", false],
])("apt reads the part %s: %s", (name, want) => {
  expect(isAptFile(name, ["", "conf"])).toBe(want);
});

const FOLDER = "/etc/apt/apt.conf.d";
const AUTO = `${FOLDER}/20auto-upgrades`;
const LISTS = 'APT::Periodic::Update-Package-Lists "1";\n';
const off = (why: string) => [`unattended-upgrades: ${FOLDER}: ${why}, declared: enabled`];
const UNSET = off("APT::Periodic::Unattended-Upgrade is off");
const TIMERS: Spoil = Object.fromEntries(
  ["apt-daily", "apt-daily-upgrade"].flatMap((name): [string, Spoil[string]][] => [
    [`/usr/lib/systemd/system/${name}.timer`, "[Timer]\n"],
    [`/usr/lib/systemd/system/${name}.service`, "[Service]\n"],
    [
      `/etc/systemd/system/timers.target.wants/${name}.timer`,
      { link: `/usr/lib/systemd/system/${name}.timer` },
    ],
  ]),
);

test.each<{ what: string; root: Spoil; want: string[] }>([
  {
    what: "set in a file that apt passes over",
    root: { [AUTO]: LISTS, [`${AUTO}.disabled`]: 'APT::Periodic::Unattended-Upgrade "1";' },
    want: UNSET,
  },
  {
    what: "taken back in a block",
    root: { [`${FOLDER}/99off`]: 'APT { Periodic { Unattended-Upgrade "0"; }; };' },
    want: UNSET,
  },
  {
    what: "taken back in the main file",
    root: { "/etc/apt/apt.conf": 'APT::Periodic::Unattended-Upgrade "0";' },
    want: UNSET,
  },
  {
    what: "set in a comment only",
    root: { [AUTO]: `${LISTS}/*\nAPT::Periodic::Unattended-Upgrade "1";\n*/\n` },
    want: UNSET,
  },
  { what: "cleared", root: { [`${FOLDER}/99off`]: "#clear APT::Periodic;" }, want: UNSET },
  {
    what: "switched off as a whole",
    root: { [`${FOLDER}/99off`]: 'APT::Periodic::Enable "0";' },
    want: off("APT::Periodic::Enable is 0"),
  },
  {
    what: "without new lists there is nothing to install",
    root: { [AUTO]: 'APT::Periodic::Unattended-Upgrade "1";' },
    want: off("APT::Periodic::Update-Package-Lists is off"),
  },
  ...[
    'APT { Periodic { Unattended-Upgrade "1"; Update-Package-Lists "1"; } }',
    `${LISTS}apt::periodic::unattended-upgrade always;`,
    `${LISTS}APT::Periodic::Unattended-Upgrade 12h;`,
  ].map((text) => ({ what: `set as ${text}`, root: { [AUTO]: text }, want: [] })),
  {
    what: "set to what nobody knows",
    root: { [AUTO]: `${LISTS}APT::Periodic::Unattended-Upgrade "daily";` },
    want: [
      'unattended-upgrades not inspected: APT::Periodic::Unattended-Upgrade is "daily", which is no number of days',
    ],
  },
  {
    what: "a file that apt refuses",
    root: { [`${FOLDER}/99`]: 'APT::Periodic::Enable "0"' },
    want: ["package-sources", "apt-settings", "package-holds", "unattended-upgrades"].map(
      (rule) =>
        `${rule} not inspected: ${FOLDER}/99: apt refuses it: no ";" after "APT::Periodic::Enable \\"0\\""`,
    ),
  },
  { what: "timers that are enabled", root: TIMERS, want: [] },
  {
    what: "a timer that is masked",
    root: { ...TIMERS, "/etc/systemd/system/apt-daily-upgrade.timer": { link: "/dev/null" } },
    want: off("apt-daily-upgrade.timer is masked"),
  },
  {
    what: "a service that is masked by an empty file",
    root: { ...TIMERS, "/etc/systemd/system/apt-daily.service": "" },
    want: off("apt-daily.service is masked"),
  },
  {
    what: "a timer that is disabled",
    root: { ...TIMERS, "/etc/systemd/system/timers.target.wants/apt-daily-upgrade.timer": undefined },
    want: off("apt-daily-upgrade.timer is not enabled"),
  },
])("unattended upgrades, $what", ({ root, want }) => {
  expect(findings(image(root))).toEqual(want);
});

test("an image declared not to upgrade itself must not", () => {
  expect(findings(image(), { unattendedUpgrades: false })).toEqual([
    `unattended-upgrades: ${FOLDER}: enabled, declared: off`,
  ]);
});
