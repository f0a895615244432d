import { createHash } from 'node:crypto';

/** Dark enough for white letters. */
const colours = ['#1d4ed8', '#0f766e', '#b45309', '#be123c', '#7e22ce', '#4d7c0f', '#0e7490', '#a21caf'];

/** A picture for a name: its initials on a colour of its own, as SVG. */
export function drawAvatar(name: string): string {
  const colour = colours[createHash('sha256').update(name).digest().readUInt8() % colours.length];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200"><rect width="200" height="200" fill="${colour}"/><text x="100" y="100" dy="0.36em" text-anchor="middle" font-family="sans-serif" font-size="100" fill="#fff">${initialsOf(name)}</text></svg>`;
}

/** The first letters or digits of the first and the last word, which therefore need no escaping. */
function initialsOf(name: string): string {
  const [first = '', ...others] = name.match(/[\p{L}\p{N}]+/gu) ?? [];
  const initials = [first, others.at(-1) ?? ''].map((word) => [...word][0] ?? '');
  return initials.join('').toUpperCase() || '?';
}
