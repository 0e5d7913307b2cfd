import { type FileSystem, treeOf } from "../../../inspection/file-system";
import { NotInspectable } from "../../../inspection/tree";

test("a file system whose numbers lead out of it cannot be read, which is no fault of this program", () => {
  const damaged: FileSystem = {
    ...{ name: "the root partition", length: 0, caseSensitive: true },
    root: { name: "", kind: "folder", size: 0, id: 1 },
    // As Buffer says it; Jest has another RangeError than Node.
    list: () => {
      throw new RangeError("out of range");
    },
    read: () => Buffer.alloc(0),
    pieces: () => [],
    target: () => "",
  };
  expect(() => treeOf(damaged).list("/")).toThrow(NotInspectable);
  expect(() => treeOf(damaged).list("/")).toThrow("/: it is damaged: out of range");
});
