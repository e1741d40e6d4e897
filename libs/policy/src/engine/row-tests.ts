import { compare, every, opposite, some, type Answer } from '../interpreter/rows.js';
import type { RowTest } from '../program/program.js';
import type { EventText } from './event-text.js';
import type { Place } from './places.js';
import { Kind } from './scanner.js';

/** Answers a grant's condition for the event at hand. */
export type RowsHold = (data: number) => Answer;

/** @param data the place of the event's data */
export function compileRowTest(test: RowTest, data: Place, event: EventText): RowsHold {
  const each = (tests: readonly RowTest[]) => tests.map((one) => compileRowTest(one, data, event));
  if ('all' in test) {
    const tests = each(test.all);
    return (slot) => every(tests.map((one) => one(slot)));
  }
  if ('any' in test) {
    const tests = each(test.any);
    return (slot) => some(tests.map((one) => one(slot)));
  }
  if ('not' in test) {
    const inner = compileRowTest(test.not, data, event);
    return (slot) => opposite(inner(slot));
  }
  const find = wayTo(test.place, data, event);
  const { condition } = test;
  return (slot) => {
    const found = find(slot);
    return found === ASTRAY ? 'unknown' : compare(condition, valueAt(found, event));
  };
}

/** The way led through something of another shape than the schema says. */
const ASTRAY = -1;

/** @returns what finds the slot of a place from that of the data */
function wayTo(steps: readonly (string | number)[], data: Place, event: EventText): (data: number) => number {
  let place = data;
  const way = steps.map((step) => {
    place = typeof step === 'number' ? place.elements() : place.member(step);
    return typeof step === 'number' ? { position: step } : { index: place.index };
  });
  return (slot) => {
    let at = slot;
    for (const step of way) {
      const kind = event.kind(at);
      if (kind <= Kind.null) return NOT_THERE;
      if ('index' in step) {
        if (kind !== Kind.object) return ASTRAY;
        at = event.member(at, step.index);
      } else {
        if (kind !== Kind.list && kind !== Kind.emptyList) return ASTRAY;
        at = event.first(at);
        for (let left = step.position; left > 0 && at !== NOT_THERE; left -= 1) at = event.next(at);
      }
    }
    return at;
  };
}

const NOT_THERE = 0;

function valueAt(slot: number, event: EventText): Parameters<typeof compare>[1] {
  switch (event.kind(slot)) {
    case Kind.missing:
      return undefined;
    case Kind.null:
      return null;
    case Kind.true:
      return true;
    case Kind.false:
      return false;
    case Kind.number:
      return event.number(slot);
    case Kind.text:
    case Kind.escapedText:
      return event.string(slot);
    case Kind.emptyList:
    case Kind.list:
      return [];
    default:
      return {};
  }
}
