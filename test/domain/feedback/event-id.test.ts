import { eventId } from '../../../shared/domain/feedback/event-id.ts';

/** Ids are stored for 31 days. A release that changed them would count redelivered events a second time. */
test('the id of an event is the same in every release', () => {
  expect(eventId('bounce', 'Permanent', 'mail-1', 'ann@example.net')).toBe('vTA_gvD6pp0Kopat');
});

test('events that differ in kind, raw type, email or recipient have different ids', () => {
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
