// MongoDB's wire protocol by hand, for what the driver would not send.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type Document, deserialize, serialize } from 'bson';

export function frame(opcode: number, payload: Buffer, requestId = 7): Buffer {
  const header = Buffer.alloc(16);
  header.writeInt32LE(16 + payload.length, 0);
  header.writeInt32LE(requestId, 4);
  header.writeInt32LE(opcode, 12);
  return Buffer.concat([header, payload]);
}

export const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value, 0);
  return bytes;
};

export const bodySection = (command: Document): Buffer =>
  Buffer.concat([Buffer.from([0]), serialize(command)]);

export function sequenceSection(name: string, documents: readonly Document[]): Buffer {
  const content = Buffer.concat([Buffer.from(`${name}\0`), ...documents.map((each) => serialize(each))]);
  return Buffer.concat([Buffer.from([1]), int32(content.length + 4), content]);
}

export const message = (flags: number, ...sections: Buffer[]): Buffer =>
  frame(2013, Buffer.concat([int32(flags), ...sections]));

/** Reads whole messages from a socket, one after another. */
export function messagesOf(socket: Socket): () => Promise<Buffer> {
  let bytes: Buffer = Buffer.alloc(0);
  return async () => {
    while (bytes.length < 4 || bytes.length < bytes.readInt32LE(0)) {
      const [chunk] = (await once(socket, 'data')) as [Buffer];
      bytes = Buffer.concat([bytes, chunk]);
    }
    const length = bytes.readInt32LE(0);
    const found = bytes.subarray(0, length);
    bytes = bytes.subarray(length);
    return found;
  };
}

/** The answer to a message, without the times that every answer carries. */
export function answerOf(reply: Buffer): Document {
  const { $clusterTime, operationTime, ...answer } = deserialize(reply.subarray(21));
  return answer;
}

/** Sends one command over a connection of its own and gives the answer. */
export async function sendRaw(port: number, command: Document): Promise<Document> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    socket.write(message(0, bodySection(command)));
    return answerOf(await messagesOf(socket)());
  } finally {
    socket.destroy();
  }
}
