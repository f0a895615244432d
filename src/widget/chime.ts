const samplesPerSecond = 16_000;
const seconds = 0.5;
/** In hertz: two notes, the second of which begins after the first. */
const notes = [880, 1_320];
const secondsBetween = 0.12;
const loudness = 40;
/** The middle of samples of eight bits. */
const silence = 128;

/** The sound of a new message, two notes that fade, as a WAV file. */
export function createChime(): Buffer {
  const samples = Buffer.alloc(samplesPerSecond * seconds, silence);
  for (const index of samples.keys()) {
    const time = index / samplesPerSecond;
    const level = notes.reduce((sum, hertz, place) => sum + noteAt(hertz, time - place * secondsBetween), 0);
    samples[index] = silence + Math.round(loudness * level);
  }
  return Buffer.concat([wavHeader(samples.length), samples]);
}

const noteAt = (hertz: number, time: number): number =>
  time < 0 ? 0 : Math.sin(2 * Math.PI * hertz * time) * Math.exp(-9 * time);

/** For uncompressed samples of eight bits on one channel. */
function wavHeader(length: number): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(samplesPerSecond, 24);
  header.writeUInt32LE(samplesPerSecond, 28);
  header.writeUInt16LE(1, 32);
  header.writeUInt16LE(8, 34);
  header.write('data', 36);
  header.writeUInt32LE(length, 40);
  return header;
}
