import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { uploadArchive } from "../../../../clouds/gcp/archive";
import { crc32c, encodeCrc32c } from "../../../../clouds/gcp/crc32c";
import type { GoogleAnswer } from "../../../../clouds/gcp/failure";
import type { GoogleRequest, GoogleSession } from "../../../../clouds/gcp/http";
import { UploadJournal } from "../../../../clouds/gcp/upload-journal";
import { PATIENT } from "../../../../clouds/retry";

const BYTES = Buffer.alloc(1024, 7);
const PLACE = { bucket: "archives", object: "disk.tar.gz" };
const STORED = { name: PLACE.object, size: "1024", crc32c: encodeCrc32c(crc32c(BYTES, 0)), generation: "1" };

/** A bucket without the object, and a session of an earlier run that is answered with `status`. */
function send(status: number, request: GoogleRequest): GoogleAnswer {
  const answer = (code: number, body: unknown = {}, headers = {}) => ({
    status: code,
    headers: new Headers(headers),
    text: JSON.stringify(body),
  });
  if (request.url === "https://upload.example/old") return answer(status, { error: { message: "no" } });
  if (request.method === "GET") return answer(404);
  if (request.method === "POST") return answer(200, {}, { location: "https://upload.example/new" });
  return answer(200, STORED);
}

test.each([400, 403, 404, 410, 412, 416, 499])(
  "an earlier session that is answered %s costs a new upload, and stops nothing",
  async (status) => {
    const journalFolder = mkdtempSync(join(tmpdir(), "journal-"));
    try {
      UploadJournal.open(PLACE, journalFolder).begin("https://upload.example/old");
      const session: GoogleSession = {
        send: (request) => Promise.resolve(send(status, request)),
        signal: new AbortController().signal,
        policy: { ...PATIENT, wait: () => Promise.resolve() },
        status: () => undefined,
      };
      const plan = { ...PLACE, metadata: {}, journalFolder };
      const open = async function* () {
        yield await Promise.resolve(BYTES);
      };
      expect(await uploadArchive(session, { ...plan, open })).toEqual({
        crc32c: STORED.crc32c,
        size: BYTES.length,
      });
    } finally {
      rmSync(journalFolder, { recursive: true });
    }
  },
);
