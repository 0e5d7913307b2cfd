import { execFileSync } from "node:child_process";
import { programPath } from "../../../facts/programs";
import { initramfsMembers } from "../../../inspection/against-archive/initramfs";
import { NotInspectable } from "../../../inspection/tree";
import { madeCpio } from "../../unit/inspection/against-archive/made-cpio";

const EARLY = madeCpio([{ name: "kernel/x86/microcode/x.bin", data: "1" }]);
const MAIN = madeCpio([{ name: "init", data: "2" }]);
const EVIL = madeCpio([{ name: "evil", data: "3" }]);

/** As mkinitramfs(8) of initramfs-tools 0.142 calls them. */
const PROGRAMS: Record<string, string[]> = {
  gzip: ["-n"],
  xz: ["--check=crc32"],
  lzma: ["--format=lzma"],
  lz4: ["-l"],
  zstd: ["-q"],
  bzip2: [],
};

describe.each(Object.entries(PROGRAMS))("an initramfs compressed with %s", (name, args) => {
  const program = name === "lzma" ? "xz" : name;
  const there = programPath(program) === undefined ? test.skip : test;
  const pack = (input: Buffer) => execFileSync(program, [...args, "-c"], { input });
  const names = (bytes: Buffer) => initramfsMembers(bytes, "initrd").map((each) => each.name);

  there("is read behind early microcode, with every archive in it", () => {
    const both = Buffer.concat([EARLY, Buffer.alloc(512), pack(Buffer.concat([MAIN, EVIL]))]);
    expect(names(both)).toEqual(["kernel/x86/microcode/x.bin", "init", "evil"]);
  });

  there("hides no archive behind what is compressed: it is read, or the whole is refused", () => {
    const hidden = Buffer.concat([pack(MAIN), EVIL]);
    try {
      expect(names(hidden)).toContain("evil");
    } catch (error) {
      expect(error).toBeInstanceOf(NotInspectable);
    }
  });

  there("is refused when it is cut off", () => {
    const whole = pack(Buffer.concat([MAIN, Buffer.from("x".repeat(1000))]));
    expect(() => names(whole.subarray(0, whole.length >> 1))).toThrow(NotInspectable);
  });
});
