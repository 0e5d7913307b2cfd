import { X509Certificate } from "node:crypto";
import { sign } from "node:crypto";
import type * as Cbor from "@levischuck/tiny-cbor" with { "resolution-mode": "import" };
import { attestedBy } from "../../../../trust/machine/evidence";
import { readNitroDocument } from "../../../../trust/machine/nitro";
import { type Certified, certified } from "./authority";

// eslint-disable-next-line @typescript-eslint/no-require-imports -- its types are for ES modules alone
const { encodeCBOR } = require("@levischuck/tiny-cbor") as typeof Cbor;
type CBORType = Cbor.CBORType;

let root: Certified;
let zone: Certified;
let leaf: Certified;

beforeAll(async () => {
  root = await certified("aws.nitro-enclaves", { curve: "P-384" });
  zone = await certified("zone", { curve: "P-384", issuer: root, ca: true });
  leaf = await certified("i-1.eu-west-1.aws", { curve: "P-384", issuer: zone });
});

type Content = Record<string, CBORType>;
const bytes = (data: Buffer) => new Uint8Array(data);

function documentOf(
  change: Content = {},
  { by = leaf, header = -35, twice }: { by?: Certified; header?: number; twice?: string } = {},
): Buffer {
  const content: Content = {
    ...{ module_id: "i-0123-tpm0001", digest: "SHA384", timestamp: Date.now() },
    nitrotpm_pcrs: new Map([[4, new Uint8Array(48).fill(4)]]),
    certificate: bytes(leaf.der),
    cabundle: [bytes(root.der), bytes(zone.der)],
    nonce: new Uint8Array([1, 2, 3]),
    ...change,
  };
  const left = Object.entries(content).filter(([, value]) => value !== undefined);
  const once = Buffer.from(encodeCBOR(new Map(left)));
  // A map of fewer than 24 pairs has their number in its first byte.
  const again = twice === undefined ? [] : [encodeCBOR(twice), encodeCBOR(new Uint8Array([9]))];
  once[0]! += again.length / 2;
  const payload = bytes(Buffer.concat([once, ...again]));
  const algorithm = encodeCBOR(new Map([[1, header]]));
  const signed = encodeCBOR(["Signature1", algorithm, new Uint8Array(), payload]);
  const signature = sign("sha384", signed, { key: by.privateKey, dsaEncoding: "ieee-p1363" });
  return Buffer.from(encodeCBOR([algorithm, new Map(), payload, bytes(signature)]));
}

const read = (data: Buffer, roots: Certified[] | undefined = [root]) =>
  readNitroDocument(
    { file: "doc.cbor", data },
    roots?.map(({ der }) => new X509Certificate(der)),
  );

test("a document that AWS's root vouches for tells registers, nonce and instance", () => {
  const { module, registers, nonce } = read(documentOf());
  expect({ module, nonce: nonce?.toString("hex") }).toEqual({ module: "i-0123-tpm0001", nonce: "010203" });
  expect(registers.get(4)).toBe("04".repeat(48));
});

test("a document of another root is not AWS's", () => {
  expect(() => readNitroDocument({ file: "doc.cbor", data: documentOf() })).toThrow(
    /do not begin with AWS's root for Nitro \(sha256 641a0321/,
  );
});

test.each<{ what: string; data: () => Buffer; says: RegExp }>([
  { what: "signed by another key", data: () => documentOf({}, { by: zone }), says: /signature does not fit/ },
  { what: "another algorithm", data: () => documentOf({}, { header: -7 }), says: /not signed with ES384/ },
  {
    what: "an enclave's",
    data: () => documentOf({ pcrs: new Map() as CBORType }),
    says: /a Nitro enclave, not of an instance/,
  },
  {
    what: "no registers",
    data: () => documentOf({ nitrotpm_pcrs: new Map() as CBORType }),
    says: /nitrotpm_pcrs is missing/,
  },
  {
    what: "short registers",
    data: () => documentOf({ nitrotpm_pcrs: new Map([[4, new Uint8Array(32)]]) as CBORType }),
    says: /PCR 4 is not 48 bytes/,
  },
  { what: "SHA-256", data: () => documentOf({ digest: "SHA256" }), says: /not SHA384/ },
  {
    what: "a certificate between left out",
    data: () => documentOf({ cabundle: [bytes(root.der)] }),
    says: /leads to no root/,
  },
  {
    what: "made when its certificate was not valid",
    data: () => documentOf({ timestamp: 0 }),
    says: /not at 1970-01-01/,
  },
  ...["nonce", "nitrotpm_pcrs", "certificate"].map((twice) => ({
    ...{ what: `with its ${twice} twice`, data: () => documentOf({}, { twice }) },
    says: /no CBOR \(Map is not supported or well formed\)/,
  })),
  {
    what: "followed by more",
    data: () => Buffer.concat([documentOf(), Buffer.from([0])]),
    says: /no CBOR \(Data was decoded, but the whole stream was not processed/,
  },
  { what: "no CBOR", data: () => Buffer.from("hello"), says: /no NitroTPM attestation document/ },
  { what: "far too large", data: () => Buffer.alloc(70_000), says: /at most 65536 are read/ },
])("$what is refused in one line", ({ data, says }) => {
  expect(() => read(data())).toThrow(says);
});

test("each changed byte is noticed", () => {
  const data = documentOf();
  for (let at = 0; at < data.length; at += 11) {
    const changed = Buffer.from(data);
    changed[at]! ^= 1;
    expect(() => read(changed)).toThrow(/doc.cbor/);
  }
});

test("a document without a nonce answers nobody's question", () => {
  const asked = { nonce: Buffer.from("010203", "hex"), now: Date.now() };
  const evidence = (nonce?: Uint8Array) => ({
    nitro: { file: "doc.cbor", data: documentOf({ nonce: nonce as CBORType }) },
    ...{ roots: [{ file: "root.pem", data: root.der }], intermediates: [] },
  });
  expect(attestedBy(evidence(new Uint8Array([1, 2, 3])), asked).attested.bank).toBe("sha384");
  expect(() => attestedBy(evidence(), asked)).toThrow(/its nonce is empty, asked was 010203/);
});
