import { Timestamp } from 'bson';

/**
 * An operation's position in the order of all: seconds since 1970 in the upper 32 bits, a number within the second in
 * the lower ones. This is MongoDB's `Timestamp` as a number that can be compared.
 */
export type OpTime = bigint;

const incrementBits = 32n;

export const timestampOf = (time: OpTime): Timestamp =>
  Timestamp.fromBits(Number(BigInt.asIntN(32, time)), Number(BigInt.asIntN(32, time >> incrementBits)));

export const opTimeOf = (timestamp: Timestamp): OpTime =>
  (BigInt(timestamp.t) << incrementBits) | BigInt(timestamp.i);

/** The first time in the second that contains a date. */
export const startOfSecond = (milliseconds: number): OpTime =>
  BigInt(Math.floor(milliseconds / 1000)) << incrementBits;
