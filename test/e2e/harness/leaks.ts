/** Secrets and names of a rehearsal that appear in a text: whole values, and the parts of composite ones. */
export function judgeLeaks(text: string, env: Readonly<Record<string, string>>): string[] {
  const found = new Set<string>();
  const lower = text.toLowerCase();
  for (const [name, value] of Object.entries(env)) {
    // Regions are the clouds' own words; folders and switches are not names in an account.
    if (/REGION|^PATH$|^PULUMI_|^IMPRIMATUR_|^NODE_|^XDG_/.test(name)) continue;
    if (value.length >= 6 && lower.includes(value.toLowerCase())) found.add(`${name}: ${value}`);
  }
  const patterns: Readonly<Record<string, RegExp>> = {
    "an account number": /\b\d{12}\b/g,
    "a UUID": /\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi,
    "an e-mail address": /[\w.+-]+@[\w-]+\.\w+/g,
    "an id of AWS": /\b(ami|snap|vol|i)-[0-9a-f]{8,}/g,
    "a signature": /\bsig=(?!<)[^&"]+/g,
    "an upload session": /upload_id=(?!<)[^&"]+/g,
    "a bearer token": /bearer /gi,
    "a signed header": /AWS4-HMAC|x-amz-security-token/gi,
    "a digest": /\b[0-9a-f]{32,}\b/gi,
    "a name of the try": /\btry[-_][0-9a-f]{8}/g,
    "the publisher's project": /rehearsal-publisher/g,
    "an address": /127\.0\.0\.1|localhost/g,
  };
  for (const [what, pattern] of Object.entries(patterns))
    for (const [hit] of text.matchAll(pattern)) found.add(`${what}: ${hit}`);
  return [...found];
}
