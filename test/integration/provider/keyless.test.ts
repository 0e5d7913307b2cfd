import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readTrustedRoot } from "../../../trust/trusted-root";
import { verifyRecord } from "../../../trust/verify";
import { idToken, Sigstore } from "../trust/sigstore";
import { failure, Harness } from "../../unit/provider/harness";
import { recordInputs } from "../../unit/provider/record-inputs";

const WHO = {
  identity: "https://gitlab.com/example/images//.gitlab-ci.yml@refs/heads/main",
  issuer: "https://gitlab.com",
};

let h: Harness;
let sigstore: Sigstore;
beforeAll(async () => {
  h = new Harness();
  h.project();
  sigstore = await Sigstore.start();
  delete process.env.ACTIONS_ID_TOKEN_REQUEST_URL;
  process.env.SIGSTORE_ID_TOKEN = idToken({ sub: WHO.identity, iss: WHO.issuer });
});
afterAll(async () => {
  await sigstore.stop();
  await h.stop();
});

const ask = () => {
  const inputs = { releases: { "1.0": {} }, keyless: sigstore.services };
  return h.handler("index:SigningKey").create(inputs, h.call());
};

test("who signs is asked first, and told to users; the record is theirs, and the token is nowhere", async () => {
  const { outputs } = await ask();
  expect(outputs).toMatchObject({ certificateIdentity: WHO.identity, certificateOidcIssuer: WHO.issuer });
  expect(outputs.publicKey).toBeUndefined();

  const inputs = recordInputs({ keyless: sigstore.services });
  const record = (await h.handler("index:Record").create(inputs, h.call())).outputs;
  writeFileSync(join(h.folder, "root.json"), sigstore.trustedRoot);
  const trusted = { ...WHO, root: readTrustedRoot(join(h.folder, "root.json")) };
  const { predicate } = verifyRecord(String(record.bundle), "r", [], trusted);
  expect(predicate.version).toBe("1.0");
  expect(JSON.stringify([outputs, record])).not.toContain(process.env.SIGSTORE_ID_TOKEN);
});

test("a token that is over is found before anything is uploaded", async () => {
  const own = process.env.SIGSTORE_ID_TOKEN;
  process.env.SIGSTORE_ID_TOKEN = idToken({ sub: "x", exp: 1 });
  expect((await failure(ask())).message).toMatch(
    /^keyless: the OIDC token ended at 1970-01-01T00:00:01\.000Z; set /,
  );
  process.env.SIGSTORE_ID_TOKEN = own;
});
