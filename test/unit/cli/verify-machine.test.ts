import { generateKeyPairSync } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import type { Image, ImageFile } from "../../../config/image-file";
import { writeImageFile } from "../../../config/image-file";
import { digestsOf } from "../../../facts/pcr";
import { BOOT_OPTION, chainOf } from "../../../inspection/measured-boot/draft";
import { temporaryFolder } from "../disk/sparse-file";
import { publicPem } from "../trust/machine/authority";
import { eventLog, measuredBy, quoteOf, signatureOf, valueOf } from "../trust/machine/tpm-files";
import { type Publication, publishIn } from "./publication";
import { runCli } from "./run-cli";

const folder = temporaryFolder();
const at = (name: string) => path.join(folder, name);
const NONCE = "00112233445566778899aabb";
const chain = chainOf({
  entry: "/EFI/BOOT/BOOTX64.EFI",
  loader: "unified kernel image",
  measurements: [
    ...BOOT_OPTION,
    { pcr: 4, part: "kernel", name: ".linux", ...digestsOf("linux") },
    { pcr: 11, part: "initrd", name: ".initrd", ...digestsOf("initrd") },
  ],
  unpredicted: [],
});
let publication: Publication;

beforeAll(async () => {
  publication = await publishIn(folder);
  fs.writeFileSync(at("plain.sigstore.json"), await publication.recordOf("1.0"));
  const record = await publication.recordOf("1.0", [], undefined, ({ predicate }) => {
    const { product, version, images } = predicate.imageFile as ImageFile;
    const x86_64 = { ...images.x86_64, measuredBoot: { entries: [chain] } } as Image;
    predicate.imageFile = JSON.parse(writeImageFile({ product, version, images: { x86_64 } })) as unknown;
  });
  fs.writeFileSync(at("1.0.sigstore.json"), record);
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const pcrs = [4, 11, 12, 13];
  for (const [name, events] of [
    ["good", measuredBy(chain.measurements)],
    [
      "bad",
      measuredBy(chain.measurements).map((each) => (each.pcr === 11 ? { pcr: 11, ...digestsOf("x") } : each)),
    ],
  ] as const) {
    const values = pcrs.map((pcr) => valueOf(events, "sha256", pcr));
    const quote = quoteOf({ nonce: Buffer.from(NONCE, "hex"), pcrs, values });
    fs.mkdirSync(at(name));
    fs.writeFileSync(at(`${name}/event.log`), eventLog(events));
    fs.writeFileSync(at(`${name}/quote`), quote);
    fs.writeFileSync(at(`${name}/signature`), signatureOf(quote, privateKey));
    fs.writeFileSync(at(`${name}/ak.pem`), publicPem(privateKey));
  }
});

const verify = (name: string, nonce = NONCE, record = "1.0.sigstore.json") => {
  const files = ["--event-log", at(`${name}/event.log`), "--quote", at(`${name}/quote`)];
  const signed = ["--signature", at(`${name}/signature`), "--ak", at(`${name}/ak.pem`)];
  const trusted = ["--record", at(record), "--key", at("publisher.pem")];
  return runCli(["verify", "machine", ...trusted, ...files, ...signed, "--nonce", nonce]);
};

test("a machine's files are held against the record: genuine, and which part differs", async () => {
  const good = await verify("good");
  expect(good).toMatchObject({ code: 0, err: "" });
  expect(good.out).toMatch(
    /is genuine: demo 1.0.*booted \/EFI\/BOOT\/BOOTX64.EFI; PCR 4, 11, 12, 13 as the record says/,
  );
  const bad = await verify("bad");
  expect(bad.code).toBe(3);
  expect(bad.out).toMatch(/is NOT genuine: initrd \(PCR 11\): \.initrd: measured sha256/);
});

test("an old answer, and a record from before, are errors", async () => {
  expect(await verify("good", "ffeeddccbbaa99887766")).toMatchObject({ code: 1, out: "" });
  const { code, err } = await verify("good", NONCE, "plain.sigstore.json");
  expect(code).toBe(1);
  expect(err).toContain("inspect --measured-boot");
});

test("what is missing is said at once, before anything is read", async () => {
  const { code, err } = await runCli(["verify", "machine", "--quote", at("none"), "--nonce", "12"]);
  expect(code).toBe(2);
  for (const flag of ["--record", "--key", "--signature", "--event-log", "--ak-certificate", "--nonce needs"])
    expect(err).toContain(flag);
});

test("a document of the NitroTPM takes no certificate of a quote's key", async () => {
  const asked = ["verify", "machine", "--record", at("1.0.sigstore.json"), "--key", at("publisher.pem")];
  const document = ["--nonce", NONCE, "--nitro-document", at("none")];
  const more = ["--ak-certificate", at("ak.pem"), "--intermediate", at("ca.pem")];
  const { code, err } = await runCli([...asked, ...document, ...more]);
  expect(code).toBe(2);
  expect(err).toContain("--ak-certificate is for a quote: leave it out");
  expect(err).toContain("--intermediate is for a quote: leave it out");
  expect(err).not.toMatch(/--ak-handle|--root/);
});

test("what the answer cannot know advises no option that there is none of", async () => {
  const { out } = await verify("good");
  expect(out).toContain("ask `imprimatur verify` about the image with --trust");
  expect(out).not.toContain("--index");
});

test("the steps in its help use the files that the machine saved", async () => {
  const { out } = await runCli(["verify", "machine", "--help"]);
  expect(out).toContain("--signature evidence/signature --ak evidence/ak.pem");
  expect(out).toMatch(/--ak-handle .* in step 2, and in step 3 --ak-certificate/);
});

test("a disk of which nothing is known is refused where its measurements are asked for", async () => {
  const disk = at("demo.raw");
  const without = await runCli(["inspect", disk, "--measured-boot"]);
  expect(without).toMatchObject({ code: 1, out: "" });
  expect(without.err).toMatch(/what a TPM measures of its boot is not known: .*Leave --measured-boot out/);
  const named = ["--product", "demo", "--version", "1.0", "--output", at("new.json")];
  expect(await runCli(["inspect", disk, ...named, "--measured-boot"])).toMatchObject({ code: 1 });
  expect(fs.existsSync(at("new.json"))).toBe(false);
});
