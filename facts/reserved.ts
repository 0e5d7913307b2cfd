// Values of rehearsals, which are public: whoever meets a real account with one of them made a mistake.

/** Passphrase of a rehearsal's stacks: known to everyone, so a state of a real account must not be encrypted with it. */
export const REHEARSAL_PASSPHRASE = "rehearsal";

/** Projects of the stand-in of Google Cloud. */
export const REHEARSAL_PROJECTS = ["rehearsal-publisher", "rehearsal-stranger", "rehearsal-partner"] as const;

/**
 * Explanatory text before the key of a rehearsal (RFC 7468, section 2, allows it in every PEM file): whoever copies the
 * key copies it too.
 */
export const REHEARSAL_KEY_NOTE = "Purpose: rehearsal. Signs nothing that anybody should trust.";

/** Domains that nobody can have: RFC 2606, RFC 6761. */
const RESERVED_DOMAIN = /(^|[.@])(example(\.(com|net|org))?|invalid|test|localhost)$/i;

/** True for a web address, a mail address or a domain at one of them. */
export function isReservedDomain(text: string): boolean {
  const [, host = text] = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/@]*@)?([^/:?#]+)/i.exec(text) ?? [];
  return RESERVED_DOMAIN.test(host.trim());
}
