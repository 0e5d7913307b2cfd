import { renderStatus } from "../../../cli/status/render";
import { type StatusSources, statusOf } from "../../../cli/status/status";
import { product } from "../../../config/product";

const entry = { protected: true, digests: {}, audience: {} };
const everyone = { x86_64: { has: ["public"] }, arm64: { has: ["public"] } };
const SOURCES: StatusSources = {
  stack: "demo",
  product: product.parse({ name: "demo", publisher: "Acme", provenance: { basedOn: "Debian 13" } }),
  ledger: {
    "1.9": { ...entry, state: "withdrawn", reason: "its sshd" },
    "1.10": {
      ...entry,
      state: "published",
      deprecateOn: "2027-01-01T00:00:00Z",
      endOfLife: "2028-01-01T00:00:00Z",
    },
  },
  access: {
    "1.10": {
      aws: {
        "eu-west-1": everyone,
        "us-east-1": everyone,
        "eu-north-1": { x86_64: { has: ["123456789012"], may: ["123456789012", "public"] } },
      },
      gcp: { global: { x86_64: { has: [] } } },
    },
  },
  open: ["ami-1 is perhaps still open for everyone"],
};

test("each release has a row for each cloud and group of people, and names who may use it", () => {
  expect(renderStatus(statusOf(SOURCES))).toBe(`demo, based on Debian 13, by Acme (stack demo)

  release  state      deprecated from  end of life  cloud         regions               images         who may use it
  1.10     published  2027-01-01       2028-01-01   AWS           eu-north-1            x86_64         123456789012; perhaps everyone
                                                    AWS           eu-west-1, us-east-1  arm64, x86_64  everyone
                                                    Google Cloud  all                   x86_64         only its owner
  1.9      withdrawn  -                -            -             -                     -              nobody: no image is there

  1.9 is withdrawn: its sshd

still open:
- ami-1 is perhaps still open for everyone
`);
});

test("a stack without a release says so", () => {
  expect(renderStatus(statusOf({ ...SOURCES, ledger: {}, open: [] }))).toBe(
    "demo, based on Debian 13, by Acme (stack demo)\n\n  nothing is published\n",
  );
});

test("a product of several variants: each release's own, what is in each and the newest of it", () => {
  const variants = {
    generic: { description: "with Debian's own kernel" },
    refresh: { description: "with the kernel of backports" },
    "hardened-refresh": { description: "and a stricter sshd" },
  };
  const published = { ...entry, state: "published" } as const;
  const status = statusOf({
    ...{ stack: "demo", access: {}, open: [] },
    product: product.parse({ name: "demo", publisher: "Acme", provenance: "official", variants }),
    ledger: {
      "1.0": published,
      "1.1-refresh": { ...published, state: "withdrawn" },
      "1.0-refresh": published,
      "1.0-hardened-refresh": { ...published, state: "staged" },
    },
  });
  expect(Object.fromEntries(status.releases.map(({ version, variant }) => [version, variant]))).toEqual({
    ...{ "1.0": "generic", "1.0-refresh": "refresh", "1.1-refresh": "refresh" },
    "1.0-hardened-refresh": "hardened-refresh",
  });
  const text = renderStatus(status);
  expect(text).toMatch(/^ {2}release +variant +state /m);
  expect(text).toMatch(/^ {2}1\.1-refresh +refresh +withdrawn /m);
  expect(text).toContain(`
  generic           newest 1.0          with Debian's own kernel
  refresh           newest 1.0-refresh  with the kernel of backports
  hardened-refresh  none is published   and a stricter sshd
`);
});
