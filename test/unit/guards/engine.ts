/** The engine as far as guards are concerned: a state, previews, and ups that fail or are killed at any point. */
import { ALLOW_VARIABLE } from "../../../config/allow";
import type { BegunClosings } from "../../../config/begun";
import { type CurrentAccess, currentAccessIn } from "../../../config/access";
import type { StateResource } from "../../../config/state-resource";
import type { Ledger } from "../../../config/ledger";
import { removedPlaces } from "../../../config/removed";
import { CLOUD_CONFIGS } from "../../../config/clouds";
import { CLOSING_READERS } from "../../../config/sections";
import type { StackConfig } from "../../../config/stack";
import type { Step } from "../../../plan/preview";
import { publicationOf } from "../../../plan/publication";
import type { Publication } from "../../../plan/statement";
import type { CheckCall } from "../../../plugin/resource";
import { lifecycle } from "../../../provider/lifecycle";
import { type Clouds, Failed, Killed } from "./clouds";
import type { Random } from "./random";
import { type Bag, type Desired, desiredBy, Partial_ } from "./resources";

interface Kept {
  readonly desired: Desired;
  readonly inputs: Bag;
  readonly outputs: Bag;
  readonly failed: boolean;
}

export interface Stack {
  readonly config: StackConfig;
  readonly ledger: Ledger;
}

export type Outcome = "done" | "refused" | "failed" | "killed";

const GUARD = "imprimatur:index:Lifecycle";
const CALL: CheckCall = {
  urn: `urn:pulumi:histories::imprimatur::${GUARD}::demo`,
  name: "demo",
  signal: new AbortController().signal,
  timeoutSeconds: 0,
  log: () => undefined,
  status: () => undefined,
  oldInputs: {},
  randomSeed: new Uint8Array(),
};

export class Engine {
  /** By type and name, in the order of creation. */
  private readonly state = new Map<string, Kept>();
  /** The operation under way when the engine was killed, by type and name. */
  private pending: string | undefined;
  /** Removed places that were closed, with the count of their own closing at that time. */
  private tried = new Map<string, number>();
  private guard: { inputs: Bag; outputs: Bag } | undefined;

  constructor(private readonly clouds: Clouds) {}

  /**
   * `up --refresh`: reads the resource that was under way when the engine was killed, and the sharings that a closing
   * under way belongs to.
   */
  refresh(): void {
    const key = this.pending;
    this.pending = undefined;
    if (key === undefined) return;
    for (const [own, kept] of [...this.state]) {
      const { desired, inputs, outputs } = kept;
      if ((own !== key && desired.closedBy !== key) || desired.refresh === undefined) continue;
      const seen = desired.refresh(this.clouds, outputs);
      if (seen === undefined) this.state.delete(own);
      else this.state.set(own, { desired, inputs, outputs: seen, failed: true });
    }
  }

  /** `pulumi refresh`: reads every resource. */
  refreshAll(): void {
    this.pending = undefined;
    for (const [key, { desired, inputs, outputs, failed }] of [...this.state]) {
      if (desired.refresh === undefined) continue;
      const seen = desired.refresh(this.clouds, outputs);
      if (seen === undefined) this.state.delete(key);
      else if (JSON.stringify(seen) !== JSON.stringify(outputs))
        this.state.set(key, { desired, inputs, outputs: seen, failed: true });
      else this.state.set(key, { desired, inputs, outputs, failed });
    }
  }

  have(): CurrentAccess {
    const guard = this.guard && { type: GUARD, name: "demo", outputs: this.guard.outputs };
    const others = [...this.state.values()].map(({ desired: { type, name }, outputs }): StateResource => ({
      type,
      name,
      outputs,
    }));
    return currentAccessIn(
      [...(guard ? [guard] : []), ...others],
      // Values at creation are not part of a history.
      Object.fromEntries(
        Object.entries(CLOUD_CONFIGS).map(([cloud, { access, closings }]) => [cloud, { access, closings }]),
      ),
    );
  }

  /** Statements of `imprimatur plan` about who gains and loses access. */
  plan(stack: Stack, allow: readonly string[]): Publication {
    const inputs = this.guardInputs(stack);
    const step: Step = {
      ...{ op: this.guard ? "update" : "create", urn: CALL.urn, type: GUARD, name: "demo", changed: [] },
      ...{ resumes: false, now: inputs, ...(this.guard && { old: this.guard.inputs }) },
    };
    const steps = this.guardChanges(inputs) ? [step] : [];
    const counts = { create: 0, update: 0, replace: 0, delete: 0, same: 0 };
    return publicationOf({ steps, counts, problems: [], warnings: [], config: {} }, "histories", allow);
  }

  /** @param ci the preview already refuses */
  async up(stack: Stack, allow: readonly string[], ci: boolean, trouble?: Random): Promise<Outcome> {
    process.env[ALLOW_VARIABLE] = allow.join(",");
    process.env.CI = ci ? "true" : "";
    const inputs = this.guardInputs(stack);
    const failures = lifecycle.check?.(inputs, { ...CALL, oldInputs: this.guard?.inputs ?? {} }).failures;
    if (failures?.length) return "refused";
    this.clouds.troubled(trouble);
    try {
      return await this.run(stack, inputs, trouble);
    } catch (error) {
      if (error instanceof Killed) return "killed";
      throw error;
    } finally {
      this.clouds.troubled(undefined);
    }
  }

