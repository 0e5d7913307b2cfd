import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { CloudName } from "./exchange";
import { NATIVE, OPERATIONS, SENDERS, WITHOUT_RECORD, withoutRecord } from "./operations";
import { RECORDED } from "./recorded";

const root = join(__dirname, "../..");
const CLOUDS = Object.keys(OPERATIONS) as CloudName[];

function sources(folder: string): [file: string, text: string][] {
  return (readdirSync(join(root, folder), { recursive: true }) as string[])
    .filter((file) => file.endsWith(".ts"))
    .map((file) => [`${folder}/${file}`, readFileSync(join(root, folder, file), "utf8")]);
}

test("every command of AWS's SDK in the product and in the native resources is in the list, and no other", () => {
  const used = new Set<string>();
  for (const [, text] of [...sources("clouds/aws"), ...sources("rehearsal/plugins/aws")]) {
    for (const [, names = "", service = ""] of text.matchAll(
      /import \{([^}]*)\} from "@aws-sdk\/client-(\w+)"/g,
    )) {
      for (const [, name] of names.matchAll(/\b(\w+)Command\b/g))
        used.add(`${service.toUpperCase()} ${name}`);
    }
    // IAM is called without the SDK's client.
    for (const [, name] of text.matchAll(/\bAction: "(\w+)",\n\s+Version: "2010-05-08"/g))
      used.add(`IAM ${name}`);
    // Service Quotas too.
    for (const [, name] of text.matchAll(/"x-amz-target": "ServiceQuotasV20190624\.(\w+)"/g))
      used.add(`Service Quotas ${name}`);
  }
  expect([...used].sort()).toEqual([...OPERATIONS.aws].sort());
});

/** Calls that send a request. */
const REQUEST =
  /\b((call|get|find|list)Google|changeCompute|sendOnce|callAzure|findResource|listResources|runOperation|overLink)(<[^()=]*>)?\(/;

test("every file that sends requests to Google or Azure is known, with what it sends", () => {
  const senders = [...sources("clouds/gcp"), ...sources("clouds/azure")]
    .filter(([, text]) => REQUEST.test(text))
    .map(([file]) => file);
  expect(senders.sort()).toEqual(Object.keys(SENDERS).sort());
  const sent = new Set([...Object.values(SENDERS).flat(), ...NATIVE]);
  expect([...sent].sort()).toEqual([...OPERATIONS.gcp, ...OPERATIONS.azure].sort());
});

test("every record is of an operation of the list, has a source and a date, and a name of its own", () => {
  const ids = CLOUDS.flatMap((cloud) => RECORDED[cloud].map(({ id }) => id));
  expect(new Set(ids).size).toBe(ids.length);
  for (const cloud of CLOUDS) {
    for (const { operation, source, date, id } of RECORDED[cloud]) {
      expect(OPERATIONS[cloud]).toContain(operation);
      expect([id, source.length > 10, /\d{4}|not shown/.test(date)]).toEqual([id, true, true]);
    }
  }
});

test("operations without a record become fewer", () => {
  const without = CLOUDS.flatMap((cloud) =>
    withoutRecord(cloud).map((operation) => `${cloud}: ${operation}`),
  );
  const all = CLOUDS.flatMap((cloud) => OPERATIONS[cloud]).length;
  process.stderr.write(
    `${without.length} of ${all} operations have no recorded exchange with a real cloud\n`,
  );
  // More than that: a new operation needs a record. Fewer: lower WITHOUT_RECORD in operations.ts to this number.
  expect(without.length).toBe(WITHOUT_RECORD);
});
