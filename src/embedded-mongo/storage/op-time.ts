import { Timestamp } from 'bson';

/**
 * The place of an operation in the order of all: seconds since 1970 in the upper 32 bits, a number inside the second
 * in the lower. MongoDB's `Timestamp` as a number that can be compared.
 */
export type OpTime = bigint;

const incrementBits = 32n;

export const timestampOf = (time: OpTime): Timestamp =>
  Timestamp.fromBits(Number(BigInt.asIntN(32, time)), Number(BigInt.asIntN(32, time >> incrementBits)));

export const opTimeOf = (timestamp: Timestamp): OpTime =>
  (BigInt(timestamp.t) << incrementBits) | BigInt(timestamp.i);

/** The first time of the second in which a moment lies. */
export const startOfSecond = (milliseconds: number): OpTime =>
  BigInt(Math.floor(milliseconds / 1000)) << incrementBits;
