import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { uploadArchive } from "../../../../clouds/gcp/archive";
import { crc32c, encodeCrc32c } from "../../../../clouds/gcp/crc32c";
import type { GoogleAnswer } from "../../../../clouds/gcp/failure";
import type { GoogleRequest, GoogleSession } from "../../../../clouds/gcp/api/session";
import { UploadJournal } from "../../../../clouds/gcp/upload-journal";
import { PATIENT } from "../../../../clouds/retry";

const BYTES = Buffer.alloc(1024, 7);
const PLACE = { bucket: "archives", object: "disk.tar.gz" };
const STORED = { name: PLACE.object, size: "1024", crc32c: encodeCrc32c(crc32c(BYTES, 0)), generation: "1" };

const ARCHIVE = {
  crc32c: STORED.crc32c,
  sha256: createHash("sha256").update(BYTES).digest("hex"),
  size: BYTES.length,
  generation: "1",
};

/** A bucket without the object, and a session of an earlier run that responds with `status`. */
function send(status: number, request: GoogleRequest): GoogleAnswer {
  const answer = (code: number, body: unknown = {}, headers = {}) => ({
    status: code,
    headers: new Headers(headers),
    text: JSON.stringify(body),
  });
  if (request.wantsBytes) return { ...answer(206), bytes: BYTES };
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
      const plan = { ...PLACE, stack: "dev", metadata: {}, journalFolder };
      const open = async function* () {
        yield await Promise.resolve(BYTES);
      };
      expect(await uploadArchive(session, { ...plan, open })).toEqual(ARCHIVE);
    } finally {
      rmSync(journalFolder, { recursive: true });
    }
  },
);

describe("an object that is there already, of the archive's size and CRC32C", () => {
  const ask = async (kept: Buffer) => {
    const requests: string[] = [];
    let there: object | undefined = { ...STORED, generation: "9" };
    const json = (status: number, body: object, headers = {}) => ({
      status,
      headers: new Headers(headers),
      text: JSON.stringify(body),
    });
    const session: GoogleSession = {
      send: async (request) => {
        requests.push(request.wantsBytes ? `read ${request.url.split("generation=")[1]}` : request.method);
        if (request.wantsBytes)
          return { ...json(206, {}), bytes: request.url.endsWith("generation=9") ? kept : BYTES };
        if (request.method === "GET") return there ? json(200, there) : json(404, {});
        if (request.method === "DELETE") there = undefined;
        if (request.method === "POST") return json(200, {}, { location: "https://upload.example/new" });
        return json(200, STORED);
      },
      signal: new AbortController().signal,
      policy: { ...PATIENT, wait: () => Promise.resolve() },
      status: () => undefined,
    };
    const journalFolder = mkdtempSync(join(tmpdir(), "journal-"));
    const open = async function* () {
      yield await Promise.resolve(BYTES);
    };
    const archive = await uploadArchive(session, {
      ...PLACE,
      stack: "dev",
      metadata: {},
      journalFolder,
      open,
    });
    rmSync(journalFolder, { recursive: true });
    return { archive, requests };
  };

  test("is taken when it is read back as the archive", async () => {
    const { archive, requests } = await ask(BYTES);
    expect(archive).toEqual({ ...ARCHIVE, generation: "9" });
    expect(requests).toEqual(["GET", "read 9"]);
  });

  test("is deleted when it holds other bytes, and the archive is sent and read back", async () => {
    const { archive, requests } = await ask(Buffer.alloc(BYTES.length, 8));
    expect(archive).toEqual(ARCHIVE);
    expect(requests).toEqual(["GET", "read 9", "DELETE", "POST", "PUT", "read 1"]);
  });
});

test("an object that another stack gave the name during the upload is not replaced", async () => {
  const requests: string[] = [];
  const answer = (status: number, body: object, headers = {}) => ({
    ...{ status, headers: new Headers(headers), text: JSON.stringify(body) },
  });
  const refusal = { error: { code: 412, message: "At least one", errors: [{ reason: "conditionNotMet" }] } };
  const session: GoogleSession = {
    send: async ({ method, url }) => {
      requests.push(method);
      if (method === "POST") {
        // The condition that makes Google refuse it.
        expect(url).toContain("ifGenerationMatch=0");
        return answer(200, {}, { location: "https://upload.example/new" });
      }
      if (method === "PUT") return answer(412, refusal);
      const others = { ...STORED, metadata: { "imprimatur-stack": "other" } };
      return requests.includes("PUT") ? answer(200, others) : answer(404, {});
    },
    signal: new AbortController().signal,
    policy: { ...PATIENT, wait: () => Promise.resolve() },
    status: () => undefined,
  };
  const journalFolder = mkdtempSync(join(tmpdir(), "journal-"));
  const open = async function* () {
    yield await Promise.resolve(BYTES);
  };
  const upload = uploadArchive(session, { ...PLACE, stack: "dev", metadata: {}, journalFolder, open });
  await expect(upload).rejects.toThrow("is the archive of the stack other");
  expect(requests).not.toContain("DELETE");
  rmSync(journalFolder, { recursive: true });
});
