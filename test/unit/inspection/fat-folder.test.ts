import { parseFolder } from "../../../inspection/fat-folder";

function entry(name: string, attributes = 0x20): Buffer {
  const bytes = Buffer.alloc(32);
  bytes.write(name, "latin1");
  bytes.writeUInt8(attributes, 11);
  return bytes;
}

const DOT = entry(".          ", 0x10);
const DOTS = entry("..         ", 0x10);
const END = Buffer.alloc(32);
const names = (...entries: Buffer[]) => parseFolder(Buffer.concat(entries)).map(({ name }) => name);

test("a file whose short name begins with a dot is a file, as firmware and Linux see it", () => {
  expect(names(DOT, DOTS, entry(".HIDDEN EFI"), entry("LOADER  EFI"), END)).toEqual([
    ".HIDDEN.EFI",
    "LOADER.EFI",
  ]);
});

test("an entry behind the end, which firmware does not see and Linux does, is refused", () => {
  expect(() => names(entry("LOADER  EFI"), END, entry("HIDDEN  EFI"))).toThrow(
    "a folder has entries behind its end",
  );
  expect(names(entry("LOADER  EFI"), END, entry("\xe5GONE   EFI"), END)).toEqual(["LOADER.EFI"]);
});
