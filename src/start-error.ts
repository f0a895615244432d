/** Something that keeps the service from starting; its message is one sentence for the operator. */
export class StartError extends Error {
  override name = 'StartError';
}
