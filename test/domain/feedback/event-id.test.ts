import { eventId, shortHash } from '../../../shared/domain/feedback/event-id.ts';

/** Stored for 31 days: an id that changes between two releases counts everything under way a second time. */
test('the id of an event is what it was in every release', () => {
  expect(eventId('bounce', 'Permanent', 'mail-1', 'ann@example.net')).toBe('vTA_gvD6pp0Kopat');
  expect(shortHash('configuration-set:news', 5)).toBe('IlNQk');
});

test('kind, raw type, mail and recipient each make another id', () => {
  const ids = [
    eventId('bounce', 'Permanent', 'mail-1', 'ann@example.net'),
    eventId('complaint', 'Permanent', 'mail-1', 'ann@example.net'),
    eventId('bounce', 'Transient', 'mail-1', 'ann@example.net'),
    eventId('bounce', 'Permanent', 'mail-2', 'ann@example.net'),
    eventId('bounce', 'Permanent', 'mail-1', 'bob@example.net'),
    eventId('bounce', 'Permanent', 'mail-1a', 'nn@example.net'),
  ];
  expect(new Set(ids).size).toBe(ids.length);
});
