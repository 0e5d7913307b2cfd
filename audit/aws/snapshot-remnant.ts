/** Leftovers of an interrupted upload on AWS. */
import { TAG } from "../../facts/tags";
import { LOOKUP } from "../../clouds/retry";
import { snapshotsTagged } from "../../clouds/aws/observe";
import { removeSnapshot } from "../../clouds/aws/remove";
import { openSession } from "../../clouds/aws/api/session";
import { setTags } from "../../clouds/aws/snapshots";
import { tagRecord } from "../../clouds/aws/api/tags";
import { uploadMark } from "../../clouds/aws/start";
import { plain, record } from "../deployment";
import { DELETED, type FindRemnant } from "../recover/remnant";

/**
 * An unfinished snapshot, or one that still has its upload tag, is resumed by the next creation. The tag is removed
 * just before the engine gets the id: if killed in between, a complete snapshot belongs to nobody and would be
 * uploaded again. It gets its tag back. Without a next creation, all of them are deleted.
 */
export const snapshotRemnant: FindRemnant = async (inputs, { ids, next, signal, status }, urn) => {
  const [region, sha256, size] = [plain(inputs.region), plain(inputs.sha256), Number(inputs.size)];
  const tags = record(inputs.tags);
  if (region === undefined || sha256 === undefined || Object.keys(tags).length === 0) return undefined;
  const mark = uploadMark({ owner: urn, sha256, size, description: "", tags });
  const session = openSession(region, signal, { status, policy: LOOKUP });
  const found = (await snapshotsTagged(session, tags)).filter(
    ({ SnapshotId = "", Tags }) =>
      !ids.has(SnapshotId.toLowerCase()) && [undefined, mark].includes(tagRecord(Tags)[TAG.upload]),
  );
  const wanted =
    next === "gone"
      ? found
      : found.filter(({ State, Tags }) => State === "completed" && !(TAG.upload in tagRecord(Tags)));
  if (wanted.length === 0) return undefined;
  const snapshots = wanted.map(({ SnapshotId = "" }) => SnapshotId);
  const what = `snapshot ${snapshots.join(" and ")} in ${region}`;
  if (next === "gone") {
    const resolve = async () => {
      for (const id of snapshots) await removeSnapshot(region, id, signal);
    };
    return { what, done: DELETED, resolve };
  }
  return {
    what,
    done: "kept for the next up: it has every block",
    resolve: () => setTags(session, snapshots[0] ?? "", [], { ...tags, [TAG.upload]: mark }),
  };
};
