/**
 * The stand-ins' variables with the administrator's credentials in place of the publisher's, for tests that prepare
 * or change what the publisher has no right to.
 */
export function administratorOf(env: Readonly<Record<string, string>>): Record<string, string> {
  const PREFIX = "ADMINISTRATOR_";
  const own = Object.entries(env)
    .filter(([name]) => name.startsWith(PREFIX))
    .map(([name, value]) => [name.slice(PREFIX.length), value]);
  return { ...env, ...(Object.fromEntries(own) as Record<string, string>) };
}
