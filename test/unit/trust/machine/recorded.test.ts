/**
 * Machines that were booted: OVMF 2022.11, swtpm 0.7 and the kernel of Debian 12 with a small initrd in QEMU, 2026-11-30. Event log and quote
 * are what the kernel and tpm2-tools 5.4 gave there; `measured-boot.json` is what `inspect --measured-boot --json` says of the disk.
 */
import fs from "node:fs";
import path from "node:path";
import { type BootChain } from "../../../../config/measured-boot";
import { checkMachine } from "../../../../trust/machine/check-machine";
import { recordOf } from "./record-of";

const folder = path.join(__dirname, "..", "..", "..", "fixtures", "measured-boot");
const LAYOUTS = ["unified-image", "systemd-boot", "systemd-boot-unified-image"] as const;
type Layout = (typeof LAYOUTS)[number];

function expectedOf(layout: Layout): BootChain[] {
  const text = fs.readFileSync(path.join(folder, layout, "measured-boot.json"), "utf8");
  return (JSON.parse(text) as { entries: BootChain[] }).entries;
}

/** @param booted folder of the fixtures */
function check(booted: string, expected: Layout) {
  const named = (name: string) => ({ file: name, data: fs.readFileSync(path.join(folder, booted, name)) });
  const evidence = {
    ...{ eventLog: named("event.log"), quote: named("quote"), signature: named("signature") },
    ...{ key: named("ak.pem"), intermediates: [], roots: [] },
  };
  const record = recordOf(expectedOf(expected));
  const records = { trusted: [record], notices: [], refused: [] };
  const nonce = Buffer.from("0011223344556677", "hex");
  return checkMachine({ subject: "m", record, records, evidence, nonce, now: Date.now() });
}

test.each(LAYOUTS)("a machine that booted %s is what its disk said beforehand", (layout) => {
  const verdict = check(layout, layout);
  expect(verdict).toMatchObject({ answer: "genuine", reasons: [] });
});

test.each([
  { booted: "systemd-boot", expected: "unified-image", says: ["unified kernel image"] },
  { booted: "unified-image", expected: "systemd-boot", says: ["boot loader"] },
  { booted: "unified-image-other-command-line", expected: "unified-image", says: ["command line"] },
  { booted: "systemd-boot-other-initrd", expected: "systemd-boot", says: ["initrd"] },
  { booted: "systemd-boot-other-kernel", expected: "systemd-boot", says: ["kernel"] },
] as const)("$booted where the record says $expected is refused and named", ({ booted, expected, says }) => {
  const { answer, reasons } = check(booted, expected);
  expect(answer).toBe("not-genuine");
  for (const part of says) expect(reasons.join("\n")).toMatch(new RegExp(`^${part} \\(PCR`, "m"));
});
