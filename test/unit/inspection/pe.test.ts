import { peArchitecture } from "../../../inspection/pe";
import { efiProgram } from "./efi-program";

const OPTIONAL = 88;
const SECTION = OPTIONAL + 240;

test.each<{ what: string; file: Buffer; want: string | undefined }>([
  { what: "a whole program", file: efiProgram(), want: "x86_64" },
  { what: "one for arm64", file: efiProgram(0xaa64), want: "arm64" },
  { what: "one for a machine that no cloud has", file: efiProgram(0x14c), want: undefined },
  { what: "nothing", file: Buffer.alloc(0), want: undefined },
  { what: "a header alone", file: efiProgram().subarray(0, 140), want: undefined },
  { what: "a program that is cut off", file: efiProgram().subarray(0, 1023), want: undefined },
  { what: "a header that points beyond its end", file: with32(60, 0xffffff00), want: undefined },
  { what: "headers that are longer than the file", file: with32(OPTIONAL + 60, 2000), want: undefined },
  { what: "a section beyond the end", file: with32(SECTION + 20, 0xfffffe00), want: undefined },
  { what: "no entry point", file: with32(OPTIONAL + 16, 0), want: undefined },
  { what: "a program of Windows, not of firmware", file: with32(OPTIONAL + 68, 3), want: undefined },
])("$what", ({ file, want }) => {
  expect(peArchitecture(file)).toBe(want);
});

function with32(at: number, value: number): Buffer {
  const file = efiProgram();
  file.writeUInt32LE(value, at);
  return file;
}
