import { DialectError } from '../../http/failure.ts';

/** A refusal for whoever sets a site up, since the tracker itself never reads answers. */
export class TrackerRefusal extends DialectError {
  override name = 'TrackerRefusal';
  readonly status: 400 | 403;

  /** @param sentence what is wrong, for people. */
  constructor(status: 400 | 403, sentence: string) {
    super(sentence);
    this.status = status;
  }
}
