/** Sends the exchanges of a transcript to its own stand-in clouds, in order, and compares the responses. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { startRehearsal } from "../server";
import { AwsRequests } from "./aws";
import { compareStates, type Difference, differences, statesIn } from "./compare";
import { type Answer, type Request, send } from "./http";
import { Names } from "./names";
import { RestRequests } from "./rest";
import { saysNoGroup, Stage } from "./stage";
import { type Exchange, nameOf } from "./transcript";
import type { Pace } from "../pace";

export interface ReplayResult {
  /** Number of exchanges sent and compared. */
  readonly replayed: number;
  /** Number of others, by reason. */
  readonly left: Readonly<Record<string, number>>;
  readonly differences: readonly (Difference & { readonly line: number; readonly exchange: string })[];
}

/** Failures that cannot be requested from a stand-in. */
const PASSING = new Set(["throttled", "server", "network", "timeout", "cancelled"]);
/** Maximum polls for a state not reached yet. */
const ASKS = 20;
const BETWEEN_ASKS = 250;

const OUTSIDE = "about something that no exchange of the transcript made";

export async function replay(exchanges: readonly Exchange[], pace: Pace = 0): Promise<ReplayResult> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "imprimatur-replay-"));
  const rehearsal = await startRehearsal({ folder, pace });
  try {
    return await new Replay(exchanges, rehearsal.environment()).run();
  } finally {
    await rehearsal.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

class Replay {
  private readonly names = new Names();
  private readonly aws: AwsRequests;
  private readonly rest: RestRequests;
  private readonly stage: Stage;
  private readonly left: Record<string, number> = {};
  private readonly found: (Difference & { line: number; exchange: string })[] = [];
  /** Per object: recorded states, and those of the stand-in. */
  private readonly states = new Map<
    string,
    { line: number; exchange: string; recorded: string[]; actual: string[] }
  >();
  private replayed = 0;
  private readonly madePaths = new Set<string>();

  constructor(
    private readonly exchanges: readonly Exchange[],
    private readonly env: Readonly<Record<string, string>>,
  ) {
    this.aws = new AwsRequests(env, this.names);
    this.rest = new RestRequests(env, this.names);
    this.stage = new Stage(env, this.names, exchanges);
  }

  async run(): Promise<ReplayResult> {
    for (const exchange of this.exchanges) await this.one(exchange);
    for (const { line, exchange, recorded, actual } of this.states.values())
      for (const difference of compareStates(recorded, actual))
        this.found.push({ line, exchange, ...difference });
    return { replayed: this.replayed, left: this.left, differences: this.found };
  }

  private async one(exchange: Exchange): Promise<void> {
    const { status, failure } = exchange;
    if (status === undefined) return this.leave("ended without an answer");
    if (failure !== undefined && PASSING.has(failure)) return this.leave("failed in passing");
    const isFine = status < 300;
    if (
      exchange.cloud === "aws" &&
      isFine &&
      !this.names.hasAnswered(JSON.stringify([exchange.path, exchange.request.body ?? ""]))
    )
      return this.leave(OUTSIDE);
    if (exchange.service === "blob" && !this.names.wasAnswered(String(exchange.query?.sig)))
      return this.leave(OUTSIDE);
    this.rest.nameAccount(exchange);
    await this.stage.prepare(exchange);
    const { request, answer } = await this.ask(exchange);
    if (this.isOutside(exchange, answer)) return this.leave(OUTSIDE);
    if (answer.status < 300) this.note(exchange, request.method);
    this.replayed++;
    this.names.learn(exchange.answer?.body, answer.body);
    this.names.learn(exchange.answer?.headers, answer.headers);
    this.aws.learn(exchange, answer.body);
    this.rest.learn(answer.body);
    this.compare(exchange, answer);
  }

  private async ask(exchange: Exchange): Promise<{ request: Request; answer: Answer }> {
    const wanted = statesIn(exchange.answer?.body);
    for (let asked = 1; ; asked++) {
      const request =
        exchange.cloud === "aws" ? await this.aws.request(exchange) : this.rest.request(exchange);
      const answer = await send(request, this.env.NODE_EXTRA_CA_CERTS);
      const isQuestion = request.method === "GET" || /^(Describe|Get|List)/.test(exchange.operation ?? "");
      const isThere =
        wanted.length === 0 || String(statesIn(answer.body)) === String(wanted) || answer.status >= 300;
      if (isThere || !isQuestion || asked === ASKS || this.isAhead(exchange, answer))
        return { request, answer };
      await pause(BETWEEN_ASKS);
    }
  }

  /** A stand-in without delays is at the end at once: waiting would not restore an earlier state. */
  private isAhead(exchange: Exchange, answer: Answer): boolean {
    const later = this.exchanges.filter(
      (other) => keyOf(other) === keyOf(exchange) && other.line > exchange.line,
    );
    const now = String(statesIn(answer.body));
    return later.some((other) => String(statesIn(other.answer?.body)) === now);
  }

  private compare(exchange: Exchange, answer: Answer): void {
    const { line, status = 0 } = exchange;
    const named = { line, exchange: `${exchange.cloud} ${nameOf(exchange)}` };
    const recorded = { status, body: exchange.answer?.body };
    // An object created by the stage lacks the tags and settings that a provider sets.
    const isBare = this.stage.madeBare(exchange.path) && status === answer.status;
    for (const difference of isBare ? [] : differences(recorded, answer))
      this.found.push({ ...named, ...difference });
    const told = statesIn(recorded.body);
    const shown = statesIn(answer.body);
    // Lists of different lengths are not comparable.
    if (status !== answer.status || told.length !== 1 || shown.length !== 1) return;
    const states = this.states.get(keyOf(exchange)) ?? { ...named, recorded: [], actual: [] };
    states.recorded.push(...told);
    states.actual.push(...shown);
    this.states.set(keyOf(exchange), states);
  }

  /** Records what an exchange created: the target of a PUT, and the object of an upload. */
  private note({ path: asked, query }: Exchange, method: string): void {
    const [, bucket] = /^\/upload(\/storage\/v1\/b\/[^/]+\/o)$/.exec(asked) ?? [];
    if (method === "POST" && bucket !== undefined) this.madePaths.add(`${bucket}/${String(query?.name)}`);
    if (method === "PUT") this.madePaths.add(asked);
  }

  /** The stand-in lacks it, or still has it, because the native providers' exchanges are missing. */
  private isOutside(
    { cloud, service, path: asked, status = 0, method, answer: { body } = { headers: {} } }: Exchange,
    answer: Answer,
  ): boolean {
    // Pulumi's providers also write parameters.
    if (cloud === "aws") return service === "ssm" && status < 300 && answer.status >= 400;
    const isMade = [...this.madePaths].some((made) => asked.startsWith(made)) || this.stage.holds(asked);
    const isAbsent = answer.status === 404 || (method === "DELETE" && answer.status === 204);
    // The deletion of a non-empty gallery is refused; the stand-in has neither gallery nor content.
    const isThere = status < 300 || (method === "DELETE" && status === 409);
    if (isThere && isAbsent && !isMade) return true;
    if (saysNoGroup(body) && this.stage.holdsGroupOf(asked)) return true;
    return (
      status === 404 &&
      answer.status < 300 &&
      (method === "GET" || method === "DELETE") &&
      this.stage.holds(asked)
    );
  }

  private leave(why: string): void {
    this.left[why] = (this.left[why] ?? 0) + 1;
  }
}

function keyOf({ cloud, region = "", operation = "", method, path: asked, request }: Exchange): string {
  return [
    cloud,
    region,
    operation || method,
    asked,
    operation ? JSON.stringify(request.body ?? "") : "",
  ].join(" ");
}
