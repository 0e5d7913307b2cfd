import { randomBytes } from "node:crypto";
import type { InventoryItem } from "../../../rehearsal/cloud";
import { Checkout, type Ran, type RunOptions } from "./checkout";

export interface RehearsedOptions {
  /** Factor on every delay of the stand-in clouds. */
  pace?: number;
}

/** A checkout with stand-in clouds of its own and the real engine, driven through the commands that users type. */
export class Rehearsed {
  private constructor(
    readonly checkout: Checkout,
    /** What `imprimatur rehearsal env` exports. */
    readonly env: Record<string, string>,
    readonly stack: string,
  ) {}

  /** @param stack name of the stack, and of its file below stacks/ */
  static async start(stack: string, { pace = 0 }: RehearsedOptions = {}): Promise<Rehearsed> {
    const checkout = Checkout.create();
    try {
      const shown = await checkout.imprimatur(["rehearsal", "env", "--json", "--pace", String(pace)]);
      if (shown.status !== 0) throw new Error(`imprimatur rehearsal env: ${shown.stderr}`);
      const rehearsed = new Rehearsed(checkout, JSON.parse(shown.stdout) as Record<string, string>, stack);
      await rehearsed.pulumi(["stack", "select", "--create", stack]);
      return rehearsed;
    } catch (error) {
      checkout.remove();
      throw error;
    }
  }

  /** The real engine's command line on this stack; nothing is asked. */
  pulumi(args: string[], options?: RunOptions): Promise<Ran> {
    const env = { ...this.env, ...options?.env };
    return this.checkout.run("pulumi", [...args, "--non-interactive"], { ...options, env });
  }

  up(...args: string[]): Promise<Ran> {
    return this.pulumi(["up", "--yes", "--skip-preview", ...args]);
  }

  async outputs<T>(): Promise<T> {
    const shown = await this.pulumi(["stack", "output", "--json"]);
    return JSON.parse(shown.stdout) as T;
  }

  async inventory(): Promise<InventoryItem[]> {
    const listed = await this.checkout.imprimatur(["rehearsal", "inventory", "--json"], { env: this.env });
    if (listed.status !== 0) throw new Error(`imprimatur rehearsal inventory: ${listed.stderr}`);
    return JSON.parse(listed.stdout) as InventoryItem[];
  }

  async fault(fault: object): Promise<void> {
    const made = await this.checkout.imprimatur(["rehearsal", "fault", JSON.stringify(fault)], {
      env: this.env,
    });
    if (made.status !== 0) throw new Error(`imprimatur rehearsal fault: ${made.stderr}`);
  }

  /** Ends the clouds; what they hold is kept, as when a machine is off the network. */
  async cloudsAway(): Promise<void> {
    await this.checkout.imprimatur(["rehearsal", "stop"], { env: this.env });
  }

  async end(): Promise<void> {
    await this.cloudsAway();
    this.checkout.remove();
  }
}

/** Whether the engine said that all went well; shows what it said when not. */
export function expectSuccess(ran: Ran): void {
  if (ran.status !== 0) throw new Error(`exit ${ran.status}\n${ran.stdout}\n${ran.stderr}`);
}

/** A name that no other test has. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${randomBytes(3).toString("hex")}`;
}
