/** Path of the program that `node tools/cosign.js` builds, whether it exists or not. */
export function cosignFile(): string;
