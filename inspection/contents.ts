import { NotInspectable, type Tree } from "./tree";

/** Deeper folders are not made by hand. */
const DEPTH = 32;

/** Every file below a folder with its content, links to files followed; a missing folder is empty. */
export function contents(tree: Tree, folder: string, depth = 0): { path: string; data: Buffer }[] {
  if (depth > DEPTH) throw new NotInspectable(`${folder} is more than ${DEPTH} folders deep`);
  return (tree.list(folder) ?? []).flatMap(({ name, kind }) => {
    const path = `${folder}/${name}`;
    if (kind === "folder") return contents(tree, path, depth + 1);
    const data = tree.read(path);
    return data === undefined ? [] : [{ path, data }];
  });
}
