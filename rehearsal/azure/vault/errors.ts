import { ArmError, type ErrorBody } from "../arm/errors";

/**
 * Key Vault's form: the inner code is the specific one. learn.microsoft.com/azure/key-vault/general/rest-error-codes
 */
export class VaultError extends ArmError {
  constructor(
    status: number,
    code: string,
    message: string,
    private readonly inner?: string,
  ) {
    super(status, code, message, status === 401 ? { headers: CHALLENGE } : {});
  }

  override get body(): ErrorBody & { innererror?: { code: string } } {
    return { ...super.body, ...(this.inner && { innererror: { code: this.inner } }) };
  }
}

const CHALLENGE = {
  "www-authenticate":
    'Bearer authorization="https://login.microsoftonline.com/", resource="https://vault.azure.net"',
};

export const badParameter = (message: string) => new VaultError(400, "BadParameter", message);
export const unauthorized = (message: string) => new VaultError(401, "Unauthorized", message);
export const forbidden = (message: string, inner: string) => new VaultError(403, "Forbidden", message, inner);
