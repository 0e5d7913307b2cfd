import fs from "node:fs";
import { POINTS } from "../try/points";
import { filesLeft as filesLeftOf, startTry } from "../try/happening";
import type { Ran, RunOptions } from "./harness/checkout";
import { judgeLeaks } from "./harness/leaks";
import { killAllIn } from "./harness/processes";
import { expectSuccess, Rehearsed } from "./harness/rehearsed";

const CLOUDS = /rehearsal\/serve\.[jt]s|azurite-child/;

/** AWS's response to a caller without the right. */
const DENIED = { cloud: "aws", kind: "error", code: "UnauthorizedOperation", status: 403, times: 10_000 };

/**
 * The first hour on a real account, rehearsed: the same command, and nothing left in any account whatever happens.
 */
describe("imprimatur try", () => {
  let rehearsed: Rehearsed;
  let env: Record<string, string>;

  beforeAll(async () => {
    rehearsed = await Rehearsed.start("demo");
    env = { ...rehearsed.env, XDG_STATE_HOME: rehearsed.checkout.path("state") };
  });
  afterAll(() => rehearsed?.end());

  const transcript = (cloud: string) => rehearsed.checkout.path(`${cloud}.jsonl`);

  function attempt(cloud: string, onOutput?: RunOptions["onOutput"]): Promise<Ran> {
    const args = [
      "try",
      cloud,
      "--yes",
      "--project",
      "rehearsal-publisher",
      "--transcript",
      transcript(cloud),
    ];
    return rehearsed.checkout.imprimatur(args, { env, ...(onOutput && { onOutput }) });
  }

  /** On this machine too: no stack file, image file, record or key. */
  const filesLeft = () => filesLeftOf(rehearsed);

  test.each(["aws", "gcp", "azure"])(
    "publishes to %s, reads back, checks, and takes all away",
    async (cloud) => {
      const ran = await attempt(cloud);
      expectSuccess(ran);
      expect(ran.stderr).toMatch(/^Billed until all is taken away, .*: .*\. Prices: https:/m);
      expect(ran.stderr).toContain(" is genuine: try-");
      expect(ran.stdout).toContain(transcript(cloud));
      expect(await rehearsed.inventory()).toEqual([]);
      expect(filesLeft()).toEqual([]);
    },
  );

  test("leaves no secret, token, account number or name in a transcript", () => {
    for (const cloud of ["aws", "gcp", "azure"]) {
      const text = fs.readFileSync(transcript(cloud), "utf8");
      expect(text.split("\n").length).toBeGreaterThan(20);
      expect(fs.statSync(transcript(cloud)).mode & 0o777).toBe(0o600);
      expect(judgeLeaks(text, env)).toEqual([]);
    }
  });

  test.each(["aws", "gcp", "azure"])("the transcript of %s replays without a difference", async (cloud) => {
    const ran = await rehearsed.checkout.imprimatur(["rehearsal", "replay", transcript(cloud)], { env });
    expect(ran.stdout).toMatch(/^\d+ exchanges replayed, no difference;/);
    expect(ran.status).toBe(0);
  });

  test("a doctored transcript shows exactly what was doctored", async () => {
    const doctored = fs
      .readFileSync(transcript("aws"), "utf8")
      .replace('"operation":"StartSnapshot","method":"POST"', '"doctored":true,$&')
      .replace(
        /("doctored":true.*?"status":)201(.*?"Status":)"pending"(.*?"BlockSize":)524288/,
        '$1201$2"pending","Fancy":"yes"$3"<name:0123456789>"',
      )
      .replace(/("operation":"CompleteSnapshot".*?"status":)202/, "$1200");
    fs.writeFileSync(transcript("doctored"), doctored);
    const args = ["rehearsal", "replay", transcript("doctored"), "--json"];
    const ran = await rehearsed.checkout.imprimatur(args, { env });
    const { differences } = JSON.parse(ran.stdout) as { differences: object[] };
    expect(ran.status).toBe(1);
    expect(differences).toMatchObject([
      { exchange: "aws StartSnapshot", kind: "missing", at: "Fancy" },
      { exchange: "aws StartSnapshot", kind: "type", at: "BlockSize", recorded: "string", standIn: "number" },
      { exchange: "aws CompleteSnapshot", kind: "status", recorded: "200", standIn: "202" },
    ]);
    expect(differences).toHaveLength(3);
  });

  test("asks first, and where nobody can be asked does nothing without --yes", async () => {
    const ran = await rehearsed.checkout.imprimatur(["try", "aws"], { env });
    expect({ status: ran.status, inventory: await rehearsed.inventory() }).toEqual({
      status: 2,
      inventory: [],
    });
    expect(ran.stderr).toContain("add --yes");
  });

  test("takes away what was made when a step is refused, and says which", async () => {
    await rehearsed.fault({ ...DENIED, action: "RegisterImage" });
    const ran = await attempt("aws");
    await rehearsed.fault({ cloud: "aws", kind: "clear" });
    expect(ran.status).toBe(1);
    expect(ran.stderr).toMatch(/publish \(pulumi up\) failed .* what was made is taken away now/);
    expect(await rehearsed.inventory()).toEqual([]);
    expect(filesLeft()).toEqual([]);
  });

  test("stops in order on Ctrl-C, and takes away what was made", async () => {
    let asked = false;
    const ran = await attempt("aws", (text, kill) => {
      if (asked || !text.includes("aws:Snapshot")) return;
      asked = true;
      kill("SIGINT");
    });
    expect({ status: ran.status, asked }).toEqual({ status: 1, asked: true });
    expect(ran.stderr).toContain("stopped while it was to publish");
    expect(await rehearsed.inventory()).toEqual([]);
    expect(filesLeft()).toEqual([]);
  });

  test("a second Ctrl-C stops at once, and one line says what is left and what removes it", async () => {
    const point = POINTS.gcp.find(({ name }) => name === "the image")!;
    const stopped = await startTry(rehearsed, "gcp", { point, way: "twice" });
    expect({ status: stopped.status, happened: stopped.happened }).toEqual({ status: 4, happened: true });
    const [line = "", more] = stopped.said.split("\n").filter((each) => each.startsWith("Stopped. "));
    expect(more).toBeUndefined();
    const [, command = ""] = /This removes it: imprimatur (.+)$/.exec(line) ?? [];
    const bucket = (await rehearsed.inventory()).find(({ kind }) => kind === "bucket")!;
    expect(line).toContain(`Bucket ${bucket.id}`);
    const again = await rehearsed.checkout.imprimatur([...command.split(" "), "--yes"], { env });
    expect({ status: again.status, left: await rehearsed.inventory() }).toEqual({ status: 3, left: [] });
    expect(filesLeft()).toEqual([]);
  });

  test("an earlier try in another account is named, and is not looked for in this one", async () => {
    const folder = rehearsed.checkout.path("state/imprimatur/try/try-00000000");
    fs.mkdirSync(folder, { recursive: true });
    const notes = {
      cloud: "gcp",
      name: "try-00000000",
      regions: ["europe-west1"],
      account: "another",
      pid: 1e9,
    };
    fs.writeFileSync(`${folder}/try.json`, JSON.stringify(notes));
    const ran = await rehearsed.checkout.imprimatur(["try", "gcp", "--project", "rehearsal-publisher"], {
      env,
    });
    fs.rmSync(folder, { recursive: true });
    expect(ran.status).toBe(2);
    expect(ran.stderr).toMatch(
      /try-00000000, was not taken down to its end in another, .*imprimatur try gcp --project another/,
    );
  });

  test("after kill -9 the same command takes the rest away first, and publishes nothing", async () => {
    let killed = false;
    await attempt("azure", (text) => {
      if (killed || !text.includes("azure:DiskContent")) return;
      killed = true;
      killAllIn(rehearsed.checkout.folder, (commandLine) => CLOUDS.test(commandLine));
    });
    expect(killed).toBe(true);
    expect(await rehearsed.inventory()).not.toEqual([]);
    const ran = await attempt("azure");
    expect(ran.status).toBe(3);
    expect(ran.stderr).toMatch(/An earlier try on azure, try-\w+, was not taken down to its end/);
    expect(await rehearsed.inventory()).toEqual([]);
    expect(filesLeft()).toEqual([]);
  });

  test("says what is left, and how it is removed, where the cloud does not let go of it", async () => {
    await rehearsed.fault({ ...DENIED, action: "DeleteSnapshot" });
    const ran = await attempt("aws");
    expect(ran.status).toBe(4);
    expect(ran.stderr).toMatch(/Left over: aws eu-central-1 snapshot snap-\w+: aws ec2 delete-snapshot/);
    await rehearsed.fault({ cloud: "aws", kind: "clear" });
    const again = await attempt("aws");
    expect({ status: again.status, left: await rehearsed.inventory() }).toEqual({ status: 3, left: [] });
  });
});
