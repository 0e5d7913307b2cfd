import { GoogleError } from "../errors";

/** An error in the form of Google's newer APIs: `error.status`, and no list of `errors`. */
export class KmsError extends GoogleError {
  private constructor(
    code: number,
    private readonly status: string,
    message: string,
  ) {
    super(code, status, message);
  }

  override body(): object {
    return { error: { code: this.code, message: this.message, status: this.status } };
  }

  static invalid(message: string): KmsError {
    return new KmsError(400, "INVALID_ARGUMENT", message);
  }

  static precondition(message: string): KmsError {
    return new KmsError(400, "FAILED_PRECONDITION", message);
  }

  static notFound(kind: string, name: string): KmsError {
    return new KmsError(404, "NOT_FOUND", `${kind} ${name} not found.`);
  }

  static exists(name: string): KmsError {
    return new KmsError(409, "ALREADY_EXISTS", `${name} already exists.`);
  }

  static denied(permission: string, name: string): KmsError {
    return new KmsError(
      403,
      "PERMISSION_DENIED",
      `Permission '${permission}' denied on resource '${name}' (or it may not exist).`,
    );
  }
}
