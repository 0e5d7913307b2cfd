import { inspectImage } from "../../inspection/rule";
import { policyReport, renderText } from "../../inspection/report";
import { RULES } from "../../inspection/rules";
import { Random } from "../unit/guards/random";
import { EXPECTED } from "../unit/inspection/expected";
import { type Files, image, SOUND_ESP, SOUND_ROOT, type Spoil } from "../unit/inspection/sound-image";
import { ROOT_FILES } from "./disks/base";
import { HOSTILE } from "./disks/mutate";
import { faultIn, faultOf, type Judged, type Kind } from "./kind";
import { mutatedText } from "./texts";

/** Further paths where rules look. */
const PLACES = [
  ...[
    "/etc/group",
    "/etc/gshadow",
    "/etc/hosts",
    "/etc/resolv.conf",
    "/etc/environment",
    "/etc/crontab",
    "/etc/cron.d/x",
  ],
  ...[
    "/etc/sudoers.d/x",
    "/etc/pam.d/common-auth",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d/x.conf",
    "/etc/nsswitch.conf",
  ],
  ...[
    "/etc/apt/sources.list.d/x.sources",
    "/etc/apt/apt.conf",
    "/etc/apt/trusted.gpg.d/x.asc",
    "/etc/hosts.allow",
  ],
  ...[
    "/etc/cloud/cloud.cfg",
    "/etc/cloud/cloud.cfg.d/99_x.cfg",
    "/var/lib/dpkg/statoverride",
    "/var/lib/dpkg/diversions",
  ],
  ...[
    "/etc/ssh/sshd_config.d/x.conf",
    "/root/.ssh/authorized_keys",
    "/root/.bashrc",
    "/etc/ssl/certs/ca-certificates.crt",
  ],
  ...[
    "/etc/systemd/system/ssh.service",
    "/etc/systemd/system/ssh.service.d/x.conf",
    "/usr/lib/tmpfiles.d/x.conf",
  ],
  ...[
    "/var/lib/dpkg/info/openssh-server.list",
    "/var/lib/dpkg/info/openssh-server.md5sums",
    "/boot/extlinux/extlinux.conf",
  ],
];
/**
 * Repeated up to the greatest size of a file that is read: texts that are slow to search with a careless expression.
 */
const LONG = [
  " ",
  "\t",
  "a",
  "/",
  "\\\n",
  "\n",
  ":",
  "a:",
  "x x ",
  "{",
  "[",
  '"',
  "# ",
  "-----BEGIN ",
  "AAAA",
  "é",
  "Include * ",
  "%a ",
];
const LONGEST = 1024 * 1024 - 64;

/** Contents of a system's files, through the rules: without a disk around them, so many more and longer ones. */
export const CONTENTS: Kind = {
  what: "files of a system, measured",
  count: 10_000,
  limit: 5000,
  prepare: async () => async (seed) => judge(new Random(seed)),
};

async function judge(random: Random): Promise<Judged> {
  try {
    const mutant = image(
      spoil({ ...ROOT_FILES, ...SOUND_ROOT }, PLACES, random),
      spoil(SOUND_ESP, [], random),
    );
    const verdicts = inspectImage(mutant, RULES, EXPECTED);
    const text = renderText(policyReport(mutant, { blockMapRoot: "0".repeat(64) }, verdicts));
    const fault = faultIn(text);
    const failed = verdicts.some(({ outcome }) => outcome === "failed");
    return { answer: failed ? "failed" : "passed or not inspected", ...(fault !== undefined && { fault }) };
  } catch (error) {
    return { answer: "thrown", fault: faultOf(error) ?? "thrown, and no verdict" };
  }
}

function spoil(files: Files, places: readonly string[], random: Random): Spoil {
  const spoiled: Spoil = { ...files };
  const all = [...Object.keys(files), ...places].filter((name) => !name.endsWith("/"));
  for (let left = random.one([1, 1, 2, 4]); left > 0; left -= 1) {
    const name = random.one(all);
    const old = files[name];
    const text =
      typeof old === "string" || Buffer.isBuffer(old) ? old.toString("latin1") : random.one(HOSTILE);
    const long = () => {
      const piece = random.one(LONG);
      return Buffer.from(
        text + piece.repeat(Math.floor(LONGEST / Buffer.byteLength(piece) / random.one([1, 10, 100]))),
      );
    };
    const ways: (() => Spoil[string])[] = [
      () => mutatedText(text, random, HOSTILE),
      () => mutatedText(text, random, HOSTILE),
      () => mutatedText(text, random, HOSTILE),
      () => long(),
      () => undefined,
      () => ({ link: random.one([name, "/", "/etc", "/nowhere", ".", "..", "a/../../b", ...all]) }),
      () => ({
        text,
        mode: random.one([0, 0o777, 0o4755, 0o1777]),
        uid: random.one([0, 1000, 2 ** 32 - 1]),
        attributes: ["\u001b[31m", "security.capability"],
      }),
    ];
    spoiled[name] = random.one(ways)();
  }
  return spoiled;
}
