const text = (value: string): Buffer =>
  Buffer.concat([Buffer.from([0x40 + value.length]), Buffer.from(value)]);
const number = (value: number): Buffer => Buffer.from([0xa1, value]);
const map = (entries: Readonly<Record<string, Buffer>>): Buffer =>
  Buffer.concat([
    Buffer.from([0xe0 + Object.keys(entries).length]),
    ...Object.entries(entries).flatMap(([key, value]) => [text(key), value]),
  ]);

/**
 * A database in MaxMind's format that knows the IPv4 addresses below 128.0.0.0, which are all in one city; other
 * addresses it does not know.
 * @param offset where in its data the entry of the city is said to be; behind the end, if that was cut off.
 */
export function placeDatabase(city: string, offset = 0): Buffer {
  const nodes = 1;
  const separatorBytes = 16;
  // The only node: an address with a first bit of 0 has the first entry, one with a 1 has none.
  const tree = Buffer.from([0, 0, nodes + separatorBytes + offset, 0, 0, nodes]);
  const metadata = map({
    node_count: number(nodes),
    record_size: number(24),
    ip_version: number(4),
    database_type: text('City'),
    binary_format_major_version: number(2),
    binary_format_minor_version: number(0),
  });
  return Buffer.concat([
    tree,
    Buffer.alloc(separatorBytes),
    map({ city: text(city) }),
    Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1'),
    metadata,
  ]);
}
