/** One access token for many requests, as Azure's own libraries keep it: asking `az` takes half a second each time. */
import { identityOf } from "./identity";
import { type AccessToken, signIn } from "./sign-in";

export const MANAGEMENT = "https://management.azure.com/.default";

/** A token is not used in its last minutes: the request has to arrive, too. */
const MARGIN = 5 * 60_000;

type Ask = (scope: string) => Promise<AccessToken>;

/** Tokens by scope. Those who need one at the same time wait for the same one. */
export class Tokens {
  private readonly held = new Map<string, AccessToken>();
  private readonly asked = new Map<string, Promise<AccessToken>>();

  constructor(
    private readonly ask: Ask,
    private readonly now: () => number = Date.now,
  ) {}

  async get(scope: string): Promise<string> {
    const held = this.held.get(scope);
    if (held === undefined || this.now() >= held.expires - MARGIN) return (await this.renewed(scope)).token;
    if (held.refreshAfter === undefined || this.now() < held.refreshAfter) return held.token;
    // It is good for a while yet, so that it does not matter if there is no newer one.
    return (await this.renewed(scope).catch(() => held)).token;
  }

  /** Another one than a token that was refused; the same where Azure gives no other. */
  async instead(scope: string, refused: string): Promise<string> {
    if (this.held.get(scope)?.token === refused) this.held.delete(scope);
    return this.get(scope);
  }

  private renewed(scope: string): Promise<AccessToken> {
    const running = this.asked.get(scope);
    if (running) return running;
    const asking = this.ask(scope)
      .then((token) => {
        this.held.set(scope, token);
        return token;
      })
      .finally(() => this.asked.delete(scope));
    this.asked.set(scope, asking);
    return asking;
  }
}

const known = new Map<string, Tokens>();

/** The tokens of whom the environment names now. */
export function tokensOfEnvironment(): Tokens {
  const as = identityOf(process.env).signIn;
  const key = JSON.stringify([as, process.env.AZURE_AUTHORITY_HOST]);
  let tokens = known.get(key);
  if (tokens === undefined) known.set(key, (tokens = new Tokens((scope) => signIn(as, scope))));
  return tokens;
}
