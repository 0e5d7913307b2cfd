/** The program that `node tools/cosign.js` builds, whether it is there or not. */
export function cosignFile(): string;
