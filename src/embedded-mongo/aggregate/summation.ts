import { Decimal128, Double, Int32, Long } from 'bson';
import { combine } from '../bson/arithmetic.ts';
import { asDecimal, combineDecimals } from '../bson/decimal.ts';
import { exactValue, fitsInt64, integerValue, toDouble } from '../bson/numeric.ts';
import { BsonType, bsonTypeOf, type NumericValue } from '../bson/types.ts';

/**
 * A sum as MongoDB computes it: integers exactly, doubles while tracking the rounding error (two-sum), with the
 * widest type that took part as the result. A 64-bit overflow gives a Double.
 */
export class Summation {
  #integers = 0n;
  #double = 0;
  #error = 0;
  #hasDouble = false;
  #hasLong = false;
  #decimal: NumericValue | undefined;

  add(value: NumericValue): void {
    const type = bsonTypeOf(value);
    if (type === BsonType.decimal) {
      this.#decimal = this.#decimal === undefined ? value : combine('add', this.#decimal, value);
    } else if (type === BsonType.double) {
      this.#hasDouble = true;
      this.#addDouble((value as Double).value);
    } else {
      this.#hasLong ||= type === BsonType.long;
      this.#integers += BigInt(exactValue(value) as number | bigint);
    }
  }

  #addDouble(value: number): void {
    const sum = this.#double + value;
    const rounded = sum - this.#double;
    const error = this.#double - (sum - rounded) + (value - rounded);
    this.#double = sum;
    if (Number.isFinite(sum)) this.#error += error;
  }

  /** The sum in the type that MongoDB gives it. */
  result(): NumericValue {
    if (this.#decimal !== undefined) return this.#decimalResult(this.#decimal);
    if (this.#hasDouble || !fitsInt64(this.#integers)) return new Double(this.toNumber());
    return this.#hasLong ? Long.fromBigInt(this.#integers) : integerValue(this.#integers);
  }

  #decimalResult(decimal: NumericValue): Decimal128 {
    const integers = Decimal128.fromString(String(this.#integers));
    const others = [new Double(this.#double), new Double(this.#error), integers];
    return others.reduce<Decimal128>(
      (sum, other) => combineDecimals('add', asDecimal(sum), asDecimal(other, 34)),
      decimal as Decimal128,
    );
  }

  /** The sum divided by the number of its terms: a Decimal128 if one of them was, else a Double. */
  mean(count: number): NumericValue {
    if (this.#decimal === undefined) return new Double(this.toNumber() / count);
    return combineDecimals('divide', asDecimal(this.result()), asDecimal(new Int32(count)));
  }

  /** The sum as a double. */
  toNumber(): number {
    if (this.#decimal !== undefined) return toDouble(this.result());
    if (!this.#hasDouble) return Number(this.#integers);
    const total = new Summation();
    total.#addDouble(this.#double);
    total.#addDouble(this.#error);
    const high = Number(this.#integers);
    if (Number.isFinite(high)) {
      total.#addDouble(high);
      total.#addDouble(Number(this.#integers - BigInt(high)));
    }
    return Number.isFinite(total.#double) ? total.#double + total.#error : total.#double;
  }
}
