/** An answer that may have to be waited for, which is no sign that the database is silent. */
export class LateAnswer {
  readonly make: () => Promise<object>;

  constructor(make: LateAnswer['make']) {
    this.make = make;
  }
}