  private async run(stack: Stack, inputs: Bag, trouble: Random | undefined): Promise<Outcome> {
    const { closings, others } = desiredBy(stack.config, stack.ledger);
    try {
      if (this.guardChanges(inputs)) await this.moveGuard(inputs);
    } catch {
      return "refused";
    }
    // A kill can happen at any point, including right after the guard.
    if (trouble?.chance(0.02)) return "killed";
    const isOpen = !this.closeRemoved(closings);
    for (const one of closings) this.do(one);
    let failed = false;
    const broken = new Set<string>();
    for (const one of others) {
      if (one.needs?.some((key) => broken.has(key))) {
        broken.add(keyOf(one));
        continue;
      }
      // With --continue-on-error the other operations still run; without it, those under way end and no other begins.
      if (failed && trouble?.chance(0.5)) return "failed";
      if (this.do(one)) continue;
      broken.add(keyOf(one));
      failed = true;
    }
    // The report: nothing is deleted while a place that is to be closed is open.
    if (failed || isOpen || this.isAnyOpen(closings)) return "failed";
    const wanted = new Set([...closings, ...others].map(keyOf));
    for (const [key, { desired, outputs }] of [...this.state].reverse()) {
      if (wanted.has(key)) continue;
      this.pending = key;
      try {
        desired.remove(this.clouds, outputs);
      } catch (error) {
        if (!(error instanceof Failed)) throw error;
        this.pending = undefined;
        return "failed";
      }
      this.state.delete(key);
      this.pending = undefined;
    }
    return "done";
  }

  /** As `RemovalClosing` does. @returns true if all of them are closed */
  private closeRemoved(closings: readonly Desired[]): boolean {
    const state = [...this.state].map(
      ([
        ,
        {
          desired: { type, name },
          outputs,
        },
      ]) => ({ type, name, outputs }),
    );
    const wanted = Object.fromEntries(closings.map((closing) => [keyOf(closing), []]));
    const places = removedPlaces(state, wanted, CLOSING_READERS);
    const tried = new Map([...this.tried].filter(([key]) => places[key] !== undefined));
    for (const [key, { closings: count }] of Object.entries(places)) {
      if (tried.get(key) === count) continue;
      tried.delete(key);
      try {
        this.state.get(key)?.desired.close?.(this.clouds);
        tried.set(key, count);
      } catch (error) {
        if (!(error instanceof Failed)) throw error;
      }
    }
    this.tried = tried;
    return Object.keys(places).every((key) => tried.has(key));
  }

  private isAnyOpen(closings: readonly Desired[]): boolean {
    const wanted = new Set(closings.map(keyOf));
    return [...this.state].some(
      ([key, { outputs }]) => wanted.has(key) && ((outputs.openFor as string[] | undefined) ?? []).length > 0,
    );
  }

  /** @returns true if it succeeded */
  private do(desired: Desired): boolean {
    const key = keyOf(desired);
    const old = this.state.get(key);
    const count = this.state.get(desired.closedBy ?? "")?.outputs.closings;
    const closedRegions = this.closedRegionsFor(desired);
    const inputs = {
      ...desired.inputs,
      ...(count !== undefined && count !== 0 && { closings: count }),
      ...(closedRegions && { closedRegions }),
    };
    const open = (old?.outputs.openFor as string[] | undefined) ?? [];
    const begun = (this.guard?.outputs.begun as BegunClosings | undefined)?.[key]?.closings;
    const isBegun = old !== undefined && begun === old.outputs.closings;
    const isSame = JSON.stringify(old?.inputs) === JSON.stringify(inputs);
    if (old && isSame && !old.failed && open.length === 0 && !isBegun) return true;
    this.pending = key;
    try {
      const outputs = desired.apply(this.clouds, old?.outputs, inputs, isBegun);
      this.state.set(key, { desired, inputs, outputs, failed: false });
      this.pending = undefined;
      return true;
    } catch (error) {
      if (!(error instanceof Killed)) this.pending = undefined;
      if (error instanceof Partial_) {
        this.state.set(key, { desired, inputs, outputs: error.outputs, failed: true });
        return false;
      }
      if (error instanceof Failed) return false;
      throw error;
    }
  }

  private closedRegionsFor({ type, name }: Desired): object | undefined {
    if (type !== "imprimatur:azure:VersionPublication") return undefined;
    const each = this.state.get(`imprimatur:azure:RegionClosing ${name}-regions`)?.outputs.closedRegions as
      object | undefined;
    return each && Object.keys(each).length > 0 ? each : undefined;
  }

  private guardInputs({ config, ledger }: Stack) {
    // As the engine sends it, after the provider's check.
    const { closings } = desiredBy(config, ledger);
    const wanted = closings.map((closing) => [
      keyOf(closing),
      CLOSING_READERS[closing.type]?.(closing.inputs),
    ]);
    const given = {
      ...{ releases: ledger, allow: config.allow, have: this.have() },
      closings: Object.fromEntries(wanted) as object,
    };
    const looks = ((this.guard?.inputs.looks as number | undefined) ?? 0) + 1;
    return JSON.parse(JSON.stringify({ ...given, looks })) as Bag & { have: CurrentAccess };
  }

  private guardChanges(inputs: Bag): boolean {
    if (this.guard === undefined) return true;
    return Object.keys(lifecycle.diff(this.guard, inputs, CALL).changes).length > 0;
  }

  private async moveGuard(inputs: Bag): Promise<void> {
    const outputs = this.guard
      ? await lifecycle.update?.("demo", this.guard, inputs, CALL)
      : (await lifecycle.create(inputs, CALL)).outputs;
    this.guard = { inputs, outputs: outputs ?? {} };
  }
}

function keyOf({ type, name }: Desired): string {
  return `${type} ${name}`;
}
