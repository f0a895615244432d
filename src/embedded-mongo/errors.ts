/** MongoDB's error codes, by the names its servers report in `codeName`. */
export const ErrorCode = {
  InternalError: 1,
  BadValue: 2,
  FailedToParse: 9,
  Unauthorized: 13,
  TypeMismatch: 14,
  Overflow: 15,
  InvalidLength: 16,
  IllegalOperation: 20,
  InvalidBSON: 22,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  PathNotViable: 28,
  ConflictingUpdateOperators: 40,
  CursorNotFound: 43,
  NoMatchingDocument: 47,
  NamespaceExists: 48,
  MaxTimeMSExpired: 50,
  DollarPrefixedFieldName: 52,
  InvalidIdField: 53,
  NotSingleValueField: 54,
  InvalidDBRef: 55,
  EmptyFieldName: 56,
  CommandNotFound: 59,
  ImmutableField: 66,
  CannotCreateIndex: 67,
  InvalidOptions: 72,
  InvalidNamespace: 73,
  UnknownReplWriteConcern: 79,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  UnsatisfiableWriteConcern: 100,
  NotExactValueField: 111,
  OperationFailed: 96,
  CursorInUse: 143,
  ExceededMemoryLimit: 146,
  InvalidPipelineOperator: 168,
  CannotIndexParallelArrays: 171,
  InvalidIndexSpecificationOption: 197,
  InvalidUUID: 207,
  QueryFeatureNotAllowed: 224,
  TransactionTooOld: 225,
  CursorKilled: 237,
  NotImplemented: 238,
  OperationNotSupportedInTransaction: 263,
  InvalidResumeToken: 260,
  ConversionFailure: 241,
  QueryPlanKilled: 175,
  IndexBuildAborted: 276,
  ChangeStreamFatalError: 280,
  ChangeStreamHistoryLost: 286,
  NoQueryExecutionPlans: 291,
  QueryExceededMemoryLimitNoDiskUseAllowed: 292,
  DataCorruptionDetected: 301,
  APIVersionError: 322,
  APIStrictError: 323,
  APIMismatchError: 347,
  BSONObjectTooLarge: 10334,
  DuplicateKey: 11000,
  BackgroundOperationInProgressForNamespace: 12587,
  OutOfDiskSpace: 14031,
  InterruptedAtShutdown: 11600,
  Interrupted: 11601,
} as const;

const namesByCode = new Map<number, string>(Object.entries(ErrorCode).map(([name, code]) => [code, name]));

/**
 * An error as a MongoDB server answers it.
 *
 * `code` is MongoDB's number, `codeName` its name (`Location<code>` if MongoDB has none), and `extra` the other
 * members of the answer (`keyPattern`, `keyValue`, …).
 */
export class MongoError extends Error {
  override readonly name = 'MongoError';
  readonly code: number;
  readonly codeName: string;
  readonly extra: Record<string, unknown> | undefined;

  constructor(code: number, message: string, extra?: Record<string, unknown>) {
    super(message);
    this.code = code;
    this.codeName = namesByCode.get(code) ?? `Location${code}`;
    this.extra = extra;
  }
}

/** MongoDB's answer to a value that it does not accept (code 2). */
export const badValue = (message: string): MongoError => new MongoError(ErrorCode.BadValue, message);

/** MongoDB's answer to a command or update that it cannot parse (code 9). */
export const failedToParse = (message: string): MongoError =>
  new MongoError(ErrorCode.FailedToParse, message);

/** MongoDB's answer to bytes that are not BSON (code 22). */
export const invalidBson = (what: string): MongoError =>
  new MongoError(ErrorCode.InvalidBSON, `Invalid BSON: ${what}`);

/** MongoDB's answer to a value of the wrong type (code 14). */
export const typeMismatch = (message: string): MongoError => new MongoError(ErrorCode.TypeMismatch, message);

/** The answer to what MongoDB supports and this server does not (code 238). */
export const notImplemented = (what: string): MongoError =>
  new MongoError(ErrorCode.NotImplemented, `${what} is not implemented by the embedded database`);
