import { UNKNOWN } from "../../../facts/engine";
import { verification } from "../../../provider/gcp/verification";

const OLD = { project: "p", image: "i", crc32c: "a", archiveSize: 1 };
const replacing = (old: object, now: object) => {
  const { changes } = verification.diff({ inputs: old, outputs: old } as never, now as never, {} as never);
  return Object.keys(changes).filter((name) => changes[name]?.replace);
};

test.each([
  { what: "an archive of an older version", old: OLD, now: OLD, replaces: [] },
  { what: "the new archive of one", old: OLD, now: { ...OLD, crc32c: UNKNOWN }, replaces: ["crc32c"] },
  { what: "a new archive", old: { ...OLD, generation: "1" }, now: OLD, replaces: ["generation"] },
])(
  "$what: what it does not tell yet replaces no verification in a preview, but $replaces",
  ({ old, now, replaces }) => {
    const untold = { archiveSha256: UNKNOWN, generation: UNKNOWN };
    expect(replacing(old, { ...now, ...untold })).toEqual(replaces);
  },
);
